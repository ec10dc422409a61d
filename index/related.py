"""Related articles: those that have the words by which an article stands out.

The words are those of its title and text with the highest tf-idf, (1 + ln *f*) ln(*d* / *n*): *f* times in the
article, in *n* of the *d* documents of the index. A word that no other document has says nothing of others. What has
any of them is ranked as `--any` would: so the query that it comes to can be read, changed and searched again.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from math import log
from typing import TYPE_CHECKING, Final

from archive.passages import blanked, spans_in_text
from index import analysis
from index import schema_fields as schema
from index.errors import reading_files
from index.matching import Matching
from index.query.ast import Or, Word, to_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.archive import Archive
    from archive.article import Version
    from index.query.ast import Node
    from index.reading import View
    from index.search import Request, Results

WORDS: Final = 25
"""Words that an article is compared by, at the most."""

_TITLE = 2
"""How often a word of the title counts: as it does where it is searched."""

_SHORTEST = 3
"""Letters of a word that says something: shorter ones are endings and initials."""


def related(archive: Archive, view: View, version: Version, request: Request) -> Results:
    """Return a page of articles like a version, without those of its own article, with the query that found them.

    `request` has the limit, the offset and whether to count; sort and query are not looked at. Reads the version's
    text. Raises TornIndexError, DamagedError, ErasedError.
    """
    from index.evaluate import plan_query
    from index.search import Request, Results
    from index.topk import best_of

    title = version.metadata.title or ""
    text = blanked(archive.text(version), spans_in_text(version.article.boilerplate))
    own = {one.position for one in archive.versions(version.article_id)}
    with reading_files():
        itself = sorted({view.document_at(at) for at in own if at <= view.position})
        words = telling_words(view, title, text, itself)
        page: tuple[tuple[int, float], ...] = ()
        total = 0
        if words:
            # An article is compared by the words that it has, not by other spellings of them.
            view.expansion = None
            plan = plan_query(view, _any_of(words))
            wanted = view.limit if request.limit is None else min(request.offset + request.limit, view.limit)
            best = best_of(view, plan, min(wanted + len(own), view.limit))
            positions = view.positions_of([document for document, _ in best])
            others = [(at, score) for at, (_, score) in zip(positions, best, strict=True) if at not in own]
            page = tuple(others[request.offset : wanted])
            if request.count:
                found = Matching(view, plan)
                total = found.total - sum(
                    part.offset + document in itself for part, documents in found.parts for document in documents
                )
    query = to_query(_any_of(words)) if words else ""
    return Results(
        archive,
        Request(query=query, limit=request.limit, offset=request.offset, count=request.count),
        view=view,
        position=view.position,
        changed=bool(view.states),
        total=total if request.count else None,
        page=page,
        terms=tuple(map(analysis.term_of, words)),
    )


def telling_words(view: View, title: str, text: str, itself: Sequence[int] = ()) -> list[str]:
    """Return up to WORDS folded words by which a text stands out in a view, the most telling first.

    Words that no document has but those of `itself`, which ascend, are left out.
    """
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for source, times in ((title, _TITLE), (text, 1)):
        for form in map(analysis.fold, analysis.forms(source)):
            if len(form) >= _SHORTEST and not form.isdigit() and form.split() == [form]:
                term = analysis.term_of(form)
                counts[term] += times
                forms.setdefault(term, Counter())[form] += times
    weighed = []
    for term, count in counts.items():
        documents = max(view.document_frequency(field, term.encode()) for field in schema.SCORED)
        if documents and (weight := (1 + log(count)) * log(view.limit / documents)) > 0:
            weighed.append((-weight, term))
    shared = (term for _, term in sorted(weighed) if _others(view, term.encode(), itself))
    best = list(islice(shared, WORDS))
    # Words, not terms: stemming a term may give another one.
    return [min(forms[term], key=lambda form: (-forms[term][form], form)) for term in best]


def _others(view: View, term: bytes, itself: Sequence[int]) -> bool:
    """Tell whether documents other than some have a term."""
    return any(view.document_frequency(field, term) > len(view.places(field, term, itself)) for field in schema.SCORED)


def _any_of(words: list[str]) -> Node:
    nodes = tuple(Word(word) for word in words)
    return nodes[0] if len(nodes) == 1 else Or(nodes)
