"""Writing a segment: from collected documents to a file. With numpy for many, without for few: the same bytes.

numpy takes longer to import than a few documents take to write, and a single article is the everyday case.
"""

from __future__ import annotations

from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from index import schema_fields as schema
from index.bm25 import segment_norms
from index.segment.blocks import SECTIONS, Encoder
from index.segment.layout import FORMAT, SegmentFile, term_key
from index.segment.lengths import Lengths, length_byte

if TYPE_CHECKING:
    from pathlib import Path

    from index.segment.collector import Collector, Field

FEW = 64_000
"""Tokens up to which plain Python is faster than importing numpy."""


def write_segment(collector: Collector, path: Path) -> None:
    """Write the documents of a collector to a new file, synced. Nothing is left of it where that fails."""
    file = SegmentFile(path)
    try:
        _write(collector, file)
    except BaseException:
        file.abandon()
        raise


def _write(collector: Collector, file: SegmentFile) -> None:
    lexicon = Lexicon()
    if collector.tokens <= FEW:
        encoder = Encoder()
        for name in schema.INDEXED:
            encode_field(name, collector.fields[name], encoder, lexicon)
        pieces: dict[str, list[Any]] = {name: [section] for name, section in encoder.sections.items()}
    else:
        from index.segment.bulk import encode_fields

        pieces = encode_fields(collector, lexicon)
    for name, type_code in SECTIONS.items():
        file.add(name, type_code, *pieces[name])
    lexicon.write(file)
    for name in schema.SCORED:
        lengths = collector.fields[name].lengths
        file.add(f"length_{name}", "I", lengths)
        file.add(f"short_{name}", "B", length_bytes(lengths))
    write_columns(
        file,
        {
            "position": collector.positions,
            "published": collector.published,
            "first_day": collector.first_day,
            "last_day": collector.last_day,
        },
        collector.superseding,
    )
    file.finish(
        {
            "format": FORMAT,
            "documents": len(collector),
            "fields": lexicon.fields,
            "tokens": {name: sum(collector.fields[name].lengths) for name in schema.SCORED},
        }
    )


COLUMNS = {"position": "Q", "published": "q", "first_day": "I", "last_day": "I"}
"""The columns of a segment: a number a document, with its type code."""


def write_columns(file: SegmentFile, columns: dict[str, array[int]], superseding: list[tuple[int, int]]) -> None:
    """Write the columns, the order of the days, and which documents took the place of which versions."""
    for name, type_code in COLUMNS.items():
        file.add(name, type_code, columns[name])
    first_day = columns["first_day"]
    dated = sorted((document for document in range(len(first_day)) if first_day[document]), key=first_day.__getitem__)
    file.add("by_day", "I", array("I", dated))
    file.add("superseding", "I", array("I", (document for document, _ in superseding)))
    file.add("superseded", "Q", array("Q", (position for _, position in superseding)))


def field_lengths(name: str, field: Field) -> Lengths | None:
    """Return the lengths by which a field's blocks are bounded, None for one that is not scored."""
    if name not in schema.SCORED:
        return None
    return Lengths(length_bytes(field.lengths), segment_norms(sum(field.lengths), len(field.lengths)))


def length_bytes(lengths: array[int]) -> bytes:
    """Return the length byte of each length."""
    known = {length: length_byte(length) for length in set(lengths)}
    return bytes(map(known.__getitem__, lengths))


class Lexicon:
    """The terms of a segment as they are encoded, field by field, each field's in the order of their bytes."""

    def __init__(self) -> None:
        self.fields: dict[str, list[int]] = {}
        self._bytes: list[bytes] = []
        self._keys = array("Q")
        self._lengths = array("I")
        self._blocks = array("I")
        self._postings = array("I")
        self._tokens = array("Q")

    def begin(self, field: str) -> None:
        """Begin a field."""
        self.fields[field] = [len(self._lengths), len(self._lengths)]

    def add(self, field: str, term: bytes, blocks: int, postings: int, tokens: int) -> None:
        """Add the next term of a field."""
        self.extend(field, [term], [blocks], [postings], [tokens])

    def extend(self, field: str, terms: list[bytes], blocks: list[int], postings: list[int], tokens: list[int]) -> None:
        """Add the next terms of a field."""
        self._bytes.append(b"".join(terms))
        self._keys.extend(map(term_key, terms))
        self._lengths.extend(map(len, terms))
        self._blocks.extend(blocks)
        self._postings.extend(postings)
        self._tokens.extend(tokens)
        self.fields[field][1] = len(self._lengths)

    def write(self, file: SegmentFile) -> None:
        """Write the sections of the lexicon."""
        file.add("term_bytes", "B", *self._bytes)
        file.add("term_key", "Q", self._keys)
        file.add("term_start", "Q", array("Q", accumulate(self._lengths, initial=0)))
        file.add("term_blocks", "I", array("I", accumulate(self._blocks, initial=0)))
        file.add("term_postings", "I", self._postings)
        file.add("term_tokens", "Q", self._tokens)


def encode_field(name: str, field: Field, encoder: Encoder, lexicon: Lexicon) -> None:
    """Encode one field in plain Python."""
    postings: dict[int, dict[int, list[int]]] = {}
    start = 0
    for document, end in enumerate(field.ends):
        positions = field.positions[start:end] if field.positions is not None else range(end - start)
        for number, position in zip(field.numbers[start:end], positions, strict=True):
            postings.setdefault(number, {}).setdefault(document, []).append(position)
        start = end
    lengths = field_lengths(name, field)
    spelt = list(field.vocabulary.terms)
    lexicon.begin(name)
    for term, number in sorted((spelt[number].encode(), number) for number in postings):
        documents = list(postings[number].items())
        blocks = encoder.add(documents, lengths)
        lexicon.add(name, term, blocks, len(documents), sum(len(positions) for _, positions in documents))
