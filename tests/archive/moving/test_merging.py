"""Merges: all of another log or nothing, each event as it is, once; what was erased stays erased."""

from __future__ import annotations

from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import codec, events, lookup
from archive.adding import Outcome
from archive.archive import Archive
from archive.erasing import Ground
from archive.errors import ConflictError, UnverifiedError
from archive.ids import new_id
from archive.moving import planning
from archive.moving.carried import Tree
from archive.moving.exporting import write_folder, write_lines
from archive.moving.merged import Blocks, check_merged, merges_of, read_merged
from archive.moving.merging import MergeOutcome, merge
from archive.moving.placing import new_file
from archive.moving.sources import ArchiveSource, source_at
from archive.new_events import NewEvent
from archive.parts import Part
from archive.proofs.key_history import key_history
from archive.proofs.note import new_signing_key
from archive.run_history import runs
from archive.verification import verify
from index.index import Index
from index.search import Request
from tests.archive.damage import amend
from tests.archive.making import add_all, kinds, numbered, submission
from tests.archive.moving.making import VARIED, erase, log_of, make_varied
from tests.archive.raw import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.store import Recorded

_OURS = frozenset({events.ARCHIVE_MERGED, events.RUN_RECORDED})
"""What a merge records of itself."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "here") as archive:
        add_all(archive, numbered(3))
        yield archive


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "there") as archive:
        add_all(archive, numbered(3, 100))
        yield archive


def take(into: Archive, other: Archive | Path, *, accept: bool = False) -> MergeOutcome:
    """Merge, and see that what is there afterwards verifies."""
    path = other.path if isinstance(other, Archive) else other
    with source_at(path, lock_timeout=5) as source:
        outcome = merge(into, source, accept_erasures=accept)
    assert list(verify(into)) == []
    return outcome


def keys(archive: Archive) -> set[tuple[str, str]]:
    """Return source and id of the events that no merge recorded about itself."""
    return {
        (event.envelope.source, event.envelope.id) for event in archive.events() if event.envelope.kind not in _OURS
    }


def test_events_come_over_as_they_are(tmp_path: Path, here: Archive) -> None:
    make_varied(tmp_path / "varied")
    outcome = take(here, tmp_path / "varied")
    assert (outcome.taken, outcome.known, outcome.position) == (VARIED, 0, 5)
    assert kinds(here)[5] == events.ARCHIVE_MERGED
    assert kinds(here)[-1] == events.RUN_RECORDED
    assert here.size() == 5 + 1 + VARIED + 1
    came = [(position - 6, *rest) for position, *rest in log_of(here.path)[6 : 6 + VARIED]]
    assert came == log_of(tmp_path / "varied")


def test_what_came_over_is_found_and_searched(tmp_path: Path, here: Archive) -> None:
    make_varied(tmp_path / "varied")
    with Archive.open(tmp_path / "varied") as other:
        article_id = other.version(4).article_id
    take(here, tmp_path / "varied")
    assert here.find("https://courier.example/2").article_id == article_id
    assert [version.number for version in here.versions(article_id)] == [1, 2]
    assert here.text(here.find(article_id)) == "Two, read again."
    assert [hit.heading for hit in Index(here).search(Request(query="lamp"))] == ["Lamp mended"]
    assert here.find("https://courier.example/ships/0").position == 1


def test_merging_again_changes_nothing(here: Archive, there: Archive) -> None:
    take(here, there)
    before = here.root()
    outcome = take(here, there)
    assert (outcome.taken, outcome.known, outcome.position) == (0, there.size(), None)
    assert here.root() == before


def test_a_log_that_grew_is_taken_up_where_it_was_left(here: Archive, there: Archive) -> None:
    first = take(here, there)
    assert first.position is not None
    add_all(there, numbered(2, 200))
    add_all(here, numbered(1, 300))
    second = take(here, there)
    assert (second.taken, second.known) == (3, 5)
    assert second.position is not None
    merged = read_merged(here.store, second.position)
    assert merged.continues == here.event(first.position).attribute("id")
    assert len(list(merged.ids())) == 3
    assert merged.tree == Tree(there.size(), there.root())
    assert merges_of(here.store) == [first.position, second.position]


def test_the_other_root_is_computed_again(tmp_path: Path, here: Archive, there: Archive) -> None:
    outcome = take(here, there)
    assert outcome.tree == Tree(there.size(), there.root())
    assert outcome.position is not None
    recorded = here.event(outcome.position)
    assert list(check_merged(here.store, recorded)) == []
    with unguarded(here.path) as connection:
        connection.execute("UPDATE event SET leaf = zeroblob(32) WHERE position = ?", (outcome.position + 2,))
    assert "root" in " ".join(check_merged(here.store, recorded))


def test_an_archive_may_be_merged_both_ways_and_around(tmp_path: Path, here: Archive, there: Archive) -> None:
    take(here, there)
    take(there, here)
    with Archive.create(tmp_path / "third") as third:
        add_all(third, numbered(1, 400))
        take(third, here)
        outcome = take(third, there)
        # Its own merge, the run of that, and nothing else.
        assert outcome.taken == 2
        take(here, third)
        assert keys(here) == keys(third) > keys(there)
    assert take(here, here).position is None


def test_times_of_others_do_not_run_ours(here: Archive, there: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("archive.appending.now", lambda: "2931-01-01T00:00:00.000000Z")
        add_all(there, numbered(1, 500))
    take(here, there)
    [outcome] = add_all(here, numbered(1, 600))
    assert here.event(outcome.position).attribute("time") < "2100"


def test_a_position_is_of_the_time_when_it_was_recorded_here(here: Archive, there: Archive) -> None:
    late = here.event(here.size() - 1).attribute("time")
    size = here.size()
    take(here, there)
    add_all(here, numbered(1, 700))
    assert here.position_at(late) == size - 1
    assert here.position_at("2999-01-01") == here.size() - 1
    blocks = Blocks.of(here.store)
    assert [blocks.recorded_by(position) for position in range(size, size + 8)] == [*[size] * 6, size + 6, size + 7]


def test_other_bytes_under_one_id_are_refused(tmp_path: Path, here: Archive, there: Archive) -> None:
    take(here, there)
    before = log_of(here.path)
    with unguarded(there.path) as connection:
        connection.execute(
            "UPDATE event SET envelope = CAST(replace(CAST(envelope AS TEXT), 'added.v1', 'added.v2') AS BLOB)"
            " WHERE position = 2"
        )
    with source_at(there.path, lock_timeout=5) as source, pytest.raises(ConflictError, match="event 2 has the id of"):
        merge(here, source)
    assert log_of(here.path) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payload SET checksum = zeroblob(32) WHERE position = 3 AND part = 'origin'",
        "UPDATE payload SET salt = zeroblob(32), data = x'0000', checksum = zeroblob(32) WHERE position = 3",
        "UPDATE payload SET codec = 'x' WHERE position = 2",
        "DELETE FROM payload WHERE position = 3 AND part = 'origin'",
        "UPDATE payload SET part = 'other' WHERE position = 3 AND part = 'origin'",
        "DELETE FROM event WHERE position = 2",
        "DELETE FROM event WHERE position = 4",
        "DELETE FROM meta",
        "UPDATE event SET envelope = CAST(' ' || CAST(envelope AS TEXT) AS BLOB) WHERE position = 3",
        "UPDATE event SET envelope = (SELECT envelope FROM event WHERE position = 2) WHERE position = 3",
        "UPDATE event SET envelope = zeroblob(9) WHERE position = 3",
        "UPDATE head SET frontier = zeroblob(64)",
    ],
)
def test_nothing_is_taken_from_a_damaged_log(here: Archive, there: Archive, sql: str) -> None:
    before = log_of(here.path)
    there.close()
    with unguarded(there.path) as connection:
        connection.execute(sql)
    with pytest.raises(UnverifiedError), source_at(there.path, lock_timeout=5) as source:
        merge(here, source)
    assert log_of(here.path) == before


def test_exports_are_merged_as_archives_are(tmp_path: Path, here: Archive) -> None:
    make_varied(tmp_path / "varied")
    with Archive.open(tmp_path / "varied") as other:
        with new_file(tmp_path / "events") as file:
            write_lines(ArchiveSource(other.store), file.write)
        write_folder(ArchiveSource(other.store), tmp_path / "folder")
        with new_file(tmp_path / "some") as file:
            write_lines(ArchiveSource(other.store, [4, 10]), file.write)
    some = take(here, tmp_path / "some")
    assert (some.taken, some.tree, some.articles) == (2, None, 2)
    assert take(here, tmp_path / "some").position is None
    assert take(here, tmp_path / "events").taken == VARIED - 2
    assert take(here, tmp_path / "folder").taken == 0
    assert take(here, tmp_path / "varied").taken == 0


def test_a_reading_without_its_version_is_refused(tmp_path: Path, here: Archive) -> None:
    make_varied(tmp_path / "varied")
    with Archive.open(tmp_path / "varied") as other, new_file(tmp_path / "some") as file:
        write_lines(ArchiveSource(other.store, [10]), file.write)
    with (
        source_at(tmp_path / "some", lock_timeout=5) as source,
        pytest.raises(UnverifiedError, match="a version that is not there"),
    ):
        merge(here, source)


def test_an_event_that_no_merge_brought_is_damage(here: Archive, there: Archive) -> None:
    there_id = there.event(2).envelope
    with here.store.appending() as appender:
        packed = [
            Part(name, value, tuple(there.store.stored_chunks(2, name))) for name, value in there_id.commitments.items()
        ]
        appender.adopt(there_id, packed)
    assert "no merge brought it" in " ".join(problem.message for problem in verify(here))


# Erasures


def is_erased(archive: Archive, position: int) -> bool:
    return all(
        chunk.is_erased
        for part in archive.event(position).envelope.commitments
        for chunk in archive.store.stored_chunks(position, part)
    )


def test_what_was_erased_there_arrives_erased(here: Archive, there: Archive) -> None:
    erase(there, 2)
    outcome = take(here, there)
    assert outcome.position is not None
    assert is_erased(here, outcome.position + 3)
    assert here.store.erased_parts(outcome.position + 3) == {"article", "origin", "original"}


def test_what_was_erased_there_later_is_erased_here(here: Archive, there: Archive) -> None:
    first = take(here, there)
    assert first.position is not None
    article_id = there.version(2).article_id
    erase(there, 2)
    second = take(here, there)
    assert (second.erased, second.refused) == (1, 0)
    assert is_erased(here, first.position + 3)
    assert here.versions(article_id) == []
    assert here.versions_under("url", "https://courier.example/ships/101") == []


def test_what_others_erased_of_ours_stays_unless_accepted(here: Archive, there: Archive) -> None:
    take(there, here)
    position = 7
    assert there.event(position).attribute("id") == here.event(1).attribute("id")
    erase(there, position)
    refused = take(here, there)
    assert (refused.refused, refused.erased) == (1, 0)
    assert here.text(here.version(1)) == "The harbour of Quellin took in 0 ships on that day."
    assert here.store.erased_parts(1) == frozenset()
    assert take(here, there).position is None
    accepted = take(here, there, accept=True)
    assert (accepted.refused, accepted.erased, accepted.taken) == (0, 1, 0)
    assert is_erased(here, 1)
    assert kinds(here)[-2:] == [events.ARTICLE_ERASED, events.RUN_RECORDED]
    # It is an erasure of this archive now, and names the one that it follows.
    own = here.event(here.size() - 2).envelope
    assert own.source == f"urn:uuid:{here.id}"
    assert here.event(here.store.position_of(own.causation or "") or 0).envelope.kind == events.ARTICLE_ERASED


def test_what_is_gone_everywhere_arrives_erased_whoever_erased_it(
    tmp_path: Path, here: Archive, there: Archive
) -> None:
    take(there, here)
    erase(there, 7)
    with Archive.create(tmp_path / "third") as third:
        outcome = take(third, there)
        assert outcome.position is not None
        gone = third.store.position_of(there.event(7).attribute("id"))
        assert gone is not None
        assert is_erased(third, gone)
        assert third.store.erased_parts(gone) == {"article", "origin", "original"}
        # The one who recorded it has it still; it does not come back from there.
        take(third, here)
        assert is_erased(third, gone)


def test_what_was_erased_here_does_not_come_back(here: Archive, there: Archive) -> None:
    take(here, there)
    position = here.store.position_of(there.event(2).attribute("id"))
    assert position is not None
    erase(here, position)
    add_all(there, numbered(1, 800))
    take(here, there)
    assert is_erased(here, position)


def test_readings_of_what_is_erased_go_with_it(here: Archive, there: Archive) -> None:
    take(here, there)
    position = here.store.position_of(there.event(2).attribute("id"))
    assert position is not None
    reading = amend(here, here.version(position), "Read again here.")
    erase(there, 2)
    outcome = take(here, there)
    assert outcome.erased == 2
    assert is_erased(here, reading)


def test_a_reading_made_elsewhere_of_what_is_erased_here_arrives_erased(
    tmp_path: Path, here: Archive, there: Archive
) -> None:
    take(here, there)
    position = here.store.position_of(there.event(2).attribute("id"))
    assert position is not None
    erase(here, position)
    amend(there, there.version(2), "Read again there.")
    outcome = take(here, there)
    assert outcome.erased == 1
    assert is_erased(here, here.store.position_of(there.event(there.size() - 1).attribute("id")) or 0)


def test_what_was_erased_here_as_another_article_arrives_erased(here: Archive, there: Archive) -> None:
    same = submission("The harbour of Quellin took in 1 ships on that day.", title="Ships: 1")
    moved = submission("It moved.", url="https://courier.example/ships/1")
    came = [outcome.position for outcome in add_all(there, [same, moved])]
    erasure = here.erase("2", Ground(basis="a court order", authority="Court of Port Ansel"))
    merged = take(here, there)
    assert (merged.suppressed, merged.articles) == (2, 3)
    for position in came:
        arrived = here.store.position_of(there.event(position).attribute("id"))
        assert arrived is not None
        assert is_erased(here, arrived)
    own = here.event(here.size() - 2).envelope
    assert (own.kind, own.causation) == (events.ARTICLE_ERASED, here.event(erasure.position).attribute("id"))


def test_runs_that_name_what_arrives_erased_arrive_without_their_words(here: Archive, there: Archive) -> None:
    same = submission("The harbour of Quellin took in 1 ships on that day.", title="Ships: 1")
    other = submission("The lamp.", title="Lamp")
    list(there.add_many([same, other], arguments=("--title=Ships: 1", "--json")))
    list(there.add_many([submission("It moved.", url="https://courier.example/ships/1")], arguments=("./moved.txt",)))
    here.erase("2", Ground(basis="a court order", authority="Court of Port Ansel"))
    before = here.size()
    take(here, there)
    told = [entry.run.arguments for entry in runs(here, before) if entry.run is not None and entry.run.command == "add"]
    assert told == [(), ("[erased]", "--json"), ("[erased]",)]
    kept = [here.store.part(each.position, part) for each in here.events(before) for part in _readable(here, each)]
    assert not any(b'Ships: 1"' in content or b"moved" in content for content in kept)


def _readable(archive: Archive, recorded: Recorded) -> set[str]:
    return set(recorded.envelope.commitments) - archive.store.erased_parts(recorded.position)


def keyed_copy(folder: Path, to: Path) -> None:
    """Copy an archive, and record in the copy that it has a key, as somebody may who gets hold of it."""
    copytree(folder, to)
    with Archive.open(to) as copy:
        key = new_signing_key(f"morgue.invalid/{copy.id}").verifier
        event = NewEvent(
            type=events.type_of(events.ARCHIVE_KEYED),
            subject=copy.id,
            correlation=new_id(),
            parts={events.KEY: codec.to_bytes({"key": str(key)})},
        )
        with copy.store.appending() as appender:
            appender.append(event, [lookup.article_key(copy.id)])
        assert [each.key for each in key_history(copy)] == [key]


def test_nobody_gives_this_archive_another_key(tmp_path: Path, here: Archive) -> None:
    here.close()
    keyed_copy(tmp_path / "here", tmp_path / "copy")
    with (
        Archive.open(tmp_path / "here") as again,
        source_at(tmp_path / "copy", lock_timeout=5) as source,
        pytest.raises(ConflictError, match="another key"),
    ):
        merge(again, source)


def test_a_key_that_came_in_with_a_merge_is_none_of_ours(
    tmp_path: Path, here: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in an archive that took it in before such keys were refused.
    monkeypatch.setattr(planning, "_check_new", lambda *_: None)
    here.close()
    keyed_copy(tmp_path / "here", tmp_path / "copy")
    with Archive.open(tmp_path / "here") as again:
        take(again, tmp_path / "copy")
        assert kinds(again).count(events.ARCHIVE_KEYED) == 1
        assert key_history(again) == []


def test_what_an_archive_let_in_again_after_its_own_erasure_comes_over(here: Archive, there: Archive) -> None:
    take(here, there)
    there.erase("2", Ground(basis="a mistake", authority="the desk"))
    [again] = there.add_many(numbered(1, 101), allow_erased=True)
    assert take(here, there).erased == 1
    assert isinstance(again, Outcome)
    arrived = here.store.position_of(there.event(again.position).attribute("id"))
    assert arrived is not None
    assert not is_erased(here, arrived)


def test_nobody_erases_in_our_name(tmp_path: Path, here: Archive) -> None:
    here.close()
    copytree(tmp_path / "here", tmp_path / "copy")
    with Archive.open(tmp_path / "copy") as copy:
        erase(copy, 1)
    with Archive.open(tmp_path / "here") as again:
        with (
            source_at(tmp_path / "copy", lock_timeout=5) as source,
            pytest.raises(ConflictError, match="in the name of this archive"),
        ):
            merge(again, source)
        assert take(again, tmp_path / "copy", accept=True).erased == 1
        assert is_erased(again, 1)


# Laws

_STEPS = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["add", "merge", "revise", "erase"]), st.integers(0, 5)),
    max_size=8,
)


def play(steps: list[tuple[str, str, int]], archives: dict[str, Archive]) -> None:
    for who, what, number in steps:
        archive = archives[who]
        if what == "merge":
            take(archive, archives["b" if who == "a" else "a"])
        elif what == "erase":
            own = [
                version.position for version in map(archive.find, {f"https://{who}.example/{number}"} & urls(archive))
            ]
            if own:
                erase(archive, *own)
        else:
            text = f"{number} {what}"
            add_all(archive, [submission(text, url=f"https://{who}.example/{number}")])


def urls(archive: Archive) -> set[str]:
    found = set()
    for event in archive.events():
        if event.envelope.kind in events.ARTICLE_KINDS and not archive.store.erased_parts(event.position):
            found.add(archive.version(event.position).article.canonical_url or "")
    return found


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_merges_commute_but_for_the_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]]
) -> None:
    """Whatever happened before: each holds the events of both, and a rebuild of its index equals catching up."""
    folder = tmp_path_factory.mktemp("law")
    with Archive.create(folder / "a") as a, Archive.create(folder / "b") as b:
        play(steps, {"a": a, "b": b})
        Index(a).catch_up()
        take(a, b)
        take(b, a)
        assert keys(a) == keys(b)
        take(a, b)
        before = a.root()
        assert take(a, b).position is None
        assert a.root() == before
        held = {
            (event.envelope.id, part): a.store.stored_chunks(event.position, part)
            for event in a.events()
            for part in event.envelope.commitments
        }
        for event in b.events():
            for part in event.envelope.commitments:
                if (event.envelope.id, part) in held:
                    ours = held[event.envelope.id, part]
                    theirs = b.store.stored_chunks(event.position, part)
                    assert all(c.is_erased for c in ours) == all(c.is_erased for c in theirs)
        caught_up = hits(a)
        Index(a).rebuild()
        assert hits(a) == caught_up


def hits(archive: Archive) -> list[tuple[int, float]]:
    found = Index(archive).search(Request(query="add OR revise", limit=1000))
    return [(hit.version.position, hit.score) for hit in found]
