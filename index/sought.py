"""What of a query is looked for in a text, to be shown and marked: words, and words that count only together.

A word of a phrase, or of a NEAR, is no reason why an article was found where it stands alone. What is looked for is
told by the plan, which also knows the other spellings of a name and the words that a prefix stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from index.evaluate import AllOf, AnyOf
from index.leaves import BETWEEN, PhraseLeaf, TermLeaf, TermsLeaf
from index.nearby import NearLeaf, joined, occurrences
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.evaluate import Plan
    from index.nearby import Range

Way: TypeAlias = "tuple[frozenset[str], ...]"
"""A way to say something: words side by side, at each place any of some terms."""


class Together(NamedTuple):
    """Operands of which each stands within `distance` places of the next, ahead of it if `ordered`; one is a phrase.

    An operand is one way to say it or more.
    """

    operands: tuple[tuple[Way, ...], ...]
    distance: int = 1
    ordered: bool = True

    def terms(self) -> set[str]:
        """Return all terms in it."""
        return {term for ways in self.operands for way in ways for terms in way for term in terms}


class Sought(NamedTuple):
    """Terms that count wherever they stand, and those that count only together."""

    terms: frozenset[str]
    together: tuple[Together, ...]


def sought_of(plan: Plan) -> Sought:
    """Return what a plan looks for in titles and texts; nothing of what must not be there."""
    terms: set[str] = set()
    together: dict[Together, None] = {}
    for leaf in _leaves(plan):
        match leaf:
            case PhraseLeaf():
                together[Together(((_way(leaf.terms),),))] = None
            case NearLeaf():
                operands = tuple(tuple(map(_way, operand)) for operand in leaf.operands)
                together[Together(operands, leaf.distance, leaf.ordered)] = None
            case TermLeaf() | TermsLeaf():
                for term in leaf.terms:
                    words = tuple(frozenset({word.decode()}) for word in term.split(BETWEEN))
                    if len(words) > 1:
                        together[Together(((words,),))] = None
                    else:
                        terms |= words[0]
    return Sought(frozenset(terms), tuple(together))


def standing(together: Together, places: dict[str, list[int]]) -> set[int]:
    """Return the places of the words that stand together so, given the places of each term, in order."""
    operands = [
        sorted(
            found
            for way in ways
            for found in occurrences(
                [sorted(place for term in terms for place in places.get(term, ())) for terms in way]
            )
        )
        for ways in together.operands
    ]
    # Those that are near one of the operand before; then, from the end, those of them that are near one behind.
    kept = [operands[0]]
    for other in operands[1:]:
        kept.append(joined(kept[-1], other, together.distance, ordered=together.ordered))
    chains = [kept[-1]]
    for one in reversed(kept[:-1]):
        near = joined(_mirrored(chains[-1]), _mirrored(one), together.distance, ordered=together.ordered)
        chains.append(_mirrored(near))
    return {place for chain in chains for start, end in chain for place in range(start, end)}


def _mirrored(ranges: Sequence[Range]) -> list[Range]:
    """Return ranges as they stand when read from the end."""
    return [(-end, -start) for start, end in reversed(ranges)]


def _leaves(plan: Plan) -> Iterator[PhraseLeaf | NearLeaf | TermLeaf | TermsLeaf]:
    match plan:
        case AnyOf():
            for one in plan.plans:
                yield from _leaves(one)
        case AllOf():
            for one in plan.wanted:
                yield from _leaves(one)
        case PhraseLeaf() | NearLeaf():
            if plan.terms[0].field in SCORED:
                yield plan
        case TermLeaf() | TermsLeaf():
            if plan.field in SCORED:
                yield plan
        case _:
            pass


def _way(leaves: Sequence[TermLeaf | TermsLeaf]) -> Way:
    return tuple(frozenset(term.decode() for term in leaf.terms) for leaf in leaves)
