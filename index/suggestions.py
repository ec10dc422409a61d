"""Did you mean: for words of a query that no article has, words that some article has and that are spelt nearly so.

Near is what few slips of the hand make: letters left out, put in, changed, or two neighbours swapped (the restricted
Damerau-Levenshtein distance), one of them in a short word and two in a longer one. Words are compared as they are
looked up, folded; a word that differs from another in its English ending only is not told twice.

A suggestion is counted as a search would find it, as of the view's moment and without what is withheld. Which of two
spellings that share a term is shown may depend on words that came in later: those of an earlier moment are not kept.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from index import analysis
from index import schema_fields as schema
from index.evaluate import current_documents, plan_query
from index.query.ast import InField, Word, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.query.ast import Node
    from index.reading import View

MOST = 3
"""Spellings that are suggested for a word."""

_COUNTED = 24
"""Near spellings of a word, those that most articles ever had first, whose articles are counted."""

_LONGEST = 40
"""Letters of a word up to which it is looked for: longer ones are no slips of the hand."""


class Spelling(NamedTuple):
    """A word that is in the archive, and how many articles a search for it finds."""

    word: str
    articles: int


@attrs.frozen
class Suggestion:
    """A word of the query that no article has, in the field where it was looked for, and what may have been meant."""

    word: str
    field: str | None
    spellings: tuple[Spelling, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the suggestion as JSON has it."""
        return {
            "word": self.word,
            "field": self.field,
            "spellings": [{"word": word, "count": count} for word, count in self.spellings],
        }


def suggestions(view: View, node: Node) -> tuple[Suggestion, ...]:
    """Return a suggestion for each word of a query that no article has, in their order, if there is any.

    Costs a look at every distinct word of the index, some 50 ms for a million of them.
    """
    found: dict[tuple[str, str | None], Suggestion] = {}
    for field, part in words(node):
        for form in map(analysis.fold, analysis.forms(part.text)):
            if (form, field) not in found and _is_word(form) and not _known(view, form, field):
                found[form, field] = Suggestion(form, field, tuple(islice(_spellings(view, form, field), MOST)))
    return tuple(suggestion for suggestion in found.values() if suggestion.spellings)


def _is_word(form: str) -> bool:
    """Tell whether a form can be asked for: of some ligatures, folding makes several words."""
    return form.split() == [form]


def _fields(field: str | None) -> tuple[str, ...]:
    return schema.SCORED if field is None else (field,)


def _known(view: View, form: str, field: str | None) -> bool:
    """Tell whether a search for a folded word finds anything."""
    if not any(view.document_frequency(name, _term(form, name)) for name in _fields(field)) and field != schema.TAG:
        return False
    return _count(view, form, field) > 0


def _term(form: str, field: str) -> bytes:
    return (analysis.term_of(form) if field in schema.SCORED else form).encode()


def _count(view: View, form: str, field: str | None) -> int:
    word = Word(form)
    plan = plan_query(view, word if field is None else InField(field, word))
    return sum(len(current_documents(plan, part)) for part in view.parts)


def _spellings(view: View, form: str, field: str | None) -> Iterator[Spelling]:
    """Yield those spellings of a word that find something and are nearest to it, the most frequent first."""
    slips = 0 if len(form) < 3 or len(form) > _LONGEST else 1 if len(form) < 6 else 2
    if not slips:
        return
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    near = extract(form, _lexicon(view, field), scorer=OSA.distance, score_cutoff=slips, limit=None)
    by_term: dict[bytes, tuple[int, int, str]] = {}
    for word, distance, _ in near:
        frequency = sum(view.document_frequency(name, _term(word, name)) for name in _fields(field))
        if frequency and _is_word(word):
            # The word itself may stand for the same term, in another of its forms: it found nothing.
            term = _term(word, _fields(field)[0])
            by_term[term] = min(by_term.get(term, (slips + 1, 0, "")), (int(distance), -frequency, word))
    for distance in range(1, slips + 1):
        some = sorted(entry for entry in by_term.values() if entry[0] == distance)[:_COUNTED]
        counted = [Spelling(word, _count(view, word, field)) for _, _, word in some]
        if there := [one for one in counted if one.articles]:
            # Two slips are seldom meant where one explains it.
            yield from sorted(there, key=lambda one: (-one.articles, one.word))
            return


def _lexicon(view: View, field: str | None) -> list[str]:
    """Return the distinct words of the index: of titles and texts as they stood there, of names their terms."""
    if field is None or field in schema.SCORED:
        found = {form for part in view.parts for form in part.segment.form_list.starting_with(b"")}
    else:
        found = view.terms_with_prefix(field, b"")
    return [form.decode() for form in found]
