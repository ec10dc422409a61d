"""The leaves of a query's plan: a term, the terms of a prefix, terms side by side; what they match, how they score it.

The loops over postings run inside the interpreter's own functions (`accumulate`, `zip`, `dict`); a table of scores by
frequency and length byte takes the arithmetic out of them.
"""

from __future__ import annotations

from abc import abstractmethod
from math import ceil
from operator import itemgetter
from typing import TYPE_CHECKING

from index.bm25 import bound_of_step, factor

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.reading import Part, View
    from index.segment.reader import Term

BETWEEN = b"\0"
"""Between terms that stand side by side and count as one. No term has it."""

_MANY = 100_000
"""Steps in plain Python, a posting each or a document for each of several terms, that take longer than numpy does."""

_WORTH_A_TABLE = 4096
"""Postings from which a table of scores by frequency and length byte is cheaper than the arithmetic."""

Scores = dict[int, float]
"""From document, a number in a part, to score. Not in any order."""


class _Found:
    """What is known of a term in a part: frequencies, minus 1, of all its documents or of some; -1 where it is not."""

    __slots__ = ("all", "entry", "frequencies")

    def __init__(self, entry: Term | None) -> None:
        self.entry = entry
        self.frequencies: dict[int, int] = {}
        self.all = entry is None


class Leaf:
    """What scores as one word does, in one field: `weight` × BM25, and nothing with weight 0, as in a field of names.

    Its documents and their frequencies are those of a subclass. No `ABC`, of which it would take long to tell whether a
    plan is one.
    """

    guesses = False

    def __init__(self, view: View, field: str, weight: float) -> None:
        self.field = field
        self.terms: tuple[bytes, ...] = ()
        self.factor = 0.0
        # In how many documents below the view's limit it is; 0 where it does not score.
        self.document_frequency = 0
        self.norms: Sequence[float] = ()
        self.view = view
        self._weight = weight

    def weigh(self, frequency: int) -> None:
        """Set the scores up, once it is known how many documents below the view's limit it is in."""
        limit = self.view.limit
        self.document_frequency = frequency
        if self._weight and limit:
            self.factor = factor(self._weight, limit, frequency)
            self.norms = self.view.norms(self.field)

    @property
    def _average(self) -> float:
        return self.view.average_length(self.field) or 1

    @abstractmethod
    def size(self, part: Part) -> int:
        """Return in how many documents it is, of those above the view's limit too."""

    @abstractmethod
    def frequencies(self, part: Part, within: Collection[int] | None) -> dict[int, int]:
        """Return how often it stands in the documents that have it, minus 1, of all, in order, or of some, in none."""

    def leaves(self) -> list[Leaf]:
        """Return the leaf itself, unless it scores 0."""
        return [self] if self.factor else []

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:  # noqa: ARG002
        """Return the documents that have it, of all or of some."""
        return self.frequencies(part, within).keys()

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:  # noqa: ARG002
        """Return the scores of the documents that have it, of all or of some."""
        frequencies = self.frequencies(part, within)
        return dict(zip(frequencies, self.scored(part, frequencies, frequencies.values()), strict=True))

    def scored(self, part: Part, documents: Collection[int], frequencies: Collection[int]) -> Sequence[float]:
        """Return the score of each of some documents that have it so often; frequencies are minus 1."""
        if not self.norms:
            return [0.0] * len(documents)
        if not documents:
            return ()
        lengths = itemgetter(*documents)(part.segment.sections[f"short_{self.field}"])
        if len(documents) == 1:
            lengths = (lengths,)
        times, norms_ = self.factor, self.norms
        if len(documents) < _WORTH_A_TABLE:
            return [
                times * (frequency + 1) / (frequency + 1 + norms_[length])
                for frequency, length in zip(frequencies, lengths, strict=True)
            ]
        tables = {
            frequency: [times * (frequency + 1) / (frequency + 1 + norm) for norm in norms_]
            for frequency in set(frequencies)
        }
        return [tables[frequency][length] for frequency, length in zip(frequencies, lengths, strict=True)]

    @abstractmethod
    def places(self, part: Part, documents: Sequence[int]) -> dict[int, Sequence[int]]:
        """Return where it stands in each of those of some documents, which ascend, that have it."""


class TermLeaf(Leaf):
    """One term in one field."""

    bulk = False

    def __init__(self, view: View, field: str, term: bytes, weight: float) -> None:
        super().__init__(view, field, weight)
        self.terms = (term,)
        self._term = term
        self._parts: dict[Part, _Found] = {}
        self.weigh(view.word_frequency(term) if weight else 0)

    def _found(self, part: Part) -> _Found:
        found = self._parts.get(part)
        if found is None:
            found = self._parts[part] = _Found(part.term(self.field, self._term))
        return found

    def entry(self, part: Part) -> Term | None:
        """Return where the term's postings are in a part."""
        return self._found(part).entry

    def places(self, part: Part, documents: Sequence[int]) -> dict[int, Sequence[int]]:
        """Return the positions of the term in those of some documents, which ascend, that have it."""
        entry = self.entry(part)
        return {} if entry is None else part.places(entry, documents)

    def drivers(self, part: Part) -> list[TermLeaf] | None:  # noqa: ARG002
        """Return the leaf itself, unless it scores 0."""
        return [self] if self.factor else None

    def size(self, part: Part) -> int:
        """Return in how many documents the term is."""
        entry = self._found(part).entry
        return 0 if entry is None else entry.postings

    def frequencies(self, part: Part, within: Collection[int] | None) -> dict[int, int]:
        """Return how often the term stands in the documents that have it, minus 1, of all or of some.

        What was found is kept: a plan asks for documents first, then for what they score.
        """
        found = self._found(part)
        known, entry = found.frequencies, found.entry
        if entry is not None and not found.all:
            if within is None or not part.worth_looking_up(entry, len(within)):
                known = found.frequencies = dict(zip(*part.walked(entry), strict=True))
                found.all = True
            elif unknown := sorted(document for document in within if document not in known):
                known.update(dict.fromkeys(unknown, -1))
                known.update(part.looked_up(entry, unknown))
        if within is None:
            return known
        if found.all:
            return {document: known[document] for document in known.keys() & within}
        return {document: frequency for document in within if (frequency := known[document]) >= 0}

    def bound(self, part: Part) -> float:
        """Return what no document's score for this leaf is above."""
        entry = self.entry(part)
        if entry is None:
            return 0.0
        return max(part.segment.blocks.best[entry.first : entry.last]) * self._step(part)

    def promising(self, part: Part, least: float) -> list[tuple[float, int]]:
        """Return (bound, block) of the blocks in which a document may score `least` or more."""
        entry = self.entry(part)
        if entry is None:
            return []
        step = self._step(part)
        steps = ceil(least / step)
        bests = part.segment.blocks.best[entry.first : entry.last]
        return [(best * step, block) for block, best in enumerate(bests, entry.first) if best >= steps]

    def scores_in(self, part: Part, block: int) -> zip[tuple[int, float]]:
        """Return the documents of one of its blocks with their scores."""
        documents, frequencies = part.decoded((block,))
        found = self._found(part)
        if not found.all:
            found.frequencies.update(zip(documents, frequencies, strict=True))
        return zip(documents, self.scored(part, documents, frequencies), strict=True)

    def _step(self, part: Part) -> float:
        segment = part.segment
        return self.factor * bound_of_step(self._average, segment.tokens[self.field] / segment.documents)


class TermsLeaf(Leaf):
    """Several terms in one field that together score as one word does: those of a prefix, or the spellings of a name.

    In how many documents that word is, and how often in each, is counted over all of its terms; `weigh_alike` makes the
    leaves of several fields count it as one word. One of the terms may be several, which stand side by side, with
    `BETWEEN` between them.
    """

    bulk = True

    def __init__(self, view: View, field: str, terms: Collection[bytes], weight: float) -> None:
        super().__init__(view, field, weight)
        self.terms = tuple(sorted(terms))
        self._parts: dict[Part, dict[int, int]] = {}
        self.weigh(sum(self.size(part) for part in view.parts) if weight else 0)

    def drivers(self, part: Part) -> list[TermLeaf] | None:  # noqa: ARG002
        """Return None: its terms are not told apart."""
        return None

    def size(self, part: Part) -> int:
        """Return in how many documents one of the terms is."""
        return len(self.frequencies(part, None))

    def frequencies(self, part: Part, within: Collection[int] | None) -> dict[int, int]:
        """Return how often the terms stand in the documents that have one, minus 1, of all or of some."""
        known = self._parts.get(part)
        if known is None:
            known = self._parts[part] = self._count(part)
        if within is None:
            return known
        return {document: known[document] for document in known.keys() & within}

    def places(self, part: Part, documents: Sequence[int]) -> dict[int, Sequence[int]]:
        """Return the positions of any of the terms in those of some documents, which ascend, that have one.

        No term is one of several side by side.
        """
        entries = self._entries(part)
        if len(entries) * len(documents) > _MANY:
            from index.unions import places_of_any

            return places_of_any(part, entries, documents)
        found: dict[int, Sequence[int]] = {}
        for entry in entries:
            for document, places in part.places(entry, documents).items():
                found[document] = sorted([*found.get(document, ()), *places])
        return found

    def _entries(self, part: Part) -> list[Term]:
        """Return the entries of those terms that a part has; none of terms side by side."""
        found = (part.term(self.field, term) for term in self.terms)
        return [entry for entry in found if entry is not None]

    def _count(self, part: Part) -> dict[int, int]:
        """Return how often the terms stand in all documents that have one, minus 1, in order."""
        if not any(BETWEEN in term for term in self.terms):
            entries = self._entries(part)
            if sum([entry.postings for entry in entries]) > _MANY:
                from index.unions import frequencies_of_any

                return frequencies_of_any(part, entries)
        found: dict[int, int] = {}
        for term in self.terms:
            more = postings_of(part, self.field, term)
            both = {document: found[document] + more[document] + 1 for document in found.keys() & more.keys()}
            found |= more
            found |= both
        return dict(sorted(found.items()))


def weigh_alike(leaves: Sequence[TermsLeaf]) -> None:
    """Weigh the same terms in several fields by the field in which most documents have one; as `View.word_frequency`.

    Without it each is weighed by its own field.
    """
    if len(leaves) > 1:
        frequencies = [sum([leaf.size(part) for part in leaf.view.parts]) for leaf in leaves]
        for leaf in leaves:
            leaf.weigh(max(frequencies))


class PhraseLeaf:
    """Terms that stand side by side in one field, in this order. Scored by its terms, as Whoosh does.

    One of them may be any of several terms.
    """

    guesses = bulk = True

    def __init__(self, terms: Sequence[TermLeaf | TermsLeaf]) -> None:
        self.terms = terms
        self._checked: dict[Part, dict[int, bool]] = {}

    def leaves(self) -> list[Leaf]:
        """Return what its score is made of: each term, as often as it stands in the phrase."""
        return [leaf for term in self.terms for leaf in term.leaves()]

    def drivers(self, part: Part) -> list[TermLeaf] | None:
        """Return the rarest term; None where one of them is any of several, which no bound is known of."""
        if not all(isinstance(term, TermLeaf) for term in self.terms):
            return None
        return min(self.terms, key=lambda term: term.size(part)).drivers(part)

    def size(self, part: Part) -> int:
        """Return in how many documents the rarest term is."""
        return min(term.size(part) for term in self.terms)

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:
        """Return the documents that have the phrase; if not `sure`, those that have its terms."""
        # The rarest first: what all have gets small soonest.
        for term in sorted(set(self.terms), key=lambda term: term.size(part)):
            within = term.frequencies(part, within).keys()
            if not within:
                return ()
        return self._check(part, sorted(within or ())) if sure else within or ()

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return what their terms score for the documents that have the phrase; `sure` as in `documents`."""
        documents = self.documents(part, within, sure=sure)
        if not documents:
            return {}
        found = {term: term.frequencies(part, documents) for term in set(self.terms)}
        added = [term.scored(part, documents, [found[term][document] for document in documents]) for term in self.terms]
        # Added one by one: from Python 3.12 on, `sum` of floats rounds otherwise than numpy and a loop do.
        total, *others = added
        for more in others:
            total = [score + another for score, another in zip(total, more, strict=True)]
        return dict(zip(documents, total, strict=True))

    def _check(self, part: Part, documents: list[int]) -> list[int]:
        """Return those of some documents, which ascend and have all terms, in which the terms stand side by side."""
        checked = self._checked.setdefault(part, {})
        unknown = [document for document in documents if document not in checked]
        if unknown:
            places = [term.places(part, unknown) for term in self.terms]
            for document in unknown:
                checked[document] = _side_by_side([found[document] for found in places])
        return [document for document in documents if checked[document]]


def postings_of(part: Part, field: str, term: bytes) -> dict[int, int]:
    """Return how often a term stands in the documents that have it, minus 1, in order; or terms side by side.

    Those have `BETWEEN` between them.
    """
    entries = [part.term(field, one) for one in term.split(BETWEEN)]
    first = entries[0]
    if len(entries) == 1:
        return {} if first is None else dict(zip(*part.walked(first), strict=True))
    documents: list[int] | None = None
    for entry in sorted([entry for entry in entries if entry is not None], key=lambda entry: entry.postings):
        if documents is None:
            documents = part.walked(entry)[0]
        else:
            documents = [document for document, _ in part.looked_up(entry, documents)]
    if None in entries or not documents:
        return {}
    places = [part.places(entry, documents) for entry in entries if entry is not None]
    counts = {document: _count_side_by_side([found[document] for found in places]) for document in documents}
    return {document: count - 1 for document, count in counts.items() if count}


def _count_side_by_side(places: Sequence[Sequence[int]]) -> int:
    """Return the number of positions p with p in the first list, p + 1 in the second, and so on."""
    starts = set(places[0])
    for distance, list_ in enumerate(places[1:], 1):
        starts.intersection_update([place - distance for place in list_])
    return len(starts)


def _side_by_side(places: Sequence[Sequence[int]]) -> bool:
    """Tell whether there is a position p with p in the first list, p + 1 in the second, and so on."""
    first, second, *others = places
    if len(first) == 1 and not others:
        return first[0] + 1 in second
    starts = {place + 1 for place in first}.intersection(second)
    for distance, list_ in enumerate(others, 1):
        if not starts:
            return False
        starts.intersection_update([place - distance for place in list_])
    return bool(starts)
