import os
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import pytest

from index.analysis import forms
from tests.benchmarks import corpus
from tests.benchmarks.figures import power_fit
from tests.benchmarks.generator import CHUNK, HEAPS, articles, invented, source_of
from tests.benchmarks.targets import REAL

if TYPE_CHECKING:
    from collections.abc import Iterable


def heaps_exponent(texts: "Iterable[str]", first: int) -> float:
    """Return the exponent of the growth of the vocabulary with the words read, from so many words on."""
    seen: set[str] = set()
    words, mark = 0, first
    points = []
    for text in texts:
        found = [form.lower() for form in forms(text)]
        seen.update(found)
        words += len(found)
        if words >= mark:
            points.append((words, len(seen)))
            mark *= 2
    return power_fit([words for words, _ in points], [vocabulary for _, vocabulary in points])[1]


def test_a_source_and_a_seed_give_the_same_articles() -> None:
    source = source_of([])
    some = list(islice(articles(source, 3), CHUNK + 10))
    assert some == list(islice(articles(source, 3), CHUNK + 10))
    assert len({str(record["body"]) for record in some}) == len({record["id"] for record in some}) == CHUNK + 10
    assert some[0] != next(articles(source, 4))


def test_articles_are_made_of_runs_that_stand_close_together() -> None:
    around = 3_000
    texts = [" ".join(f"w{number % around}" for number in range(start, start + 900)) for start in range(0, 90_000, 900)]
    source = source_of(texts)
    assert source.vocabulary == around
    words = str(next(articles(source))["body"]).split()
    followed = sum(right == f"w{(int(left[1:]) + 1) % around}" for left, right in pairwise(words) if _is_number(left))
    assert 0.8 < followed / len(words) <= 0.88
    numbers = sorted(int(word[1:]) for word in words if _is_number(word))
    gaps = [right - left for left, right in pairwise([*numbers, numbers[0] + around])]
    assert max(gaps) > 900


def test_lengths_are_those_of_the_texts() -> None:
    source = source_of(["word " * 96, "some words more " * 800])
    lengths = {len(str(record["body"]).split()) for record in islice(articles(source), 100)}
    assert lengths == {96, 2400}


def test_invented_words_differ_and_are_letters() -> None:
    words = [invented(rank) for rank in range(1, 20_000)]
    assert len(set(words)) == len(words)
    assert all(word.isalpha() and word.isascii() and word.islower() for word in words)
    assert len(invented(10**15)) == 16


@pytest.mark.slow
@pytest.mark.skipif(not corpus.SHARED.exists(), reason="the press releases are not at hand")
@pytest.mark.skipif("MORGUE_LONG" not in os.environ, reason="takes half a minute: set MORGUE_LONG to run it")
def test_the_vocabulary_grows_as_that_of_the_press_releases() -> None:
    some = islice(articles(corpus.source()), 25_000)
    assert heaps_exponent((str(record["body"]) for record in some), 100_000) == pytest.approx(HEAPS, abs=0.04)
    # In the order of the files, which are by senator, the vocabulary grows a little faster.
    real = (str(record["body"]) for record in corpus.real())
    assert heaps_exponent(real, 100_000) == pytest.approx(HEAPS, abs=0.06)


@pytest.mark.slow
@pytest.mark.skipif(not corpus.SHARED.exists(), reason="the press releases are not at hand")
def test_generated_articles_follow_the_press_releases() -> None:
    found = [str(record["id"]).startswith("generated-") for record in islice(corpus.records(), REAL + 10)]
    assert (sum(found), found.index(True)) == (10, REAL)


def _is_number(word: str) -> bool:
    return word.startswith("w") and word[1:].isdigit()
