"""Merging neighbouring segments into one, in the order of their documents.

Blocks go through temporary files. Held in memory are terms, columns, and of the most frequent term all tokens.
"""

from __future__ import annotations

import itertools
import tempfile
from array import array
from typing import TYPE_CHECKING, Any, BinaryIO

from index import schema_fields as schema
from index.bm25 import segment_norms
from index.segment.blocks import SECTIONS, Encoder
from index.segment.layout import FORMAT, SegmentFile
from index.segment.lengths import Lengths
from index.segment.writer import COLUMNS, FEW, Lexicon, write_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.segment.reader import Segment


def merge_segments(segments: list[Segment], path: Path) -> None:
    """Write the documents of some segments, in order, to a new file, synced. Nothing is left of it where that fails."""
    file = SegmentFile(path)
    try:
        _merge(segments, file, path.parent)
    except BaseException:
        file.abandon()
        raise


def _merge(segments: list[Segment], file: SegmentFile, folder: Path) -> None:
    lexicon = Lexicon()
    short = {name: b"".join(bytes(segment.sections[f"short_{name}"]) for segment in segments) for name in schema.SCORED}
    bases = [0]
    for segment in segments:
        bases.append(bases[-1] + segment.documents)
    tokens = {name: sum(segment.tokens[name] for segment in segments) for name in schema.SCORED}
    lengths = {name: Lengths(short[name], segment_norms(tokens[name], bases[-1])) for name in schema.SCORED}
    if sum(sum(segment.sections["term_tokens"]) for segment in segments) <= FEW:
        encoder = Encoder()
        for name in schema.INDEXED:
            _merge_few(name, list(zip(segments, bases, strict=False)), lengths.get(name), encoder, lexicon)
        for name, type_code in SECTIONS.items():
            file.add(name, type_code, encoder.sections[name])
    else:
        from index.segment.bulk import merge_fields

        with tempfile.TemporaryDirectory(dir=folder, prefix="merge-") as scratch:
            spools = {name: Spool(scratch) for name in SECTIONS}
            merge_fields(segments, bases, lengths, lexicon, spools)
            for name, type_code in SECTIONS.items():
                file.add(name, type_code, *spools[name].pieces())
    lexicon.write(file)
    for name in schema.SCORED:
        file.add(f"length_{name}", "I", *(segment.sections[f"length_{name}"] for segment in segments))
        file.add(f"short_{name}", "B", short[name])
    columns = {name: array(type_code) for name, type_code in COLUMNS.items()}
    superseding: list[tuple[int, int]] = []
    for segment, base in zip(segments, bases, strict=False):
        for name, column in columns.items():
            column.frombytes(bytes(segment.sections[name]))
        pairs = zip(segment.sections["superseding"], segment.sections["superseded"], strict=True)
        superseding += [(base + document, position) for document, position in pairs]
    write_columns(file, columns, superseding)
    file.finish(
        {
            "format": FORMAT,
            "documents": bases[-1],
            "fields": lexicon.fields,
            "tokens": tokens,
        }
    )


def _merge_few(
    field: str,
    segments: list[tuple[Segment, int]],
    lengths: Lengths | None,
    encoder: Encoder,
    lexicon: Lexicon,
) -> None:
    """Merge one field in plain Python."""
    lexicon.begin(field)
    for spelling in sorted(set().union(*(spellings(segment, field) for segment, _ in segments))):
        postings: list[tuple[int, list[int]]] = []
        for segment, base in segments:
            term = segment.term(field, spelling)
            if term is not None:
                documents = list(segment.postings(term))
                places = (list(positions) for positions in segment.positions(term, documents))
                postings += [(base + document, here) for document, here in zip(documents, places, strict=True)]
        blocks = encoder.add(postings, lengths)
        lexicon.add(field, spelling, blocks, len(postings), sum(len(positions) for _, positions in postings))


def spellings(segment: Segment, field: str) -> list[bytes]:
    """Return the terms of a field in order."""
    first, last = segment.fields[field]
    starts = segment.sections["term_start"][first : last + 1].tolist()
    data = bytes(segment.sections["term_bytes"][starts[0] : starts[-1]])
    offset = starts[0]
    return [data[start - offset : end - offset] for start, end in itertools.pairwise(starts)]


class Spool:
    """A section on its way, in a temporary file."""

    _PIECE = 1 << 20

    def __init__(self, folder: str) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with its folder

    def append(self, piece: Any) -> None:
        """Add bytes."""
        self._file.write(piece)

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes in order, and give the file up."""
        self._file.seek(0)
        with self._file as file:
            while piece := file.read(self._PIECE):
                yield piece
