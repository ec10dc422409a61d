"""Proximity: among the best hits, an article in which the words stand together comes first.

BM25 counts words and does not see where they stand. The first hits by BM25 get their score multiplied by
1 + closeness, 0 <= closeness <= 1, where closeness is (k - 1) / (s - 1) for k distinct words of the query within s
tokens, the shortest stretch of one field that holds all the words that the field has, times the share of the query's
words that are there. Two words side by side double a score. The span-based measures of Tao and Zhai, "An exploration
of proximity measures in information retrieval" (SIGIR 2007), are of this kind.

Only words that every hit has are measured: where any word will do, nothing says that they belong together, and on the
test collections the measure made such rankings worse (docs/adr/0006). A factor of 1 or more never moves a hit below one
that was not looked at, so the order of all hits stays consistent.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from index import analysis, schema_fields
from index.query.ast import And, Boost, InField, Phrase, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from index.query.ast import Node
    from index.reading import View

WINDOW = 30
"""Hits, best first by BM25, whose words' places are looked at."""

_FEW_PAIRS = 12
"""Pairs of places up to which trying all is quicker than walking along both lists."""


def rerank(
    view: View,
    ranked: list[tuple[int, float]],
    terms: Sequence[str],
    wanted: int,
    spellings: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[tuple[int, float]]:
    """Return (document, score) of the first `wanted` hits with proximity counted in, best first.

    `ranked` are the hits by BM25, best first; `terms` those of `near_terms`; `spellings` has terms that stand for one
    of them.
    """
    if len(terms) < 2 or not wanted:
        return ranked[:wanted]
    window, rest = ranked[:WINDOW], ranked[WINDOW:]
    if view.searches > 1 and not spellings:
        from index.nearness import closeness_of_all

        # All at once: what numpy costs is each call.
        measured = closeness_of_all(view, sorted([document for document, _ in window]), terms)
        return (_nearer(window, measured) + rest)[:wanted]
    near: list[tuple[int, float]] = []
    # Twice: what comes behind the first hits is looked at only where it could still come in.
    for hits in (window[:wanted], window[wanted:]):
        some = [hit for hit in hits if len(near) < wanted or hit[1] * 2 >= near[wanted - 1][1]]
        near = _nearer([*near, *some], closeness(view, sorted(document for document, _ in some), terms, spellings))
    return (near + rest)[:wanted]


def _nearer(hits: list[tuple[int, float]], measured: dict[int, float]) -> list[tuple[int, float]]:
    """Return hits with proximity counted in, best first, equal ones in the order of the log."""
    near = [(-score * (1 + measured.get(document, 0.0)), document) for document, score in hits]
    near.sort()
    return [(document, -score) for score, document in near]


def shortest_stretch(places: Sequence[Sequence[int]]) -> int:
    """Return the length in tokens of the shortest stretch with one place of each ascending, non-empty list."""
    merged = sorted((place, number) for number, list_ in enumerate(places) for place in list_)
    within = [0] * len(places)
    missing = len(places)
    shortest = merged[-1][0] - merged[0][0] + 1
    first = 0
    for place, number in merged:
        missing -= not within[number]
        within[number] += 1
        while not missing:
            start, leaving = merged[first]
            shortest = min(shortest, place - start + 1)
            within[leaving] -= 1
            missing += not within[leaving]
            first += 1
    return shortest


def closeness(
    view: View,
    documents: Sequence[int],
    terms: Sequence[str],
    spellings: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[int, float]:
    """Return how close terms stand in those of some documents, which ascend, that have several of them in a field."""
    best: dict[int, float] = {}
    for field in schema_fields.SCORED:
        found = [here for term in terms if (here := _places(view, field, term, documents, spellings))]
        if len(found) < 2:
            continue
        for document in documents if len(found) > 2 else found[0].keys() & found[1].keys():
            lists = [places[document] for places in found if document in places]
            if len(lists) >= 2:
                near = nearness(lists, len(terms))
                if near > best.get(document, 0.0):
                    best[document] = near
    return best


def _places(
    view: View, field: str, term: str, documents: Sequence[int], spellings: Mapping[str, Sequence[str]]
) -> dict[int, Sequence[int]]:
    """Return the positions of a term, or of one that stands for it, in each of some documents that have one."""
    found = view.places(field, term.encode(), documents)
    for other in spellings.get(term, ()):
        for document, places in view.places(field, other.encode(), documents).items():
            found[document] = sorted([*found.get(document, ()), *places])
    return found


def nearness(places: Sequence[Sequence[int]], terms: int) -> float:
    """Return how close some of so many terms stand in a field, given the places there of each, two or more."""
    return (len(places) - 1) ** 2 / ((_stretch(places) - 1) * (terms - 1))


def _stretch(places: Sequence[Sequence[int]]) -> int:
    """Return `shortest_stretch`; two short lists, the everyday case, are quicker tried in all pairs."""
    if len(places) == 2 and len(places[0]) * len(places[1]) <= _FEW_PAIRS:
        one, other = places
        return 1 + min([abs(place - other_place) for place in one for other_place in other])
    return shortest_stretch(places)


def near_terms(node: Node) -> list[str]:
    """Return the distinct terms that proximity is measured between, in the order of the query; fewer than two for none.

    They are those of all words and phrases that every hit has in its title or text. A single phrase is near as it is.
    """
    required = list(_required(node))
    if len(required) < 2:
        return []
    return list(dict.fromkeys(term for word in required for term in analysis.terms(word.text)))


def _required(node: Node) -> Iterator[Word | Phrase]:
    match node:
        case Word() | Phrase():
            yield node
        case And():
            for child in node.children:
                yield from _required(child)
        case Boost():
            yield from _required(node.child)
        case InField() if node.field in schema_fields.SCORED:
            yield from _required(node.child)
        case _:
            pass


def terms_of_all(node: Node) -> list[str]:
    """Return the terms of a query that asks for all of several words, a term each, and for nothing else; else none."""
    if not isinstance(node, And):
        return []
    words = [child.text for child in node.children if isinstance(child, Word)]
    return terms_of_words(words) if len(words) == len(node.children) else []


def terms_of_words(words: Sequence[str]) -> list[str]:
    """Return the terms of several words that must all be there, a term each; none where they are not such words."""
    found = [terms[0] for word in words if len(terms := analysis.terms(word)) == 1]
    # A word of several tokens is a phrase, and one that comes twice counts twice.
    return found if len({*found}) == len(words) > 1 else []
