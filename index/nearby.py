"""NEAR and ADJ: words, phrases and the like that stand within some distance of one another in a field.

An occurrence of an operand is the half-open range of places `[start, end)` that it takes. Of two occurrences that do
not overlap the distance is 1 where they touch, and the number of words between them more than that. Operands are joined
from the left: of each those occurrences count that are near enough to one of the operand before.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from index.leaves import BETWEEN, TermLeaf

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.leaves import Leaf, Scores, TermsLeaf
    from index.reading import Part
    from index.segment.reader import Term

    Operand = Sequence[Sequence[TermLeaf | TermsLeaf]]
    """Ways to say it, each of which is words side by side."""

Range = tuple[int, int]

_MANY = 4_000
"""Documents in which looking at the places of words, one by one, takes longer than numpy takes to import."""


def joined(one: Sequence[Range], other: Sequence[Range], distance: int, *, ordered: bool) -> list[Range]:
    """Return those of some occurrences, in order, that stand near enough to one of the operand before them.

    `ordered` asks for it to be ahead of them.
    """
    if not one:
        return []
    ends = sorted(end for _, end in one)
    starts = sorted(start for start, _ in one)
    kept = []
    for start, end in other:
        # The last one that ends by where this one starts, or else the first one that starts where this one has ended.
        ahead = bisect_left(ends, start + 1) - 1
        behind = bisect_left(starts, end)
        if (ahead >= 0 and start - ends[ahead] < distance) or (
            not ordered and behind < len(starts) and starts[behind] - end < distance
        ):
            kept.append((start, end))
    return kept


def stand_near(operands: Sequence[Sequence[Range]], distance: int, *, ordered: bool) -> bool:
    """Tell whether operands, each with its occurrences in order, stand near one another."""
    found = operands[0]
    for other in operands[1:]:
        found = joined(found, other, distance, ordered=ordered)
        if not found:
            return False
    return bool(found)


class NearLeaf:
    """Operands that stand near one another in one field. Scored by its words, as a phrase is, each leaf once.

    A way of saying an operand that is not there adds nothing.
    """

    guesses = bulk = True

    def __init__(self, operands: Sequence[Operand], distance: int, *, ordered: bool) -> None:
        self.operands = operands
        self.distance = distance
        self.ordered = ordered
        self.terms = list(dict.fromkeys(leaf for operand in operands for way in operand for leaf in way))
        self._checked: dict[Part, dict[int, bool]] = {}

    def leaves(self) -> list[Leaf]:
        """Return what its score is made of."""
        return [leaf for term in self.terms for leaf in term.leaves()]

    def drivers(self, part: Part) -> list[TermLeaf] | None:
        """Return the rarest word of each way to say the operand that has the fewest documents; None for other leaves.

        Where a word stands for several terms, bounds are not known.
        """
        if not all(isinstance(term, TermLeaf) and term.factor for term in self.terms):
            return None
        rarest = min(self.operands, key=lambda operand: self._size(operand, part))
        chosen = [min(way, key=lambda leaf: leaf.size(part)) for way in rarest]
        return [leaf for leaf in dict.fromkeys(chosen) if isinstance(leaf, TermLeaf)]

    def size(self, part: Part) -> int:
        """Return in how many documents the rarest operand is, at the most."""
        return min(self._size(operand, part) for operand in self.operands)

    @staticmethod
    def _size(operand: Operand, part: Part) -> int:
        return sum(min(leaf.size(part) for leaf in way) for way in operand)

    def documents(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Collection[int]:
        """Return the documents in which the operands stand near; if not `sure`, those that have their words."""
        for operand in sorted(self.operands, key=lambda operand: self._size(operand, part)):
            either: set[int] = set()
            for way in operand:
                here = within
                for leaf in sorted(set(way), key=lambda leaf: leaf.size(part)):
                    here = leaf.frequencies(part, here).keys()
                either.update(here or ())
            within = either
            if not within:
                return ()
        return self.check(part, sorted(within or ())) if sure else within or ()

    def scores(self, part: Part, within: Collection[int] | None, *, sure: bool = True) -> Scores:
        """Return what the words score for the documents that match; `sure` as in `documents`."""
        documents = self.documents(part, within, sure=sure)
        scores = dict.fromkeys(documents, 0.0)
        # Added one by one, in the order of the query: a sum must not depend on how it was made.
        for term in self.terms:
            for document, score in term.scores(part, documents).items():
                scores[document] += score
        return scores

    def check(self, part: Part, documents: list[int]) -> list[int]:
        """Return those of some documents, which ascend and have the words, in which the operands stand near."""
        checked = self._checked.setdefault(part, {})
        unknown = [document for document in documents if document not in checked]
        if len(unknown) > _MANY and (words := self._words(part)) is not None:
            from index.unions import documents_near

            near = documents_near(part, words, unknown, self.distance, ordered=self.ordered)
            checked.update((document, document in near) for document in unknown)
        elif unknown:
            places = {term: term.places(part, unknown) for term in self.terms}
            for document in unknown:
                ranges = [
                    sorted(
                        occurrence
                        for way in operand
                        for occurrence in occurrences([places[leaf].get(document, ()) for leaf in way])
                    )
                    for operand in self.operands
                ]
                checked[document] = stand_near(ranges, self.distance, ordered=self.ordered)
        return [document for document in documents if checked[document]]

    def _words(self, part: Part) -> list[list[Term]] | None:
        """Return the entries that a part has of each operand's words; None where one is of words side by side."""
        found = []
        for operand in self.operands:
            if any(len(way) > 1 or any(BETWEEN in term for term in way[0].terms) for way in operand):
                return None
            terms = dict.fromkeys((leaf.field, term) for (leaf,) in operand for term in leaf.terms)
            found.append([entry for key in terms if (entry := part.term(*key)) is not None])
        return found


def occurrences(places: Sequence[Sequence[int]]) -> list[Range]:
    """Return where words stand side by side, given the places of each."""
    starts = set(places[0])
    for distance, others in enumerate(places[1:], 1):
        starts.intersection_update([place - distance for place in others])
    return [(start, start + len(places)) for start in starts]
