"""Reading a generation: its documents as of a position, and the statistics that score them.

Document numbers follow positions, so the documents as of a position are those below a limit, in every segment and in
every list of postings: what was so at an earlier moment is found by a bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, cast

from index import analysis
from index.bm25 import norms
from index.errors import reading_files
from index.schema_fields import SCORED
from index.segment.reader import Segment
from index.standing import ERASED, HIDDEN
from index.states import States

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from index.expansion import Expansion
    from index.generations import Generation
    from index.segment.reader import Term


_T = TypeVar("_T")

_ENTRIES_KEPT = 4096
"""Terms that a part keeps the entries of, 1 MB at the most."""


class View:
    """The documents of a generation that were recorded by `position`; holds the generation's files open.

    `withheld` tells whether those that are withheld are found, too.
    """

    def __init__(self, generation: Generation, position: int, *, withheld: bool = False) -> None:
        """Open a generation. Raises TornIndexError where it cannot be read."""
        self.position = position
        self.generation = generation
        self.withheld = withheld
        self.parts: list[Part] = []
        self._segments: list[Segment] = []
        self.limit = 0
        # How many searches it has served: a process that searches again is worth importing numpy in (`index.topk`).
        self.searches = 0
        # What words are looked up as besides: of the search that is being answered, None where they stand as typed.
        self.expansion: Expansion | None = None
        self._made: dict[Hashable, object] = {}
        self._word_frequencies: dict[bytes, int] = {}
        self._averages: dict[str, float] = {}
        self._norms: dict[str, Sequence[float]] = {}
        with reading_files():
            offset = 0
            for name in generation.state.segments:
                segment = Segment(generation.folder / name)
                self._segments.append(segment)
                limit = bisect_right(segment.sections["position"], position)
                if limit:
                    self.parts.append(Part(segment, offset, limit))
                self.limit += limit
                offset += segment.documents
            gone = {self.document_at(superseded) for part in self.parts for superseded in part.superseded_positions()}
            self.states = States(self, self._segments)
            gone |= self.states.hidden(ERASED if withheld else HIDDEN)
            for part in self.parts:
                part.hidden = {document - part.offset for document in gone if part.has(document)}

    def close(self) -> None:
        """Let go of the files; their maps end with the last use of them."""
        for segment in self._segments:
            segment.close()

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return what is made once for a view."""
        if key not in self._made:
            self._made[key] = make()
        return cast("_T", self._made[key])

    def position_of(self, document: int) -> int:
        """Return the position in the log of a document."""
        part = self.part_of(document)
        return int(part.segment.sections["position"][document - part.offset])

    def positions_of(self, documents: Iterable[int]) -> list[int]:
        """Return the position in the log of each of some documents."""
        if len(self.parts) == 1:
            return [self.parts[0].segment.sections["position"][document] for document in documents]
        return list(map(self.position_of, documents))

    def published(self, document: int) -> int:
        """Return when a document was published, in seconds since 1970, UNKNOWN_TIME where that is not known."""
        part = self.part_of(document)
        return int(part.segment.sections["published"][document - part.offset])

    def document_at(self, position: int) -> int:
        """Return the number of the first document that was recorded at a position or after it."""
        for part in self.parts:
            positions = part.segment.sections["position"]
            if positions[-1] >= position:
                return part.offset + bisect_left(positions, position)
        return self.generation.state.documents

    def part_of(self, document: int) -> Part:
        """Return the part that holds a document."""
        return self.parts[bisect_right(self._offsets, document) - 1 if len(self.parts) > 1 else 0]

    @cached_property
    def _offsets(self) -> list[int]:
        return [part.offset for part in self.parts]

    def document_frequency(self, field: str, term: bytes) -> int:
        """Return in how many documents below the limit a term stands in a field."""
        entries = [(part, part.term(field, term)) for part in self.parts]
        return sum([part.document_frequency(entry) for part, entry in entries if entry is not None])

    def terms_with_beginning(self, field: str | None, beginning: bytes, choose: Callable[[str], bool]) -> set[bytes]:
        """Return the terms of those words of a field that begin so and are chosen; without a field as below."""
        if field is not None:
            return {term for term in self.terms_with_prefix(field, beginning) if choose(term.decode())}
        forms = (pair for part in self.parts for pair in part.segment.forms(beginning, part.limit))
        return {term for form, term in forms if choose(form.decode())}

    def word_frequency(self, term: bytes) -> int:
        """Return in how many documents below the limit a term stands, in the scored field that most have it in.

        How rare a word is does not depend on the field: `said` is in few titles, and no rare word for that.
        """
        found = self._word_frequencies.get(term)
        if found is None:
            if len(self._word_frequencies) >= _ENTRIES_KEPT:
                self._word_frequencies.clear()
            found = max([self.document_frequency(field, term) for field in SCORED])
            self._word_frequencies[term] = found
        return found

    def terms_with_prefix(self, field: str, prefix: bytes) -> set[bytes]:
        """Return the terms of a field that begin so."""
        return {term for part in self.parts for term in part.segment.terms_with_prefix(field, prefix)}

    def terms_of_words(self, field: str | None, choose: Callable[[str], Iterable[str]]) -> set[bytes]:
        """Return the terms of those words that are chosen among the words of a field, a line each.

        Without a field they are the words of titles and texts before they were stemmed.
        """
        found: set[str] = set()
        for part in self.parts:
            found.update(choose(part.words if field is None else part.segment.term_lines(field)))
        return {term.encode() for term in (found if field is not None else analysis.stems(sorted(found)))}

    def places(self, field: str, term: bytes, documents: Sequence[int]) -> dict[int, Sequence[int]]:
        """Return the positions of a term in each of those of some documents, which ascend, that have it in a field."""
        found: dict[int, Sequence[int]] = {}
        for part in self.parts:
            entry = part.term(field, term)
            if entry is not None:
                here = [document - part.offset for document in documents if part.has(document)]
                found |= {part.offset + document: places for document, places in part.places(entry, here).items()}
        return found

    def average_length(self, field: str) -> float:
        """Return the average length of a field, in tokens, over the documents below the limit."""
        found = self._averages.get(field)
        if found is None:
            total = sum(part.total_length(field) for part in self.parts)
            found = self._averages[field] = total / self.limit if self.limit else 0.0
        return found

    def norms(self, field: str) -> Sequence[float]:
        """Return the norms of a field by length byte, for its average length (`index.bm25`)."""
        found = self._norms.get(field)
        if found is None:
            found = self._norms[field] = norms(self.average_length(field) or 1)
        return found


class Part:
    """A segment in a view: its documents below `limit`. Documents are numbers in the segment, not in the view."""

    def __init__(self, segment: Segment, offset: int, limit: int) -> None:
        self.segment = segment
        self.offset = offset
        self.limit = limit
        # Superseded by another version, or withheld.
        self.hidden: set[int] = set()
        self._entries: dict[tuple[str, bytes], Term | None] = {}

    @cached_property
    def words(self) -> str:
        """The words of titles and texts below the limit before they were stemmed, a line each. Some hundred KB."""
        forms = self.segment.form_list
        return forms.lines() if self.limit == self.segment.documents else forms.lines_below(self.limit)

    def has(self, document: int) -> bool:
        """Tell whether a document of the view, by its number there, is in this part."""
        return self.offset <= document < self.offset + self.segment.documents

    def superseded_positions(self) -> list[int]:
        """Return the positions of the versions whose place a document below the limit took."""
        count = bisect_left(self.segment.sections["superseding"], self.limit)
        return self.segment.sections["superseded"][:count].tolist()

    def term(self, field: str, term: bytes) -> Term | None:
        """Return a term's entry, None where the segment does not have it."""
        key = (field, term)
        entries = self._entries
        if key in entries:
            return entries[key]
        if len(entries) >= _ENTRIES_KEPT:
            entries.clear()
        found = entries[key] = self.segment.term(field, term)
        return found

    def walked(self, entry: Term) -> tuple[list[int], list[int]]:
        """Return all documents of a term below the limit, in order, and the frequency minus 1 of each."""
        return self.decoded(range(entry.first, self._last_block(entry)))

    def decoded(self, numbers: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the documents of some blocks, which ascend, below the limit, and the frequency minus 1 of each."""
        documents = list(chain.from_iterable(map(self.segment.blocks.documents, numbers)))
        frequencies = list(chain.from_iterable(map(self.segment.blocks.frequencies, numbers)))
        if self.limit < self.segment.documents:
            end = bisect_left(documents, self.limit)
            del documents[end:], frequencies[end:]
        return documents, frequencies

    def worth_looking_up(self, entry: Term, documents: int) -> bool:
        """Tell whether looking so many documents up, one by one, is quicker than decoding all postings of a term."""
        return 16 * documents < entry.postings

    def looked_up(self, entry: Term, documents: Iterable[int]) -> list[tuple[int, int]]:
        """Return (document, frequency minus 1) of those of some documents, which ascend, that a term has."""
        frequency = self.segment.blocks.frequency
        return [(document, frequency(block, index)) for document, block, index in self._find(entry, documents)]

    def places(self, entry: Term, documents: Iterable[int]) -> dict[int, Sequence[int]]:
        """Return the positions of a term in each of those of some documents, which ascend, that have it."""
        places_of = self.segment.blocks.places_of
        return {document: places_of(block, index) for document, block, index in self._find(entry, documents)}

    def _find(self, entry: Term, documents: Iterable[int]) -> list[tuple[int, int, int]]:
        """Return (document, block, number in the block) of those of some documents, which ascend, that a term has."""
        starts, find = self.segment.blocks.first, self.segment.blocks.find
        found = []
        block, following, last = entry.first - 1, starts[entry.first], entry.last
        for document in documents:
            if document >= following:
                block = bisect_right(starts, document, block + 1, last) - 1
                following = starts[block + 1] if block + 1 < last else self.segment.documents
            if block >= entry.first and (index := find(block, document)) >= 0:
                found.append((document, block, index))
        return found

    def document_frequency(self, entry: Term) -> int:
        """Return how many documents below the limit a term has: all blocks but a term's last are full."""
        if self.limit == self.segment.documents:
            return entry.postings
        last = self._last_block(entry)
        if last == entry.first:
            return 0
        from index.segment.blocks import BLOCK

        partial = bisect_left(self.segment.blocks.documents(last - 1), self.limit)
        return (last - 1 - entry.first) * BLOCK + partial

    def total_length(self, field: str) -> int:
        """Return the sum of a field's lengths, in tokens, below the limit."""
        if self.limit == self.segment.documents:
            return self.segment.tokens[field]
        return sum(self.segment.sections[f"length_{field}"][: self.limit])

    def published_within(self, earliest: int, latest: int) -> set[int]:
        """Return the documents that were published within days, by ordinal, for certain."""
        by_day = self.segment.sections["by_day"]
        first_day, last_day = self.segment.sections["first_day"], self.segment.sections["last_day"]
        begin = bisect_left(by_day, earliest, key=first_day.__getitem__)
        end = bisect_right(by_day, latest, begin, key=first_day.__getitem__)
        limit = self.limit
        return {document for document in by_day[begin:end] if last_day[document] <= latest and document < limit}

    def _last_block(self, entry: Term) -> int:
        """Return the end of the blocks that begin below the limit."""
        if self.limit == self.segment.documents:
            return entry.last
        return bisect_left(self.segment.blocks.first, self.limit, entry.first, entry.last)
