"""An owner who rewrites the log, with all hashes made anew, and is found out by one checkpoint that was published.

`verify` cannot find most of these: the rewritten archive is a sound one.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import keys
from archive.archive import Archive
from archive.errors import InconsistentError
from archive.merkle import append_leaves, leaf_hash, pack_frontier
from archive.proofs.signing import compare_with_log, sign_checkpoint
from archive.verification import verify
from tests.archive import raw
from tests.archive.making import add_all, numbered

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = 20
EXAMPLES = int(os.environ.get("MORGUE_TAMPERING_EXAMPLES", "120"))

Events = list[tuple[str, bytes, int]]
"""Id, envelope and former position of each event that a rewritten log shall have."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give an archive's folder, and the checkpoint that was published of it."""
    folder = tmp_path_factory.mktemp("published") / "archive"
    with Archive.create(folder, make_key=lambda one: str(keys.create(one).verifier)) as archive:
        add_all(archive, numbered(EVENTS - 2))
        assert archive.size() == EVENTS
        return folder, sign_checkpoint(archive)


def rewrite(folder: Path, events: Events) -> None:
    """Make these the events of an archive, with payloads, leaves, nodes and head as they should be."""
    with raw.unguarded(folder) as log:
        log.execute("BEGIN")
        log.execute("DELETE FROM event")
        log.execute("DELETE FROM node")
        # Out of the way first: the numbers that are to be taken are taken.
        log.execute("UPDATE payload SET position = -1 - position")
        for position, (event_id, envelope, before) in enumerate(events):
            log.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (position, event_id, envelope, leaf_hash(envelope)))
            log.execute("UPDATE payload SET position = ? WHERE position = ?", (position, -1 - before))
        log.execute("DELETE FROM payload WHERE position < 0")
        grown = append_leaves(0, (), [leaf_hash(envelope) for _, envelope, _ in events])
        log.executemany("INSERT INTO node VALUES (?, ?, ?)", grown.nodes)
        log.execute("UPDATE head SET size = ?, frontier = ?", (grown.size, pack_frontier(grown.frontier)))
        log.execute("COMMIT")


def events_of(folder: Path) -> Events:
    with Archive.open(folder) as archive:
        return [(one.envelope.id, one.encoded, one.position) for one in archive.events()]


@st.composite
def tampered(draw: st.DrawFn) -> tuple[str, int, int]:
    what = draw(st.sampled_from(["cut", "swap", "delete", "copy", "date"]))
    first = draw(st.integers(1, EVENTS - 1))
    return what, first, draw(st.integers(1, EVENTS - 1).filter(lambda other: other != first))


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(tampered())
def test_whatever_is_rewritten_is_found_by_a_checkpoint(
    published: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, change: tuple[str, int, int]
) -> None:
    folder, signed = published
    events, (what, first, second) = events_of(folder), change
    if what == "cut":
        events = events[:first]
    elif what == "swap":
        events[first], events[second] = events[second], events[first]
    elif what == "delete":
        del events[first]
    elif what == "copy":
        events[first] = (events[first][0], events[second][1], events[first][2])
    else:
        event_id, envelope, position = events[first]
        events[first] = (event_id, envelope.replace(b'"time":"2', b'"time":"1'), position)
    forged = tmp_path_factory.mktemp("forged") / "archive"
    shutil.copytree(folder, forged)
    try:
        rewrite(forged, events)
        with Archive.open(forged) as archive, pytest.raises(InconsistentError):
            compare_with_log(archive, signed)
    finally:
        shutil.rmtree(forged.parent)


def test_what_is_rewritten_as_it_was_is_not_taken_for_a_forgery(published: tuple[Path, str], tmp_path: Path) -> None:
    folder, signed = published
    shutil.copytree(folder, tmp_path / "same")
    rewrite(tmp_path / "same", events_of(folder))
    with Archive.open(tmp_path / "same") as archive:
        assert compare_with_log(archive, signed).size == EVENTS
        assert list(verify(archive)) == []
