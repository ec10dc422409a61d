"""Texts to measure with: real ones where they are at hand, and a continuation with their word distribution."""

from __future__ import annotations

import json
import tarfile
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).parents[3] / "shared" / "data" / "bench_senate.tar.xz"
_MEMBER = "bench_senate/docs.jsonl"
_SENTENCE = 18


def records(count: int) -> Iterator[dict[str, object]]:
    """Yield so many JSON records: press releases as far as they are at hand, then generated ones."""
    real: list[dict[str, object]] = []
    if SHARED.exists():
        with tarfile.open(SHARED) as archive:
            file = archive.extractfile(_MEMBER)
            assert file is not None
            for line in file:
                record = json.loads(line)
                if len(real) < count:
                    yield record
                real.append(record)
                if len(real) == count:
                    return
    yield from _generated(count - len(real), [str(record["body"]) for record in real[:4000]])


def _generated(count: int, texts: list[str]) -> Iterator[dict[str, object]]:
    """Yield records whose words follow the frequencies and whose lengths follow the lengths of some texts.

    One word in two hundred is new, so that the vocabulary grows as a real one does.
    """
    random = Random(count)
    counts: dict[str, int] = {}
    for text in texts:
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1
    if not counts:
        # A Zipf distribution over invented words.
        counts = {_invented(rank): 1_000_000 // rank for rank in range(1, 50_000)}
    words, weights = list(counts), list(accumulate(counts.values()))
    lengths = [len(text.split()) for text in texts] or [450]
    for number in range(count):
        body = random.choices(words, cum_weights=weights, k=max(20, random.choice(lengths)))
        for _ in range(len(body) // 200 + 1):
            body[random.randrange(len(body))] = f"{random.choice(words)}{random.randrange(10**7)}"
        sentences = [" ".join(body[at : at + _SENTENCE]) for at in range(0, len(body), _SENTENCE)]
        yield {
            "id": f"generated-{number}",
            "title": " ".join(body[:9]),
            "date": f"{random.randint(1990, 2020)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            "source": f"Office {random.randint(1, 100)}",
            "lang": "en",
            "body": ". ".join(sentences),
        }


def _invented(rank: int) -> str:
    """Return a word of letters for a rank, short for the frequent ones."""
    letters = ""
    while rank:
        rank, rest = divmod(rank, 20)
        letters += "bcdfghjklmnpqrstvwxz"[rest] + "aeiou"[rest % 5]
    return letters
