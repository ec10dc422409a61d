"""Queries of each class, drawn from the texts, and how long the engines take for them, measured in turn."""

from __future__ import annotations

import random
import time
from itertools import islice
from typing import TYPE_CHECKING

import attrs

from index.analysis import forms
from tests.benchmarks.figures import quantile
from tests.benchmarks.peers import Kind, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.benchmarks.peers import Peer
    from tests.benchmarks.results import Latency

QUERIES = 100
ROUNDS = 3
_TURN = 25
"""Queries that an engine answers before the next one's turn; the first is slow, and beyond the 95th percentile."""
_SAMPLE = 1_500
"""Texts that the words of queries are drawn from."""
_MIDDLING = (8, 150)
_COMMON = 400
"""A middling word is in 8 to 150 texts of the sample, a common one in more than 400."""
_PREFIXES = (4, 5)


@attrs.frozen
class QueryClass:
    """Queries of one kind that differ in nothing but their words."""

    label: str
    kind: Kind
    queries: list[list[str]]


def draw(texts: Iterable[str], seed: int = 7, count: int = QUERIES) -> list[QueryClass]:
    """Return so many queries of each class, always the same ones of the same texts.

    Raises ValueError where the texts are too few to have common words.
    """
    chosen = random.Random(seed)
    sample = list(islice(texts, _SAMPLE))
    found: dict[str, int] = {}
    for text in sample:
        for word in {form.lower() for form in forms(text)}:
            found[word] = found.get(word, 0) + 1
    # Sorted, because sets are not in the same order in each process.
    plain = {word: texts for word, texts in sorted(found.items()) if _is_plain(word) and len(word) > 2}
    # The sample may be smaller than it should be; what is common is then so by its share.
    scale = len(sample) / _SAMPLE
    middling = [word for word, texts in plain.items() if _MIDDLING[0] * scale <= texts <= _MIDDLING[1] * scale]
    common = [word for word, texts in plain.items() if texts > _COMMON * scale]
    if min(len(middling), len(common)) < 2:
        raise ValueError("too few texts to draw queries from")

    def prefix() -> list[str]:
        length = chosen.choice(_PREFIXES)
        return [chosen.choice([word for word in middling if len(word) > length])[:length]]

    def phrase() -> list[str]:
        while True:
            words = forms(chosen.choice(sample))
            at = chosen.randrange(max(1, len(words) - 1))
            pair = [word.lower() for word in words[at : at + 2]]
            if len(pair) == 2 and all(map(_is_plain, pair)):
                return pair

    def times(label: str, kind: Kind, make: Callable[[], list[str]]) -> QueryClass:
        return QueryClass(label, kind, [make() for _ in range(count)])

    return [
        times("one word", Kind.ALL, lambda: [chosen.choice(middling)]),
        times("AND", Kind.ALL, lambda: chosen.sample(middling, 2)),
        times("OR", Kind.ANY, lambda: chosen.sample(middling, 2)),
        times("phrase", Kind.PHRASE, phrase),
        times("prefix", Kind.PREFIX, prefix),
        times("AND of common words", Kind.ALL, lambda: chosen.sample(common, 2)),
        times("OR of common words", Kind.ANY, lambda: chosen.sample(common, 2)),
        times("one word within a year", Kind.DATED, lambda: [chosen.choice(middling)]),
    ]


def measure(
    peers: Sequence[Peer], classes: Sequence[QueryClass], rounds: int = ROUNDS
) -> tuple[dict[str, list[Latency]], dict[str, dict[str, float]]]:
    """Return, by class and engine, how long queries take, and how many of ten hits they find on average.

    The engines take turns after every few queries, so that the machine's drift hits all alike; after every single one,
    each would find the processor's caches full of another one's code, which costs an engine of some microseconds half
    its speed. A round asks each query once and begins with all engines opened anew: what an engine has kept of a query
    does not help it with the same one. Of a query's times the least counts; the quantiles are over queries. An engine
    that refuses a query lacks the class.
    """
    times: dict[str, dict[str, list[float]]] = {}
    hits: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for peer in peers:
            peer.open()
        for some in classes:
            here = times.setdefault(some.label, {peer.name: [float("inf")] * len(some.queries) for peer in peers})
            counts = dict.fromkeys(here, 0)
            for peer in peers:
                if peer.name in here and not _answers(peer, some):
                    del here[peer.name]
            for start in range(0, len(some.queries), _TURN):
                for peer in [peer for peer in peers if peer.name in here]:
                    try:
                        counts[peer.name] += _take_turn(peer, some, start, here[peer.name])
                    except UnansweredError:
                        del here[peer.name]
            hits[some.label] = {name: counts[name] / len(some.queries) for name in here}
        for peer in peers:
            peer.close()
    latencies = {label: [latency(name, some) for name, some in here.items()] for label, here in times.items()}
    return latencies, hits


def _take_turn(peer: Peer, some: QueryClass, start: int, least: list[float]) -> int:
    """Ask the queries of one turn, keep the least time of each; return how many hits there were."""
    hits = 0
    for number, words in enumerate(some.queries[start : start + _TURN], start):
        begun = time.perf_counter()
        hits += peer.search(some.kind, words)
        least[number] = min(least[number], time.perf_counter() - begun)
    return hits


def latency(engine: str, times: Sequence[float]) -> Latency:
    """Return the quantiles of an engine's times."""
    return {"engine": engine, "p50": quantile(times, 0.5), "p95": quantile(times, 0.95)}


def _answers(peer: Peer, some: QueryClass) -> bool:
    """Whether an engine knows a kind of query; asked with words that are not measured, which warms it up."""
    try:
        peer.search(some.kind, ["warm", "up"][: len(some.queries[0])])
    except UnansweredError:
        return False
    return True


def _is_plain(word: str) -> bool:
    return word.isalpha() and word.isascii()
