"""A splitter that dies: what it gave is kept, how far it got is told, and what follows is read where that can be."""

from __future__ import annotations

import gzip
import io
import os
import signal
from typing import TYPE_CHECKING

import pytest

from archive.errors import InvalidValueError
from archive.intake import gather
from archive.submission import Submission
from archive.workers.pool import Pool
from archive.workers.process import Process
from tests.archive.workers.processes import children

if TYPE_CHECKING:
    from pathlib import Path

    from archive.workers.framing import Message

pytestmark = pytest.mark.usefixtures("hostile_format")


def told(path: Path | str, *, form: str = "auto") -> list[str]:
    return [
        item.text if isinstance(item, Submission) else f"{item.outcome}: {item.message}"
        for item in gather([str(path)], format_name=form, jobs=2)
    ]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hang be found out in half a second."""
    pool = Pool.__init__

    def init(self: Pool, jobs: int, terms: object) -> None:
        pool(self, jobs, terms, seconds=0.5)  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "__init__", init)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (b"split-crash", f"the reader died (signal {signal.SIGSEGV})"),
        (b"split-exit", "the reader died (exit code 9)"),
        (b"split-sleep", "took more than 0.5 s to read; convert it to text, if it must be kept"),
        (b"split-spin", "took more than 0.5 s to read; convert it to text, if it must be kept"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_fresh_splitter_goes_on_behind_what_killed_one(
    tmp_path: Path, quick: None, harm: bytes, why: str, packed: bool
) -> None:
    data = b"hostile\none\ntwo\n" + harm + b"\nthree\nfour\n"
    (tmp_path / "pages").write_bytes(gzip.compress(data) if packed else data)
    assert told(tmp_path / "pages") == [
        "one",
        "two",
        f"failed: {why}, behind 2 articles, at byte 16; what follows was read",
        # The next splitter begins in the middle of a line, which this format does not notice.
        (harm[1:]).decode(),
        "three",
        "four",
    ]


def test_what_cannot_be_gone_on_with_is_told_with_how_far_it_got(tmp_path: Path, quick: None) -> None:
    (tmp_path / "pages").write_bytes(b"mute\none\ntwo\nsplit-crash\nthree\n")
    died = f"the reader died (signal {signal.SIGSEGV})"
    assert told(tmp_path / "pages") == [
        "mute",
        "one",
        "two",
        f"failed: {died}, behind 3 articles; the rest was not read",
    ]


def test_a_splitter_that_raises_or_lacks_memory_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"hostile\none\nsplit-raise\ntwo\n")
    assert told(tmp_path / "pages") == [
        "one",
        "failed: cannot be read: RuntimeError: the parser met what it does not know",
    ]
    (tmp_path / "pages").write_bytes(b"hostile\none\nsplit-memory\ntwo\n")
    assert told(tmp_path / "pages")[:2] == [
        "one",
        "failed: needs more than 1,024 MiB of memory to read; split it, or convert it to text",
    ]


def test_what_kills_every_splitter_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"hostile\none\n" + b"split-exit\n" * 200)
    found = told(tmp_path / "pages")
    assert found[0] == "one"
    assert found[-1] == "failed: 20 of its records ended the reader; the rest was not read"


def test_what_is_skipped_and_what_harms_its_reader_keep_their_places(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"hostile\none\nskip:image/png\nexit\nskip:image/png\ntwo\n")
    assert told(tmp_path / "pages") == [
        "one",
        "skipped: image/png",
        "failed: the reader died (exit code 9)",
        "skipped: image/png",
        "two",
    ]


@pytest.mark.parametrize("nonsense", ["far", None, -5, [1]])
def test_a_splitter_that_has_reached_nowhere_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: object
) -> None:
    def twisted(process: Process) -> list[Message]:
        found = honest(process)
        for message in found:
            if message.document.get("reached", 0) > 0:
                message.document["reached"] = nonsense
        return found

    honest = Process.read
    monkeypatch.setattr(Process, "read", twisted)
    (tmp_path / "pages").write_bytes(b"hostile\none\n")
    assert "failed: the reader gave an answer that is none" in told(tmp_path / "pages")[0]


def test_a_container_on_a_pipe_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"hostile\none\ntwo\n", gzip.compress(b"hostile\none\ntwo\n")):
        stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))
        monkeypatch.setattr("sys.stdin", stream)
        assert told("-") == ["one", "two"]


def test_files_share_one_splitter(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}").write_bytes(b"hostile\npage %d\n" % number)
    found = gather([str(tmp_path)], jobs=1)
    assert isinstance(next(found), Submission)
    started = set(children())
    assert len(started) == 2
    assert len(list(found)) == 19
    assert children() == []


def test_who_stops_asking_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"hostile\n" + b"page\n" * 50_000)
    found = gather([str(tmp_path / "pages")])
    assert isinstance(next(found), Submission)
    assert children()
    found.close()  # type: ignore[attr-defined]
    assert children() == []


def test_a_second_article_where_one_was_named_leaves_no_process(tmp_path: Path) -> None:
    from archive.given import Given

    (tmp_path / "pages").write_bytes(b"hostile\none\ntwo\nthree\n")
    with pytest.raises(InvalidValueError, match="more than one"):
        list(gather([str(tmp_path / "pages")], given=Given(fields={"title": "One"})))
    assert children() == []


def test_descriptors_are_not_lost(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}").write_bytes(b"hostile\nexit\npage %d\nsplit-exit\n" % number)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the listing is all that is wanted
    assert len(told(tmp_path)) > 60
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # noqa: PTH208
