"""The language: thousands of queries that nobody chose, each answered or refused, and how long that takes.

They are made by the grammar of docs/query.md, of words that the press releases have: common ones, rare ones, words that
end behind a letter or two, phrases and NEARs of the commonest words there are. What another parser's tests consist of
comes on top. Each goes the way of `morgue search`: it is parsed, answered from the index, and ten hits are read with
their passages. Times are processor time: a busy machine stops one of ten thousand queries at any place.
"""

from __future__ import annotations

import json
import tarfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archive.archive import Archive
from index.analysis import forms
from index.index import Index
from index.query.errors import QueryError
from index.search import SORTS, Request
from tests.benchmarks.corpus import add, described, records
from tests.benchmarks.figures import quantile
from tests.benchmarks.results import conditions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.benchmarks.results import Asked, Language

FOREIGN = Path(__file__).parents[3] / "shared" / "data" / "whoosh_query_strings.tar.xz"
"""The queries in the tests of another parser, beside the checkout; not part of it."""
_MEMBER = "query_whoosh_reloaded/query_strings.jsonl"

MADE, OTHERS = "made by the grammar", "of another parser's tests"
QUERIES = 10_000
_SLOW = 0.5
"""Seconds from which a query is asked twice more; the least counts."""
_SHOWN = 5
_SAMPLE = 3_000
_COMMON = 60
_RARE = 2
_SAVED = {"energy": "oil OR gas NOT coal*", "bills": '"the bill" OR query:energy', "far": "the NEAR/99 of"}


def measure_language(articles: int, count: int = QUERIES) -> Language:
    """Return how long queries take in an archive of so many articles, those made and those of others."""
    with TemporaryDirectory(prefix="morgue-bench-") as folder, Archive.create(Path(folder) / "archive") as archive:
        add(archive, records(), articles)
        index = Index(archive)
        index.rebuild()
        made = requests((article.text for article in archive.articles()), count, last=archive.size() - 1)
        asked = [ask(index, MADE, made), ask(index, OTHERS, ((Request(query=query), None) for query in foreign()))]
    return {"conditions": conditions(described()), "articles": articles, "asked": [one for one in asked if one]}


def ask(index: Index, label: str, asked: Iterable[tuple[Request, int | None]]) -> Asked | None:
    """Ask each request as of its position; None where there is none. Raises whatever is no refusal."""
    times: list[tuple[float, str]] = []
    refused = 0
    for request, at in asked:
        seconds, answered = _answer(index, request, at)
        if seconds > _SLOW:
            seconds = min(seconds, *(_answer(index, request, at)[0] for _ in range(2)))
        refused += not answered
        times.append((seconds, _told(request, at)))
    if not times:
        return None
    times.sort(reverse=True)
    seconds_only = [seconds for seconds, _ in times]
    return {
        "label": label,
        "queries": len(times),
        "refused": refused,
        "p50": quantile(seconds_only, 0.5),
        "p95": quantile(seconds_only, 0.95),
        "p99": quantile(seconds_only, 0.99),
        "slowest": [{"query": query, "seconds": seconds} for seconds, query in times[:_SHOWN]],
    }


def foreign() -> list[str]:
    """Return the queries of another parser's tests, as far as they are at hand."""
    if not FOREIGN.exists():
        return []
    with tarfile.open(FOREIGN) as archive:
        return [json.loads(line)["query"] for line in archive.extractfile(_MEMBER) or ()]


def requests(texts: Iterable[str], count: int, *, last: int, seed: int = 6) -> Iterator[tuple[Request, int | None]]:
    """Yield so many requests, of the words of some texts, always the same ones, each with the position it is as of.

    None is now; a position is `last` at the most.
    """
    chosen = Random(seed)
    grammar = _Grammar([forms(text) for text, _ in zip(texts, range(_SAMPLE), strict=False)], chosen)
    for _ in range(count):
        request = Request(
            query=grammar.query(),
            any_word=chosen.random() < 0.2,
            literal=chosen.random() < 0.05,
            exact=chosen.random() < 0.2,
            saved=_SAVED.get,
            sort=chosen.choice(SORTS) if chosen.random() < 0.2 else "relevance",
            count=chosen.random() < 0.5,
        )
        yield request, chosen.randrange(last + 1) if chosen.random() < 0.1 else None


class _Grammar:
    """Makes queries by chance, of the words of some texts; each is one of the language, but for its limits."""

    def __init__(self, texts: Sequence[Sequence[str]], chosen: Random) -> None:
        self._texts = [words for words in texts if len(words) > 6]
        self._chosen = chosen
        counts = Counter(word.lower() for words in self._texts for word in words if word.isalpha())
        self._common = [word for word, _ in counts.most_common(_COMMON)]
        self._middling = sorted(word for word, count in counts.items() if count > _RARE)
        self._rare = sorted(word for word, count in counts.items() if count <= _RARE)
        self._operands: list[tuple[int, Callable[[int], str]]] = [
            (30, lambda _: self._word()),
            (10, lambda _: self._phrase()),
            (10, lambda _: self._prefix()),
            (8, lambda _: self._pattern()),
            (6, lambda _: f"{self._long()}~{self._chosen.choice(['', '1', '2'])}"),
            (8, lambda _: self._near()),
            (8, self._in_field),
            (8, lambda _: self._date()),
            (4, lambda depth: f"{self._operand(depth + 1)}^{self._chosen.choice(['2', '0.5', '0.001', '999'])}"),
            (6, lambda depth: f"NOT {self._operand(depth + 1)}"),
            (10, lambda depth: f"({self._joined(depth + 1)})"),
            (3, lambda _: f"query:{self._chosen.choice(sorted(_SAVED))}"),
            (2, lambda _: self._chosen.choice(["is:retracted", "has:correction", "has:note", "is:withheld"])),
            (1, lambda _: f"id:{self._chosen.randrange(1_000)}"),
        ]

    def query(self) -> str:
        """Return a query: of one operand as often as of several."""
        return self._operand(0) if self._chosen.random() < 0.5 else self._joined(0)

    def _joined(self, depth: int) -> str:
        between = self._chosen.choice([" ", " ", " AND ", " OR ", " -"])
        return between.join(self._operand(depth + 1) for _ in range(self._chosen.randint(2, 4)))

    def _operand(self, depth: int) -> str:
        if depth > 3:
            return self._word()
        [(_, make)] = self._chosen.choices(self._operands, [weight for weight, _ in self._operands])
        return make(depth)

    def _word(self) -> str:
        kind = self._chosen.choices([self._common, self._middling, self._rare], [3, 5, 2])[0]
        word = self._chosen.choice(kind)
        return word.capitalize() if self._chosen.random() < 0.2 else word

    def _long(self) -> str:
        return self._chosen.choice([word for word in self._middling if len(word) > 2])

    def _phrase(self) -> str:
        if self._chosen.random() < 0.3:
            return f'"{" ".join(self._chosen.choices(self._common, k=self._chosen.randint(2, 4)))}"'
        words = self._chosen.choice(self._texts)
        at = self._chosen.randrange(len(words) - 5)
        return f'"{" ".join(words[at : at + self._chosen.randint(2, 5)])}"'

    def _prefix(self) -> str:
        return f"{self._long()[: self._chosen.choice([1, 1, 2, 3, 4, 6])]}*"

    def _pattern(self) -> str:
        letters = list(self._long())
        for _ in range(self._chosen.randint(1, 3)):
            at = self._chosen.randrange(len(letters))
            letters[at : at + self._chosen.randint(0, 3)] = self._chosen.choice(["*", "?"])
        return "".join(letters)

    def _near(self) -> str:
        distance = self._chosen.choice([1, 2, 5, 20, 99])
        operator = f" {self._chosen.choice(['NEAR', 'ADJ'])}/{distance} "
        makers = [self._word, self._word, self._phrase, self._prefix, self._pattern, self._either]
        return f"({operator.join(self._chosen.choice(makers)() for _ in range(self._chosen.randint(2, 3)))})"

    def _either(self) -> str:
        return f"({self._word()} OR {self._word()})"

    def _in_field(self, depth: int) -> str:
        field = self._chosen.choice(
            ["title", "title", "text", "publisher", "agency", "author", "place", "language", "tag", "url", "origin"]
        )
        if self._chosen.random() < 0.3:
            return f"{field}:({self._joined(depth + 1)})"
        return f"{field}:{self._chosen.choice([self._word, self._phrase, self._prefix])()}"

    def _date(self) -> str:
        field = self._chosen.choice(["published", "published", "captured", "recorded"])
        year, month, day = (self._chosen.randint(*bounds) for bounds in ((2003, 2009), (1, 12), (1, 28)))
        dates = [f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}", f"{year}..{year + 2}", f"..{year}",
                 f"{year}-{month:02}..", "2w..", "yesterday"]  # fmt: skip
        doubtful = "?" if field == "published" and self._chosen.random() < 0.3 else ""
        return f"{field}:{self._chosen.choice(dates)}{doubtful}"


def _answer(index: Index, request: Request, at: int | None) -> tuple[float, bool]:
    """Return the processor time of an answer, the hits that are shown included; and whether it was no refusal."""
    # A request keeps its tree: it is made anew, so that it is parsed each time.
    begun = time.process_time()
    try:
        for hit in index.search(_anew(request), at=at):
            hit.as_dict()
    except QueryError as error:
        error.underlined()
        return time.process_time() - begun, False
    return time.process_time() - begun, True


def _anew(request: Request) -> Request:
    return Request(
        query=request.query,
        any_word=request.any_word,
        literal=request.literal,
        exact=request.exact,
        saved=request.saved,
        sort=request.sort,
        count=request.count,
    )


def _told(request: Request, at: int | None) -> str:
    """Return a query with the options that it was asked with, as on the command line."""
    options = ["--any"] * request.any_word + ["--literal"] * request.literal + ["--exact"] * request.exact
    options += [f"--sort {request.sort}"] * (request.sort != "relevance") + [f"--at {at}"] * (at is not None)
    return " ".join([*options, request.query])
