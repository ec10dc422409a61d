"""Reading ahead: what another process reads is what would be read here, or it is said that it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import batches
from index.batches import Batch
from index.batches import batches as in_batches
from index.processes import TaskFailedError
from index.projection import Document, Standing, projected
from index.reading_ahead import read_ahead, read_frames, write_frames
from index.standing import RETRACTED
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from archive.archive import Archive

_ROWS: list[Document | Standing] = [
    *(
        Document(
            position=number + 1,
            title=f"Dam {number}",
            passages=("The gate \ud800 opened.", "Été") if number % 2 else (),
            names={"author": ("Ilse Quarrow",), "tag": ()} if number % 3 else {},
            days=(number, number + 1) if number % 2 else None,
            published=-number if number % 2 else None,
            supersedes=number if number == 4 else None,
        )
        for number in range(7)
    ),
    Standing(9, 3, RETRACTED, 1, 2, ("flood",)),
    Standing(10, 4, 0),
]


def _filled(archive: Archive) -> list[Batch]:
    """Add articles with text beyond ASCII, names and a later version; return what there is to index, in batches."""
    add_all(
        archive, [Clipping(text=f"Šlapanice {number} \U0001f6a2 ships", key=f"{number % 5}") for number in range(9)]
    )
    add(archive, "", title="Nothing but a title", publisher="Port News")
    return list(in_batches(projected(archive, 0, archive.size())))


def test_another_process_reads_what_is_read_here(archive: Archive) -> None:
    expected = _filled(archive)
    with read_ahead(archive.path, 0, archive.size()) as found:
        assert list(found) == expected
    assert expected[0].superseding
    assert sum(len(batch.positions) // 8 for batch in expected) == 10


def test_a_range_may_hold_nothing_to_index(archive: Archive) -> None:
    with read_ahead(archive.path, 0, 1) as found:
        assert list(found) == []


def test_a_process_that_fails_is_told(archive: Archive) -> None:
    with pytest.raises(TaskFailedError), read_ahead(archive.path / "nothing", 0, 1) as found:
        list(found)


def test_who_takes_only_the_first_batch_is_not_kept_waiting(archive: Archive) -> None:
    _filled(archive)
    with pytest.raises(StopIteration), read_ahead(archive.path, 0, archive.size()) as found:
        next(iter([next(found)][1:]))


@given(st.integers(1, 200), st.integers(1, 5))
def test_frames_come_through_in_any_pieces(size: int, documents: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "DOCUMENTS", documents)
        written = list(in_batches(_ROWS))
    stream = _stream(written)
    assert list(read_frames(stream[at : at + size] for at in range(0, len(stream), size))) == written


@given(st.integers(0, 400))
def test_a_stream_that_breaks_off_is_told(end: int) -> None:
    stream = _stream(list(in_batches(_ROWS)))
    with pytest.raises(TaskFailedError, match="breaks off"):
        list(read_frames([stream[: min(end, len(stream) - 1)]]))


def _stream(written: list[Batch]) -> bytes:
    pieces: list[bytes] = []
    write_frames(written, pieces.append)
    return b"".join(pieces)
