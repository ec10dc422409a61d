"""Writing a segment: from collected documents to a file. With numpy for many, without for few: the same bytes.

numpy takes longer to import than a few documents take to write, and a single article is the everyday case.
"""

from __future__ import annotations

from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

from index import schema_fields as schema
from index.bm25 import segment_norms
from index.segment.blocks import SECTIONS, Encoder
from index.segment.forms import lines
from index.segment.layout import FORMAT, SegmentFile, term_keys
from index.segment.lengths import Lengths, length_byte

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from index.segment.collector import Collector, Field


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
    few = collector.few
    collector.finish()
    if few:
        encoder = Encoder()
        for name in schema.INDEXED:
            encode_field(name, collector.fields[name], encoder, lexicon)
        pieces: dict[str, list[Any]] = {name: [section] for name, section in encoder.sections.items()}
    else:
        from index.segment.bulk import encode_fields

        pieces = encode_fields(collector, lexicon)
    for name, type_code in SECTIONS.items():
        file.add(name, type_code, pieces[name])
    lexicon.write(file)
    forms = collector.vocabulary.forms
    # The order of code points is that of their UTF-8.
    order = sorted(range(len(forms)), key=forms.__getitem__)
    file.add("forms", "B", [lines([forms[number].encode() for number in order])])
    file.add("form_first", "I", [array("I", map(collector.form_first.__getitem__, order))])
    for name in schema.SCORED:
        lengths = collector.fields[name].lengths
        file.add(f"length_{name}", "I", [lengths])
        file.add(f"short_{name}", "B", [length_bytes(lengths)])
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
    collector.values.write(file)
    collector.standings.write(file)
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
        file.add(name, type_code, [columns[name]])
    first_day = columns["first_day"]
    dated = sorted((document for document in range(len(first_day)) if first_day[document]), key=first_day.__getitem__)
    file.add("by_day", "I", [array("I", dated)])
    file.add("superseding", "I", [array("I", (document for document, _ in superseding))])
    file.add("superseded", "Q", [array("Q", (position for _, position in superseding))])


def field_lengths(name: str, field: Field) -> Lengths | None:
    """Return the lengths by which a field's blocks are bounded, None for one that is not scored."""
    if name not in schema.SCORED:
        return None
    return Lengths(length_bytes(field.lengths), segment_norms(sum(field.lengths), len(field.lengths)))


def length_bytes(lengths: array[int]) -> bytes:
    """Return the length byte of each length."""
    known = {length: length_byte(length) for length in set(lengths)}
    return bytes(map(known.__getitem__, lengths))


LEXICON = {
    "term_bytes": "B",
    "term_key": "Q",
    "term_start": "Q",
    "term_blocks": "I",
    "term_postings": "I",
    "term_tokens": "Q",
}
"""The sections of the lexicon, with the type codes of their numbers."""


class Sink(Protocol):
    """Takes the pieces of a section in order, and gives them back."""

    def append(self, piece: Any, /) -> None:
        """Take the next piece."""

    def __iter__(self) -> Iterator[Any]: ...


class Lexicon:
    """The terms of a segment as they are encoded, field by field, each field's in the order of their bytes."""

    def __init__(self, pieces: Mapping[str, Sink] | None = None) -> None:
        """Begin one whose sections grow in memory, or in `pieces`: a sink for each of LEXICON."""
        self.fields: dict[str, list[int]] = {}
        self._pieces: Mapping[str, Sink] = pieces if pieces is not None else {name: [] for name in LEXICON}
        self._terms = 0
        self._bytes = 0
        self._blocks = 0

    def begin(self, field: str) -> None:
        """Begin a field."""
        self.fields[field] = [self._terms, self._terms]

    def extend(
        self,
        field: str,
        terms: Sequence[bytes],
        blocks: Sequence[int] = (),
        postings: Sequence[int] = (),
        tokens: Sequence[int] = (),
    ) -> None:
        """Add the next terms of a field, and of each how many blocks, postings and tokens it has."""
        starts = array("Q", accumulate(map(len, terms), initial=self._bytes))
        first_blocks = array("I", accumulate(blocks, initial=self._blocks))
        self._bytes, self._blocks = starts.pop(), first_blocks.pop()
        self._pieces["term_bytes"].append(b"".join(terms))
        self._pieces["term_key"].append(term_keys(terms))
        self._pieces["term_start"].append(starts)
        self._pieces["term_blocks"].append(first_blocks)
        self._pieces["term_postings"].append(array("I", postings))
        self._pieces["term_tokens"].append(array("Q", tokens))
        self._terms += len(terms)
        self.fields[field][1] = self._terms

    def write(self, file: SegmentFile) -> None:
        """Write the sections of the lexicon."""
        self._pieces["term_start"].append(array("Q", [self._bytes]))
        self._pieces["term_blocks"].append(array("I", [self._blocks]))
        for name, type_code in LEXICON.items():
            file.add(name, type_code, self._pieces[name])


def encode_field(name: str, field: Field, encoder: Encoder, lexicon: Lexicon) -> None:
    """Encode one field in plain Python."""
    postings: dict[str, dict[int, list[int]]] = {}
    spelt = field.vocabulary.terms
    start = 0
    for document, end in enumerate(accumulate(field.lengths)):
        for number, position in zip(field.numbers[start:end], field.places(start, end), strict=True):
            postings.setdefault(spelt[number], {}).setdefault(document, []).append(position)
        start = end
    lengths = field_lengths(name, field)
    lexicon.begin(name)
    # The order of code points is that of their UTF-8.
    terms = sorted(postings)
    counts: list[tuple[int, int, int]] = []
    for term in terms:
        documents = list(postings[term].items())
        tokens = sum(len(positions) for _, positions in documents)
        counts.append((encoder.add(documents, lengths), len(documents), tokens))
    lexicon.extend(name, [term.encode() for term in terms], *zip(*counts, strict=True))
