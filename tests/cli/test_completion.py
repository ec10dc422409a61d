"""Completion in the shell: values of the archive, nothing that a shell would act on, and silence whatever is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.sessions import Place


def bash(place: Place, *words: str) -> list[str]:
    """Return what bash is offered for the last word; it takes a colon for a word of its own."""
    done = morgue(
        place,
        environment={
            "_MORGUE_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("morgue", *words)),
            "COMP_CWORD": str(len(words)),
            "MORGUE_ARCHIVE": "archive",
        },
    )
    assert (done.code, done.stderr) == (0, "")
    return done.lines


def other(place: Place, shell: str, line: str) -> str:
    done = morgue(
        place,
        environment={
            "_MORGUE_COMPLETE": f"complete_{shell}",
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "MORGUE_ARCHIVE": "archive",
        },
    )
    assert (done.code, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def indexed(filled: Place) -> Place:
    assert morgue(filled, "--archive", "archive", "index").code == 0
    return filled


def test_commands_options_and_formats_are_offered(filled: Place) -> None:
    assert {"search", "show", "status"} <= set(bash(filled, "s"))
    assert "--format" in bash(filled, "search", "--f")
    assert {"json", "jsonl"} <= set(bash(filled, "search", "--format", "j"))


def test_values_of_fields_are_words_of_the_index(indexed: Place) -> None:
    assert bash(indexed, "search", "publisher", ":", "ans") == ["ansel"]
    assert "courier" in bash(indexed, "search", "publisher", ":")
    assert bash(indexed, "search", "tag", ":", "har") == ["harbour"]
    assert "publisher:ansel" in other(indexed, "fish", "morgue search publisher:ans")
    assert r"publisher\\:ansel" in other(indexed, "zsh", "morgue search publisher:ans")


def test_names_are_offered_to_options_as_a_command_line_has_them(filled: Place) -> None:
    assert bash(filled, "add", "--publisher", "the") == [r"The\ Ansel\ Courier"]
    assert other(filled, "fish", "morgue add --publisher The").strip() == "The Ansel Courier"
    assert bash(filled, "add", "--tag", "b") == ["buoys"]
    assert bash(filled, "tag", "4", "h") == ["harbour"]


def test_ids_are_those_of_the_latest_articles(filled: Place) -> None:
    assert bash(filled, "show", "") == ["5", "4", "3", "2", "1"]
    [digest] = bash(filled, "show", "b91c80")
    assert digest.startswith("b91c80b9")
    assert "Ferry runs aground" in other(filled, "fish", "morgue show 1")


def test_saved_searches_are_offered_where_one_is_named(filled: Place) -> None:
    for name in ("lamps", "ferries"):
        assert morgue(filled, "search", "--save", name, name).code == 0
    assert bash(filled, "search", "query", ":", "l") == ["lamps"]
    assert bash(filled, "search", "query", ":") == ["ferries", "lamps"]
    assert bash(filled, "search", "--save", "f") == ["ferries"]
    assert bash(filled, "saved", "--delete", "") == ["ferries", "lamps"]
    assert "query:lamps" in other(filled, "fish", "morgue search query:la")


def test_what_a_shell_would_act_on_is_not_offered(place: Place) -> None:
    names = ["$(touch x)", "`touch x`", r"a\$(touch x)", 'a"b', "a;b", "a|b", "a*", "a\nb", "People's Daily", "A (B)"]
    records = "\n".join(json.dumps({"text": f"Ship {n}.", "publisher": name}) for n, name in enumerate(names))
    assert morgue(place, "--archive", "archive", "init").code == 0
    added = morgue(place, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=records.encode())
    assert added.code == 0, added.stderr
    offered = bash(place, "add", "--publisher", "")
    assert r"People\'s\ Daily" in offered
    assert not [value for value in offered if set(value) & set('$`";|*(')]
    assert "touch" not in (zsh := other(place, "zsh", "morgue add --publisher "))
    assert "People" not in zsh


def test_without_an_archive_or_an_index_it_says_nothing(place: Place) -> None:
    assert bash(place, "search", "publisher", ":", "a") == []
    assert bash(place, "show", "") == []
    (place.work / "archive").mkdir()
    (place.work / "archive" / "events.db").write_bytes(b"no database")
    assert bash(place, "show", "") == []
    assert bash(place, "search", "x") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_of_three_shells_call_it(place: Place, shell: str) -> None:
    environment = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = morgue(place, "--show-completion", shell, environment=environment)
    assert done.code == 0, done.stderr
    assert f"_MORGUE_COMPLETE=complete_{shell}" in done.stdout
    done = morgue(place, "--install-completion", shell, environment=environment)
    assert done.code == 0, done.stderr
    assert "completion installed in" in done.stdout
