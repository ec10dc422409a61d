"""Building: bring a generation up to the log, or make one from the whole log.

Segments keep the order of the log, since document numbers follow positions: merging takes neighbours at the end of the
list only, and puts their documents before the new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archive.version import TOOL
from index import schema
from index.errors import reading_files
from index.generations import State
from index.projection import documents
from index.schema_hash import schema_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from whoosh.index import FileIndex
    from whoosh.writing import SegmentWriter

    from archive.archive import Archive
    from index.generations import Generation, Generations

_FAN = 8
"""Segments of about one size that may stand at the end of the list before they are merged."""

_MERGED_AT_MOST = 512
"""Documents in a segment that a catch-up still merges: an add stays quick, a rebuild makes one segment of all."""

_MEMORY_MB = 256


def build(
    archive: Archive,
    generations: Generations,
    *,
    onto: Generation | None,
    timeout: float,
    progress: Callable[[int, int], None],
) -> Generation:
    """Build and publish a generation that holds the log up to its end now; `onto` an older one, or from nothing.

    `progress` is called with events done and in all. Whatever goes wrong, the old generation goes on serving. Raises
    IndexBusyError, UnsearchableError, TornIndexError where `onto` cannot be read, and what reading the archive raises.
    """
    with generations.building(timeout=timeout):
        size = archive.size()
        if onto is not None:
            # Another builder may have been here while this one waited: go on from what serves now.
            onto = generations.current()
        if onto is not None and onto.state.size == size:
            return onto
        start = onto.state.size if onto is not None else 0
        folder = generations.next_folder()
        if onto is not None:
            generations.share(onto.folder, folder)
        totals = Totals(onto.state if onto is not None else None)
        _write(
            documents(archive, start, size),
            folder,
            totals,
            lambda position: progress(position + 1 - start, size - start),
        )
        progress(size - start, size - start)
        state = State(
            archive=archive.id,
            size=size,
            root=archive.root(size).hex(),
            schema=schema_hash(),
            code=TOOL,
            documents=totals.documents,
            lengths=totals.lengths,
        )
        return generations.publish(folder, state)


class Totals:
    """What a generation's state sums up, carried on from the generation before it."""

    def __init__(self, state: State | None) -> None:
        self.documents = state.documents if state is not None else 0
        self.lengths = dict(state.lengths) if state is not None else dict.fromkeys(schema.SCORED, 0)

    def add(self, document: dict[str, Any]) -> None:
        """Count a document."""
        self.documents += 1
        for field, column in schema.LENGTHS.items():
            self.lengths[field] += document[column]


def _write(
    recorded: Iterable[tuple[int, dict[str, Any]]], folder: Path, totals: Totals, step: Callable[[int], None]
) -> None:
    """Add documents to the index in a folder, made there if it has none; `step` is told each position."""
    with reading_files():
        index = _open(folder)
    writer: SegmentWriter = index.writer(compound=False, limitmb=_MEMORY_MB)
    try:
        with reading_files():
            kept = _merge_tail(writer)
        for position, document in recorded:
            writer.add_document(**document)
            totals.add(document)
            step(position)
        writer.commit(mergetype=lambda _writer, _segments: kept)
    except BaseException:
        # Whoosh's writer must be closed whatever happened, or its next user gets half a document.
        writer.cancel()
        raise
    finally:
        index.close()


def _merge_tail(writer: SegmentWriter) -> list[object]:
    """Merge the last segments of a size once there are enough of them; return those that stay as they are.

    Each document is merged about once for every power of the fan, so adding one by one costs little on average.
    """
    from whoosh.reading import SegmentReader

    segments = list(writer.segments)
    tail = len(segments)
    reach = _FAN
    while reach <= _MERGED_AT_MOST:
        run = tail
        while run and segments[run - 1].doc_count_all() < reach:
            run -= 1
        # Smaller ones are taken along, not counted: else the merged one would be merged again with every few of them.
        if sum(segment.doc_count_all() * _FAN >= reach for segment in segments[run:]) >= _FAN - 1:
            tail = run
        reach *= _FAN
    for segment in segments[tail:]:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return segments[:tail]


def _open(folder: Path) -> FileIndex:
    from whoosh.filedb.filestore import FileStorage

    storage = FileStorage(str(folder))
    if any(name.endswith(".toc") for name in storage.list()):
        return storage.open_index()
    return storage.create_index(schema.whoosh_schema())
