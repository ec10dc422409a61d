"""Runs: what is recorded of one, what is read of old ones, and which ones were never recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from archive import codec, importers
from archive.errors import InvalidEventError
from archive.importers.libraries import LIBRARIES, readers_of, with_versions
from archive.intake import gather
from archive.provenance import Origin
from archive.run_history import RunEntry, runs
from archive.runs import Run, RunInProgress
from archive.submission import Failure
from archive.version import TOOL
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive

OLD = {
    "agent": "joan@desk",
    "arguments": ["add", "clippings"],
    "command": "add",
    "counts": {"added": 2},
    "ended": "2031-03-05T10:00:02.500000Z",
    "started": "2031-03-05T10:00:00.000000Z",
    "tool": "morgue 0.1.0",
}


def test_a_run_of_an_earlier_version_is_read() -> None:
    run = codec.run_from_document("an id", OLD)
    assert (run.counts, run.skipped, run.extractors, run.python, run.platform) == ({"added": 2}, {}, (), "", "")
    assert codec.run_document(run) == OLD


def test_a_run_is_read_as_it_was_written() -> None:
    run = Run(
        id="an id",
        command="amend",
        arguments=("amend", "--all"),
        agent="joan@desk",
        tool="morgue 0.2.0",
        started="2031-03-05T10:00:00.000000Z",
        ended="2031-03-05T10:00:01.000000Z",
        counts={"amended": 1},
        interrupted=True,
        skipped={"a picture": 3},
        extractors=("html/2", "trafilatura/2.0.0"),
        python="CPython 3.12.3",
        platform="linux x86_64",
    )
    assert codec.run_from_document("an id", codec.from_bytes(codec.to_bytes(codec.run_document(run)))) == run


@pytest.mark.parametrize("member", [{"skipped": {"a": "3"}}, {"extractors": "text/1"}, {"python": 3}, {"platform": []}])
def test_a_member_of_the_wrong_type_is_damage(member: dict[str, object]) -> None:
    with pytest.raises(InvalidEventError, match=next(iter(member))):
        codec.run_from_document("an id", {**OLD, **member})


def test_a_run_says_what_read_its_articles(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("Ferry Is Back\n\nOSLO, April 13 - The ferry is back.\n", "utf-8")
    add_all(archive, gather([str(tmp_path)]))
    run = archive.run(2)
    assert run.extractors == (importers.signature(importers.importer_for("text")),)
    assert run.tool == TOOL
    assert run.python
    assert run.platform
    add_all(archive, [submission("Another.")])
    assert archive.run(4).extractors == ("user/1",)
    (tmp_path / "ferry.txt").write_bytes("Fähre läuft auf Grund, müde Gäste überall\n".encode("cp1252"))
    add_all(archive, gather([str(tmp_path)]))
    assert [name.rpartition("/")[0] for name in archive.run(6).extractors] == ["charset-normalizer", "text"]


def test_the_libraries_of_every_format_that_is_read_are_there() -> None:
    names = {library for name in importers.NAMES for library in LIBRARIES.get(name, ())} | {"charset-normalizer"}
    assert {version.rpartition("/")[0] for version in with_versions(names)} == names
    assert list(with_versions(["no such distribution"])) == []


def test_a_format_and_its_container_have_libraries() -> None:
    article = submission("Text.").article
    assert readers_of(article) == (("user/1",), ())
    page = Origin(path="a.warc.gz", format="html", importer="html/1", container="warc")
    assert readers_of(attrs.evolve(article, origin=page)).libraries == ("htmldate", "trafilatura", "warcio")


def test_what_was_skipped_is_counted_by_reason() -> None:
    run = RunInProgress("add", (), "")
    for reason in ("a picture", "a script", "a picture"):
        run.skip(reason)
    assert not run.needs_recording
    document = codec.from_bytes(run.event().parts["run"])
    assert document["skipped"] == {"a picture": 2, "a script": 1}


def test_a_run_says_why_records_were_skipped(archive: Archive) -> None:
    skipped = [Failure(path="a.warc", message=f"image/{number}", skipped=True) for number in (1, 1, *range(200))]
    list(archive.add_many([*skipped, submission("One.")]))
    run = archive.run(2)
    assert run.counts == {"added": 1}
    # However many kinds somebody makes up.
    assert (run.skipped["image/1"], run.skipped["others"], len(run.skipped)) == (3, 100, 101)


def test_runs_are_listed_with_where_their_events_are(archive: Archive) -> None:
    list(archive.add_many(numbered(3), agent="joan@desk"))
    list(archive.add_many(numbered(3)))
    list(archive.add_many([submission("One."), submission("One.")], command="import"))
    first, second = runs(archive)
    assert (first.first, first.position, first.events, first.counts) == (1, 4, 3, {"added": 3})
    assert first.run == archive.run(4)
    assert (second.first, second.position, second.counts) == (5, 6, {"added": 1, "unchanged": 1})
    assert (first.started, first.ended) == (archive.run(4).started, archive.run(4).ended)
    assert first.seconds >= 0
    assert runs(archive, 5) == [second]
    assert runs(archive, 7) == []


def test_a_run_that_was_killed_is_known_by_its_events(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.batches.BATCH_ARTICLES", 2)
    results = archive.add_many(numbered(6))
    next(results)
    next(results)
    next(results)
    # What a kill leaves: two batches, and nobody who records the run.
    monkeypatch.setattr(RunInProgress, "needs_recording", property(lambda _: False))
    results.close()
    monkeypatch.undo()
    list(archive.add_many([submission("Another.")]))
    killed, whole = runs(archive)
    assert (killed.first, killed.position, killed.run) == (1, None, None)
    assert (killed.events, killed.counts) == (4, {"added": 4})
    assert killed.started == archive.event(1).attribute("time")
    assert killed.ended == archive.event(4).attribute("time")
    assert whole.position == 6


def test_how_long_a_run_took_is_known() -> None:
    begun, done = "2031-03-05T10:00:00.000000Z", "2031-03-05T10:00:02.500000Z"
    entry = RunEntry(id="", first=1, position=2, events=1, started=begun, ended=done, counts={}, run=None)
    assert entry.seconds == 2.5
    assert attrs.evolve(entry, ended="2031-03-05T11:00:00.000000Z").seconds == 3600
