"""Articles in any number, made of the words of some texts: their frequencies, their neighbours, and always new ones.

An article is spliced from short runs of words that stand close together in the texts. So words are as frequent as they
are there, a word that an article has is likely to come again in it, and pairs of words are pairs that were written.

Runs alone would exhaust the vocabulary. A real one grows as a power of the number of words read (Heaps' law), with
exponent HEAPS. Words whose frequency falls with the power -1 / HEAPS of their rank give that growth, so words are drawn
from such a tail as well, which begins where the texts' own vocabulary ends: of press releases one word in 600.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from math import gamma
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from index.analysis import forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

HEAPS = 0.43
"""The exponent of the growth of the vocabulary: measured on 25,287 press releases in random order, see `heaps_exponent`
in `tests/benchmarks/test_generator.py`."""

CHUNK = 500
"""Articles that are drawn together; each chunk has random numbers of its own."""
_RUN = 8
_NEIGHBOURHOOD = 2_000
"""Words among which the runs of one article begin: some four texts, so that words come again as in a real one."""
_SPREAD: float = gamma(1 - HEAPS) ** (-1 / HEAPS)
_RARE = 1e15
"""No rank beyond: its word has 16 letters."""
_FIRST_DAY = date(2004, 1, 1)
_DAYS = 5 * 365
_ZIPF_TOKENS = 2_000_000
_ZIPF_WORDS = 60_000
_ZIPF_LENGTH = 450


@attrs.frozen(eq=False)
class Source:
    """The texts that articles are spliced from: `tokens` are numbers of `words`, `lengths` the words of each text.

    A token is from `tail` to 1 one of the words that no text has, whose ranks begin at `vocabulary`.
    """

    tokens: NDArray[np.int32]
    words: NDArray[Any]
    lengths: NDArray[np.int64]
    vocabulary: int

    @property
    def tail(self) -> float:
        """The share of all words that is drawn from the tail.

        Of words with frequencies c r^(-1/h) the first n hold Γ(1 - h) (c n)^h different ones. c is chosen so that this
        is the texts' vocabulary where n is the texts' words; the share is the sum of the frequencies from there on.
        """
        return self.vocabulary / len(self.tokens) * HEAPS / (1 - HEAPS) * _SPREAD


def source_of(texts: Iterable[str]) -> Source:
    """Return the source that some texts make; without any, one of invented words by Zipf's law."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    parts = [np.fromiter(map(numbers.__getitem__, text.split()), np.int32) for text in texts]
    lengths = np.array([len(part) for part in parts if len(part)], np.int64)
    if lengths.sum() < _NEIGHBOURHOOD + _RUN:
        return _zipf()
    # Punctuation stays with the words, as it was written, but does not make a word another one.
    vocabulary = len({form.lower() for word in numbers for form in forms(word)})
    return Source(np.concatenate(parts), np.array(list(numbers), object), lengths, vocabulary)


def articles(source: Source, seed: int = 0) -> Iterator[dict[str, object]]:
    """Yield records without end, always the same ones of a source and a seed; memory is that of a chunk."""
    number = 0
    while True:
        random = np.random.default_rng([seed, number])
        for place, body in enumerate(_bodies(source, random)):
            yield {
                "id": f"generated-{seed}-{number * CHUNK + place}",
                "title": " ".join(body.split(" ", 9)[:9]),
                "date": (_FIRST_DAY + timedelta(days=int(random.integers(_DAYS)))).isoformat(),
                "source": f"Office {random.integers(1, 101)}",
                "lang": "en",
                "body": body,
            }
        number += 1


def lines(records: Iterable[dict[str, object]]) -> Iterator[str]:
    """Yield records as JSON Lines."""
    return (json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def invented(rank: int) -> str:
    """Return a word of letters for a rank from 1, another one for each, short for the frequent ones."""
    letters = []
    while rank:
        rank, rest = divmod(rank, 100)
        letters.append("bcdfghjklmnpqrstvwxz"[rest % 20] + "aeiou"[rest // 20])
    return "".join(letters)


def _bodies(source: Source, random: np.random.Generator) -> Iterator[str]:
    lengths = random.choice(source.lengths, CHUNK)
    runs = np.maximum(1, -(-lengths // _RUN))
    begins = np.repeat(random.integers(len(source.tokens) - _NEIGHBOURHOOD - _RUN + 1, size=CHUNK), runs)
    begins += random.integers(_NEIGHBOURHOOD, size=len(begins))
    words = source.words[source.tokens[begins[:, None] + np.arange(_RUN)].ravel()]
    places = np.flatnonzero(random.random(len(words)) < source.tail)
    words[places] = [invented(rank) for rank in _tail_ranks(source, random.random(len(places)))]
    drawn = words.tolist()
    start = 0
    for end in np.cumsum(runs * _RUN).tolist():
        yield " ".join(drawn[start:end])
        start = end


def _tail_ranks(source: Source, uniform: NDArray[np.float64]) -> list[int]:
    """Return ranks from the end of the vocabulary on, whose frequencies fall with the power -1 / HEAPS of the rank."""
    ranks = source.vocabulary * (1 - uniform) ** (-HEAPS / (1 - HEAPS))
    return np.minimum(ranks, _RARE).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _zipf() -> Source:
    random = np.random.default_rng(0)
    weights = 1 / np.arange(1, _ZIPF_WORDS + 1)
    tokens = random.choice(_ZIPF_WORDS, _ZIPF_TOKENS, p=weights / weights.sum()).astype(np.int32)
    words = np.array([invented(rank) for rank in range(1, _ZIPF_WORDS + 1)], object)
    lengths = random.lognormal(np.log(_ZIPF_LENGTH), 0.5, 4000).astype(np.int64)
    return Source(tokens, words, lengths, _ZIPF_WORDS)
