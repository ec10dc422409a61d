"""Expansion: what a word of a query is looked up as besides, other spellings of a name and a user's aliases of it.

A word and all that it is expanded to score as one word does: in how many documents that is, and how often in each, is
counted over all of them. So no spelling is worth more than another. Only what the view has is taken, which is the same
as of an event whatever was added since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from index import analysis, schema_fields
from index.spellings import spellings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.aliases import Aliases
    from index.evaluate import Plan
    from index.reading import View

FIELDS = frozenset({*schema_fields.SCORED, "author", "place", "publisher", "agency"})
"""Where names are expanded. Tags and languages are what somebody chose, letter by letter."""


class Alternative(NamedTuple):
    """What a word is looked up as besides: as it is shown, and its terms, of several where they stand side by side."""

    shown: str
    terms: tuple[bytes, ...]


class Expanded(NamedTuple):
    """What a word or a phrase was expanded to: as a whole, or each token of a phrase on its own."""

    terms: tuple[bytes, ...]
    whole: tuple[Alternative, ...]
    each: tuple[tuple[Alternative, ...], ...]


class Found(NamedTuple):
    """What was looked up besides a word of the query, and how many hits have it; the most frequent first."""

    word: str
    also: tuple[tuple[str, int], ...]


class Expansion:
    """The expansion of one query's words in a view; knows afterwards which of them it expanded."""

    def __init__(self, view: View, aliases: Aliases | None) -> None:
        self._view = view
        self._aliases = aliases
        self._expanded: dict[tuple[str, str], Expanded | None] = {}

    def of(self, text: str, field: str) -> Expanded | None:
        """Return what a word or phrase is looked up as in a field besides, None where that is nothing."""
        key = text, field
        if key not in self._expanded:
            self._expanded[key] = self._expand(text, field) if field in FIELDS else None
        return self._expanded[key]

    def touches(self, text: str) -> bool:
        """Tell whether a word is looked up in titles and texts as anything besides."""
        if self._aliases is None and text.isascii() and text.isalnum() and not spellings_of(text.lower()):
            # The everyday word: one token, which is no name.
            return False
        return any(self.of(text, field) is not None for field in schema_fields.SCORED)

    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Return the terms that count as one with a term of titles or texts, for those that have any."""
        found: dict[str, dict[str, None]] = {}
        for (_, field), expanded in self._expanded.items():
            if expanded is None or field not in schema_fields.SCORED:
                continue
            words = (expanded.whole,) if len(expanded.terms) == 1 else expanded.each
            for term, alternatives in zip(expanded.terms, words, strict=False):
                singles = (one.terms[0].decode() for one in alternatives if len(one.terms) == 1)
                found.setdefault(term.decode(), {}).update(dict.fromkeys(singles))
        return {term: tuple(others) for term, others in found.items() if others}

    def terms(self) -> Iterator[str]:
        """Yield the terms of all that was looked up in titles and texts besides, to be marked in hits."""
        for (_, field), expanded in self._expanded.items():
            if expanded is not None and field in schema_fields.SCORED:
                for alternatives in (expanded.whole, *expanded.each):
                    for one in alternatives:
                        yield from (term.decode() for term in one.terms)

    def found(self, plan: Plan) -> tuple[Found, ...]:
        """Return what was looked up besides each word, and how many of a plan's hits have it; without what none has."""
        looked_up: dict[str, dict[str, set[tuple[str, tuple[bytes, ...]]]]] = {}
        for (text, field), expanded in self._expanded.items():
            for alternatives in () if expanded is None else (expanded.whole, *expanded.each):
                for one in alternatives:
                    looked_up.setdefault(text, {}).setdefault(one.shown, set()).add((field, one.terms))
        if not looked_up:
            return ()
        from index.evaluate import current_documents
        from index.leaves import BETWEEN, postings_of

        counts: dict[tuple[str, str], int] = {}
        for part in self._view.parts:
            hits = set(current_documents(plan, part))
            for text, shown in looked_up.items():
                for spelling, places in shown.items():
                    have: set[int] = set()
                    for field, terms in places:
                        have.update(postings_of(part, field, BETWEEN.join(terms)))
                    counts[text, spelling] = counts.get((text, spelling), 0) + len(hits & have)
        found = []
        for text, shown in looked_up.items():
            also = [(spelling, counts.get((text, spelling), 0)) for spelling in shown]
            also = sorted([one for one in also if one[1]], key=lambda one: -one[1])
            if also:
                found.append(Found(text, tuple(also)))
        return tuple(found)

    def _expand(self, text: str, field: str) -> Expanded | None:
        forms = [analysis.fold(form) for form in analysis.forms(text)]
        if not forms:
            return None
        stemmed = field in schema_fields.SCORED
        typed = self._terms(forms, stemmed=stemmed)
        aliases = () if self._aliases is None else self._aliases.of(text)
        named = [(alias, analysis.names(alias)) for alias in aliases]
        named += [(_as_name(spelling), list(spelling)) for spelling in spellings_of(*forms)]
        whole = [Alternative(shown, self._terms(words, stemmed=stemmed)) for shown, words in named]
        each: list[tuple[Alternative, ...]] = []
        if not (kept := self._kept(field, typed, whole)) and len(forms) > 1:
            for form, term in zip(forms, typed, strict=True):
                others = [
                    Alternative(_as_name(spelling), self._terms(spelling, stemmed=stemmed))
                    for spelling in spellings_of(form)
                    # A word of a phrase is one place in it.
                    if len(spelling) == 1
                ]
                each.append(self._kept(field, (term,), others))
        return Expanded(typed, kept, tuple(each)) if kept or any(each) else None

    def _terms(self, forms: list[str] | tuple[str, ...], *, stemmed: bool) -> tuple[bytes, ...]:
        terms = analysis.stems(list(forms)) if stemmed else forms
        return tuple(term.encode() for term in terms)

    def _kept(self, field: str, typed: tuple[bytes, ...], alternatives: list[Alternative]) -> tuple[Alternative, ...]:
        """Return those whose terms are other ones, and in the view; of the same terms one."""
        distinct: dict[tuple[bytes, ...], Alternative] = {}
        for one in alternatives:
            if one.terms != typed and one.terms not in distinct and self._is_there(field, one.terms):
                distinct[one.terms] = one
        return tuple(distinct.values())

    def _is_there(self, field: str, terms: tuple[bytes, ...]) -> bool:
        return all(self._view.document_frequency(field, term) for term in terms)


def _as_name(spelling: tuple[str, ...]) -> str:
    """Return a spelling as it is shown, with a capital: the table has it folded."""
    return "'".join(spelling).capitalize()
