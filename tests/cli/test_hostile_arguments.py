"""Whatever is typed: an exit code of the contract, a sentence, and never a traceback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.main import run
from tests.cli.process import complain, morgue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sessions import Place

ACTIVE = {chr(code) for code in [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F)]} - {"\n", "\t"}
"""What no output may hold: a terminal would act on it."""

NASTY = (
    "",
    " ",
    "-",
    "--",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\u202egnp.exe",
    "\udcff\udc80",
    "a\nb\rc",
    "%s%n{0}",
    "9" * 40,
    "-1",
    "²",
    "nan",
    "NaN",
    "../../etc/passwd",
    "file:///etc/passwd",
    "http://[",
    "http://\udcff/",
    "https://user:secret@/",
    "0x10",
    "1e9",
    "\u0301" * 50,
    "'; DROP TABLE event; --",
    "(" * 3000,
    '"' * 3001,
    "\\" * 3001,
    "a*",
    "title:",
    "published:",
    "published:[2020 TO",
    "NOT NOT NOT a",
    "-" * 500,
    "^2 ~3 {a} /b/",
    "\ufeff",
    "\U0010ffff",
    "x" * 100_000,
    "x " * 50_000,
    "港" * 5_000,
)
PLACES = (
    ["search", "?"],
    ["search", "lamp", "?"],
    ["search", "title:?"],
    ["search", "--literal", "?"],
    ["search", "--any", "lamp ?"],
    ["search", "lamp", "--at", "?"],
    ["search", "lamp", "--limit", "?"],
    ["search", "lamp", "--offset", "?"],
    ["search", "lamp", "--sort", "?"],
    ["search", "lamp", "--format", "?"],
    ["search", "--?"],
    ["show", "?"],
    ["show", "--json", "?"],
    ["log", "--since", "?"],
    ["status", "?"],
    ["add", "clippings/ferry.txt", "--format", "?"],
    ["add", "clippings/ferry.txt", "--url", "?"],
    ["add", "clippings/ferry.txt", "--published", "?"],
    ["add", "clippings/ferry.txt", "--captured", "?"],
    ["add", "clippings/ferry.txt", "--tag", "?", "--tag", "?"],
    ["--lock-timeout", "?", "status"],
    ["?"],
)


@pytest.fixture
def at_work(filled: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the folder of an archive; nothing of the user's own is near."""
    monkeypatch.chdir(filled.work)
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, filled.environment[name])
    return filled.work


def check(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["--archive", "archive", *words])
    stdout, stderr = capsys.readouterr()
    assert code in {0, 1, 2, 3, 4}, (code, stderr[-2000:])
    assert "Traceback" not in stderr
    assert "morgue: unexpected" not in stderr
    assert code in {0, 1} or stderr
    assert not (set(stdout) | set(stderr)) & ACTIVE, sorted((set(stdout) | set(stderr)) & ACTIVE)


@pytest.mark.parametrize("words", PLACES, ids=" ".join)
def test_nasty_arguments_are_answered(words: list[str], at_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for nasty in NASTY:
        check([word.replace("?", nasty) for word in words], capsys)


# Text as a shell can hand it over: anything but NUL, bytes that are no UTF-8 as lone surrogates.
arguments = st.one_of(
    st.binary(max_size=40).map(lambda raw: os.fsdecode(raw.replace(b"\0", b""))),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    st.text(alphabet='ab():"-\\ \u201c\u201dANDORT.*~^[]{}2-1', max_size=30),
)


@given(words=st.lists(arguments, min_size=1, max_size=3))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_query_is_answered(words: list[str], at_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(["search", *words], capsys)
    check(["show", words[0]], capsys)


def test_arguments_of_a_real_process_may_be_any_bytes(filled: Place) -> None:
    for words in ([b"search", b"\xff\xfe("], [b"show", b"\x80"], [b"\x1b[31m\xff"], [b"search", b"x" * 100_000]):
        done = morgue(filled, b"--archive", b"archive", *words)
        assert not complain(done)
        assert done.code in {2, 4}
        assert not set(done.stderr) & ACTIVE


def test_an_archive_whose_name_is_no_text_works(place: Place) -> None:
    name = b"na\xffme\x1b[31m"
    for words in ([b"init"], [b"add", b"clippings"], [b"search", b"lamp"], [b"status"], [b"status", b"--json"]):
        done = morgue(place, b"--archive", name, *words)
        assert (done.code, complain(done)) == (0, ""), done.stderr
        assert not set(done.stdout) & ACTIVE


def test_an_empty_path_is_not_the_current_folder(place: Place) -> None:
    done = morgue(place, "add", "")
    assert (done.code, done.stdout) == (2, "")
    assert not (place.home / "data").exists()


def test_a_timeout_that_is_no_number_is_refused(filled: Place) -> None:
    assert morgue(filled, "--archive", "archive", "--lock-timeout", "nan", "status").code == 2


def test_words_that_begin_with_a_hyphen_are_negated_and_not_options(filled: Place) -> None:
    def found(*words: str) -> list[str]:
        return morgue(filled, "--archive", "archive", "search", *words, "--format", "urls").lines

    both = {"https://courier.example/2031/lamp", "https://shimbun.example/quellin"}
    assert set(found("published:2031-03")) == both
    assert found("published:2031-03", "-lamp") == ["https://shimbun.example/quellin"]
    assert found("-lamp", "published:2031-03") == ["https://shimbun.example/quellin"]
    assert morgue(filled, "--archive", "archive", "search", "--format", "urls", "--", "-lamp").lines == [
        "https://shimbun.example/quellin"
    ]
    assert found("published:2031-03", "-h", "-l") == found("published:2031-03")
