"""`morgue amend`: what a dry run shows of a change, what is told of failures, what an interruption leaves."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import attrs
import pytest

from archive.archive import Archive
from archive.article import Metadata
from archive.intake import gather
from archive.provenance import Boilerplate, Candidate, Origin, Span
from archive.submission import Submission
from tests import sessions
from tests.cli.process import complain, morgue, started

if TYPE_CHECKING:
    from archive.provenance import Fields
    from tests.sessions import Place

WRONG = "Menu\nFerry runs aground in fog\nPORT ANSEL\x1b[31m\n"


@pytest.fixture
def old(place: Place) -> Place:
    """Give a place whose archive has at position 1 an article that was read badly, at 2 one that nobody can read."""
    (ferry,) = gather([str(place.work / "clippings" / "ferry.txt")])
    assert isinstance(ferry, Submission)
    article = ferry.article
    (byline,) = article.metadata.fields["authors"]
    fields: Fields = {
        "title": (Candidate(value="Menu\x1b[2J", method="heading", extractor="text/0"),),
        "authors": (attrs.evolve(byline, span=None),),
        "place": (attrs.evolve(article.metadata.fields["place"][0], extractor="text/0"),),
    }
    bad = attrs.evolve(
        ferry,
        text=WRONG,
        article=attrs.evolve(
            article,
            metadata=Metadata(fields),
            text_is_original=False,
            media_type="text/html",
            boilerplate=(Boilerplate(span=Span(source="text", start=0, end=4), rule="menu"),),
        ),
    )
    broken = attrs.evolve(
        bad,
        original=b"{",
        article=attrs.evolve(
            article, digest="ab" * 32, origin=Origin(path="wire.jsonl", line=7, format="jsonl", importer="jsonl/0")
        ),
    )
    with Archive.create(place.work / "archive") as archive:
        list(archive.add_many((bad, broken)))
    return place


def test_a_dry_run_shows_every_kind_of_change_and_is_harmless(old: Place) -> None:
    done = morgue(old, "--archive", "archive", "amend", "1", "--dry-run")
    assert done.code == 0
    assert done.lines[0].split("\t")[:2] == ["1", "amended"]
    assert done.lines[1:] == [
        "  title: Menu\ufffd[2J -> Ferry runs aground in fog",
        "  authors: Joan Arkwright, otherwise known than before",
        "  published: not known -> 2031-03-05",
        "  media_type: text/html -> text/plain",
        "  boilerplate: +0 -1 stretches",
        "  text: +6 -2 lines",
        "    @@ -1,3 +1,7 @@",
        "    -Menu",
        "     Ferry runs aground in fog",
        "    -PORT ANSEL\ufffd[31m",
        "    +",
        "    +By Joan Arkwright",
        "    +",
        *done.lines[14:],
    ]
    assert len(done.lines) == 17
    assert morgue(old, "--archive", "archive", "log").lines[-1].split()[0] == "3"


def test_json_has_old_and_new_values(old: Place) -> None:
    words = ("--archive", "archive", "amend", "1", "--json")
    told = json.loads(morgue(old, *words, "--dry-run").stdout)
    done = json.loads(morgue(old, *words).stdout)
    assert done["changes"]["published"] == {"old": None, "new": "2031-03-05"}
    assert done["changes"]["authors"] == {"old": ["Joan Arkwright"], "new": ["Joan Arkwright"]}
    assert (done["boilerplate"], done["text_changed"]) == ({"added": 0, "removed": 1}, True)
    assert told.pop("text_diff")[:2] == ["@@ -1,3 +1,7 @@", "-Menu"]
    assert {**told, "position": 4} == done
    again = json.loads(morgue(old, *words).stdout)
    assert (again["status"], again["position"], again["changes"]) == ("unchanged", 4, {})


def test_what_cannot_be_read_is_told_and_the_rest_is_amended(old: Place) -> None:
    done = morgue(old, "--archive", "archive", "amend", "--all")
    assert (done.code, done.statuses) == (3, ["amended"])
    assert done.stderr.splitlines()[0].startswith("wire.jsonl:7: position 2 stays as it is: invalid JSON")
    assert done.stderr.splitlines()[1:] == ["morgue: 1 amended, 1 failed"]
    assert not complain(done)


def test_the_index_comes_along_unless_it_is_told_not_to(old: Place) -> None:
    assert morgue(old, "--archive", "archive", "search", "sandbank").code == 1
    assert morgue(old, "--archive", "archive", "amend", "1").code == 0
    status = json.loads(morgue(old, "--archive", "archive", "status", "--json").stdout)
    assert (status["index"]["behind"], status["versions"], status["articles"]) == (0, 3, 2)
    assert morgue(old, "--archive", "archive", "search", "sandbank").code == 0
    assert morgue(old, "--archive", "archive", "search", "sandbank", "--at", "3").code == 1


def test_an_interrupted_amend_is_recorded_and_goes_on_when_it_is_repeated(place: Place) -> None:
    count = 1500
    lines = "".join(json.dumps({"id": f"ship-{n}", "text": f"Ship {n} came in."}) + "\n" for n in range(count))
    (place.work / "ships.jsonl").write_text(lines)
    with Archive.create(place.work / "archive") as archive:
        list(archive.add_many(map(_keyless_place, gather([str(place.work / "ships.jsonl")]))))
    with started(place, "--archive", "archive", "amend", "--all", "--no-index") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, stderr = process.communicate()
    if process.returncode == 0:
        pytest.skip("it was done before it could be interrupted")
    assert (process.returncode, stderr.decode()) == (130, "morgue: interrupted\n")
    acknowledged = len((first + rest).splitlines())
    run = json.loads(morgue(place, "--archive", "archive", "log", "--runs", "--json").lines[-1])
    assert (run["command"], run["interrupted"], run["recorded"]) == ("amend", True, True)
    assert acknowledged <= run["counts"]["amended"] < count
    done = morgue(place, "--archive", "archive", "amend", "--all", "--no-index")
    assert done.statuses.count("amended") == count - run["counts"]["amended"]
    assert len(done.statuses) == count


def _keyless_place(one: object) -> Submission:
    assert isinstance(one, Submission)
    found = Candidate(value="Quellin", method="json", extractor="jsonl/0")
    return attrs.evolve(one, article=attrs.evolve(one.article, metadata=Metadata({"place": (found,)})))


def test_on_a_terminal_it_ends_with_a_summary(old: Place) -> None:
    done = sessions.run("morgue --archive archive amend 1 --dry-run", old, terminal=True, environment={"NO_COLOR": "1"})
    assert done.output.splitlines()[-1] == "morgue: 1 amended; nothing is recorded in a dry run"
    assert "\x1b" not in done.output
