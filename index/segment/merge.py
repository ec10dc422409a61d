"""Merging neighbouring segments into one, in the order of their documents.

Blocks and lexicon go through temporary files. What is held in memory are the columns: some tens of bytes a document.
"""

from __future__ import annotations

import itertools
from array import array
from typing import TYPE_CHECKING, Any, BinaryIO

from index import schema_fields as schema
from index.bm25 import segment_norms
from index.segment.blocks import SECTIONS, Encoder
from index.segment.forms import merged
from index.segment.layout import FORMAT, SegmentFile
from index.segment.lengths import Lengths
from index.segment.standings import StandingRows
from index.segment.values import ValueColumns
from index.segment.writer import COLUMNS, LEXICON, Lexicon, write_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.segment.reader import Segment


FEW = 64_000
"""Tokens up to which plain Python is faster than importing numpy."""


def merge_segments(segments: list[Segment], path: Path) -> None:
    """Write the documents of some segments, in order, to a new file, synced. Nothing is left of it where that fails."""
    file = SegmentFile(path)
    try:
        _merge(segments, file, path.parent)
    except BaseException:
        file.abandon()
        raise


def _merge(segments: list[Segment], file: SegmentFile, folder: Path) -> None:
    short = {name: b"".join(bytes(segment.sections[f"short_{name}"]) for segment in segments) for name in schema.SCORED}
    bases = [0]
    for segment in segments:
        bases.append(bases[-1] + segment.documents)
    tokens = {name: sum(segment.tokens[name] for segment in segments) for name in schema.SCORED}
    lengths = {name: Lengths(short[name], segment_norms(tokens[name], bases[-1])) for name in schema.SCORED}
    if sum(sum(segment.tokens.values()) + segment.documents for segment in segments) <= FEW:
        encoder = Encoder()
        lexicon = Lexicon()
        for name in schema.INDEXED:
            _merge_few(name, list(zip(segments, bases, strict=False)), lengths.get(name), encoder, lexicon)
        for name, type_code in SECTIONS.items():
            file.add(name, type_code, [encoder.sections[name]])
        lexicon.write(file)
    else:
        import tempfile

        from index.segment.bulk_merge import merge_fields

        with tempfile.TemporaryDirectory(dir=folder, prefix="merge-") as scratch:
            spools = {name: Spool(scratch) for name in SECTIONS}
            lexicon = Lexicon({name: Spool(scratch) for name in LEXICON})
            merge_fields(segments, bases, lengths, lexicon, spools)
            for name, type_code in SECTIONS.items():
                file.add(name, type_code, spools[name])
            lexicon.write(file)
    first = array("I")
    file.add("forms", "B", _merged_forms(segments, bases, first))
    file.add("form_first", "I", [first])
    for name in schema.SCORED:
        file.add(f"length_{name}", "I", (segment.sections[f"length_{name}"] for segment in segments))
        file.add(f"short_{name}", "B", [short[name]])
    columns = {name: array(type_code) for name, type_code in COLUMNS.items()}
    superseding: list[tuple[int, int]] = []
    for segment, base in zip(segments, bases, strict=False):
        for name, column in columns.items():
            column.frombytes(bytes(segment.sections[name]))
        pairs = zip(segment.sections["superseding"], segment.sections["superseded"], strict=True)
        superseding += [(base + document, position) for document, position in pairs]
    write_columns(file, columns, superseding)
    values, standings = ValueColumns(), StandingRows()
    for segment in segments:
        values.extend(segment.sections)
        standings.extend(segment.sections)
    values.write(file)
    standings.write(file)
    file.finish(
        {
            "format": FORMAT,
            "documents": bases[-1],
            "fields": lexicon.fields,
            "tokens": tokens,
        }
    )


def _merged_forms(segments: list[Segment], bases: list[int], first: array[int]) -> Iterator[bytes]:
    """Yield the bytes of all forms, and add the first document of each to an array."""
    for piece, documents in merged([segment.form_list for segment in segments], bases[:-1]):
        first.extend(documents)
        yield piece


def _merge_few(
    field: str,
    segments: list[tuple[Segment, int]],
    lengths: Lengths | None,
    encoder: Encoder,
    lexicon: Lexicon,
) -> None:
    """Merge one field in plain Python."""
    lexicon.begin(field)
    # A block at a time, found by the numbers of the terms: to look each term up in each segment takes longer.
    found: dict[bytes, tuple[list[int], list[int], list[int]]] = {}
    for segment, base in segments:
        blocks = segment.blocks
        first, last = segment.fields[field]
        for number, spelling in enumerate(spellings(segment, first, last), first):
            if spelling not in found:
                found[spelling] = [], [], []
            documents, counts, places = found[spelling]
            entry = segment.entry(number)
            for block in range(entry.first, entry.last):
                here = [more + 1 for more in blocks.frequencies(block)]
                documents += [base + document for document in blocks.documents(block)]
                counts += here
                places += blocks.all_places(block)[: sum(here)]
    spelt = sorted(found)
    encoded = [(encoder.add_all(*found[term], lengths), len(found[term][0]), len(found[term][2])) for term in spelt]
    lexicon.extend(field, spelt, *zip(*encoded, strict=True))


def spellings(segment: Segment, first: int, last: int) -> list[bytes]:
    """Return the terms `[first, last)` by their numbers."""
    starts = segment.sections["term_start"][first : last + 1].tolist()
    offset = starts[0]
    data = bytes(segment.sections["term_bytes"][offset : starts[-1]])
    return [data[start - offset : end - offset] for start, end in itertools.pairwise(starts)]


class Spool:
    """A section on its way, in a temporary file."""

    _PIECE = 1 << 20

    def __init__(self, folder: str) -> None:
        import tempfile

        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with its folder

    def append(self, piece: Any) -> None:
        """Add bytes."""
        self._file.write(piece)

    def __iter__(self) -> Iterator[bytes]:
        """Yield all bytes in order, once: then the file is given up."""
        self._file.seek(0)
        with self._file as file:
            while piece := file.read(self._PIECE):
                yield piece
