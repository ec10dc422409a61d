"""The commands of the life cycle, beyond their session: erased articles, hostile values, what a run keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive.archive import Archive
from archive.intake import Given, submit_text
from tests.archive.test_erased_parts import erase
from tests.cli.process import morgue
from tests.factories import add

if TYPE_CHECKING:
    from tests.cli.process import Finished
    from tests.sessions import Place

URL = "https://courier.example/2031/ferry"


def said(place: Place, *words: str | bytes, stdin: bytes = b"") -> Finished:
    return morgue(place, "--archive", "archive", *words, stdin=stdin)


def members(done: Finished) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.lines]


def test_the_history_of_an_erased_article_tells_that_it_was_there(place: Place) -> None:
    with Archive.create(place.work / "archive") as archive:
        position = add(archive, "A ferry.", title="Ferry in fog")
    assert said(place, "retract", str(position), "--reason", "made up").statuses == ["retracted"]
    with Archive.open(place.work / "archive") as archive:
        article_id = erase(archive, position, position + 2)
    for identifier in (str(position), article_id):
        done = said(place, "show", identifier, "--history")
        assert done.code == 0, done.stderr
        assert [line.split()[2] for line in done.lines] == ["added", "retracted", "erased"]
        assert "a court order, Court of Port Ansel" in done.lines[-1]
        assert "fog" not in done.stdout
        assert "made up" not in done.stdout
    told = members(said(place, "show", article_id, "--history", "--json"))
    assert [one["erased"] for one in told] == [True, True, False]
    log = said(place, "log")
    assert (log.code, "made up" in log.stdout) == (0, False)
    assert said(place, "tag", article_id, "sea").code == said(place, "show", article_id).code != 0


def test_a_run_keeps_neither_what_was_said_nor_an_address(place: Place) -> None:
    with Archive.create(place.work / "archive") as archive:
        position = archive.add(submit_text("A ferry.", given=Given(fields={"url": URL}))).position
        article_id = archive.version(position).article_id
    reason = "named by Ann Bell"
    assert said(place, "retract", URL, f"--reason={reason}", "--by", "Ann Bell").code == 0
    assert said(place, "tag", URL, "Ann Bell", "fog").code == 0
    assert said(place, "note", str(position), "Ann Bell called").code == 0
    assert said(place, "note", URL, "-", stdin=b"Ann Bell called again\n").code == 0
    kept = [run["arguments"] for run in members(said(place, "log", "--runs", "--json"))[1:]]
    assert "Ann Bell" not in str(kept)
    assert "courier" not in str(kept)
    assert kept[0] == [
        "--archive",
        "archive",
        "retract",
        article_id,
        "--reason=[in the event]",
        "--by",
        "[in the event]",
    ]
    assert kept[1][3:] == [article_id, "[in the event]", "[in the event]"]


def test_what_is_said_drives_no_terminal_and_is_refused_where_it_is_no_text(place: Place) -> None:
    with Archive.create(place.work / "archive") as archive:
        position = str(add(archive, "A ferry."))
    assert said(place, "note", position, "a \x1b[2J note").code == 0
    assert said(place, "retract", position, "--reason", "\u202emade up").code == 0
    for words in (("show", position), ("show", position, "--history"), ("log",), ("explain", position)):
        shown = said(place, *words).stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    done = said(place, "tag", position, b"\xff")
    assert (done.code, "not Unicode text" in done.stderr) == (2, True)
    assert said(place, "untag", position, "\x07").code == 2


def test_a_file_that_holds_several_articles_is_no_new_version(place: Place) -> None:
    with Archive.create(place.work / "archive") as archive:
        position = str(add(archive, "A ferry."))
    two = b'{"text": "one", "title": "a"}\n{"text": "two", "title": "b"}\n'
    done = said(place, "revise", position, "-", "--format", "jsonl", "--reason", "x", stdin=two)
    assert done.code == 2
    assert done.lines == []
    assert said(place, "revise", position, "missing.txt", "--reason", "x").code == 3
    assert said(place, "revise", "77", "-", "--reason", "x", stdin=b"text").code == 4


def test_what_a_command_prints_can_be_piped_into_the_next_one(place: Place) -> None:
    with Archive.create(place.work / "archive") as archive:
        positions = [add(archive, f"A ferry, number {number}.") for number in range(3)]
    tagged = said(place, "tag", "-", "sea", stdin="".join(f"{position}\n" for position in positions).encode())
    assert tagged.statuses == ["tagged"] * 3
    assert said(place, "withhold", "-", "--reason", "x", stdin=tagged.stdout.encode()).statuses == ["withheld"] * 3
    assert said(place, "search", "ferry").code == 1
