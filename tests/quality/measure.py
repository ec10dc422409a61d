"""Measures every tool on every page: scores from 0 to 1, and the processor time."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from tests.quality import scoring
from tests.quality.tools import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.quality.corpora import Half, Page

FIELDS = ("text", "title", "author", "date")
_KEPT = 200


@attrs.frozen(kw_only=True)
class Score:
    """How one tool did in one field of one page; `found` and `gold` are what is compared, but for texts."""

    tool: str
    corpus: str
    half: Half
    page: str
    field: str
    score: float
    answered: bool
    found: str = ""
    gold: str = ""


@attrs.frozen(kw_only=True)
class Measured:
    """The scores of all tools, milliseconds of processor time a page, and the pages that a tool failed on."""

    scores: tuple[Score, ...]
    milliseconds: dict[str, float]
    failures: dict[str, tuple[str, ...]]


@attrs.frozen(kw_only=True)
class Mean:
    """The mean of some scores: over the pages of each corpus, and over the corpora, each counting the same."""

    overall: float
    corpora: dict[str, float]
    pages: dict[str, int]
    answered: float


def measure(pages: Iterable[Page], tools: dict[str, Callable[[bytes], Reading]]) -> Measured:
    """Read each page with each tool. A tool that fails has read nothing of that page."""
    held = list(pages)
    scores: list[Score] = []
    milliseconds: dict[str, float] = {}
    failures: dict[str, tuple[str, ...]] = {}
    for name, read in tools.items():
        failed: list[str] = []
        # What a tool loads when it is first called is no page's time.
        _attempt(read, held[0].html)
        spent = 0.0
        for page in held:
            start = time.process_time()
            reading = _attempt(read, page.html)
            spent += time.process_time() - start
            if reading is None:
                failed.append(f"{page.corpus}/{page.name}")
            scores += _scored(name, page, reading or Reading())
        milliseconds[name] = 1000 * spent / len(held)
        failures[name] = tuple(failed)
    return Measured(scores=tuple(scores), milliseconds=milliseconds, failures=failures)


def mean(scores: Iterable[Score]) -> Mean | None:
    """Return the macro-average of scores, None where there are none."""
    by_corpus: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        by_corpus[score.corpus].append(score)
    if not by_corpus:
        return None
    corpora = {corpus: sum(score.score for score in held) / len(held) for corpus, held in by_corpus.items()}
    answered = [score.answered for held in by_corpus.values() for score in held]
    return Mean(
        overall=sum(corpora.values()) / len(corpora),
        corpora=corpora,
        pages={corpus: len(held) for corpus, held in by_corpus.items()},
        answered=sum(answered) / len(answered),
    )


def _attempt(read: Callable[[bytes], Reading], html: bytes) -> Reading | None:
    try:
        return read(html)
    except Exception:  # noqa: BLE001 - whatever another tool raises counts as a page that it does not read
        return None


def _scored(tool: str, page: Page, reading: Reading) -> Iterator[Score]:
    def score(field: str, value: float, *, answered: bool, found: str = "", gold: str = "") -> Score:
        return Score(
            tool=tool,
            corpus=page.corpus,
            half=page.half,
            page=page.name,
            field=field,
            score=float(value),
            answered=answered,
            found=found[:_KEPT],
            gold=gold[:_KEPT],
        )

    if page.text is not None:
        yield score("text", scoring.token_f1(reading.text, page.text), answered=bool(reading.text))
    else:
        accuracy = scoring.segment_accuracy(reading.text, page.held, page.left_out)
        yield score("text", accuracy, answered=bool(reading.text))
    if page.title is not None:
        same = scoring.same_title(reading.title, page.title)
        yield score("title", same, answered=bool(reading.title), found=reading.title or "", gold=page.title)
    if page.author is not None:
        same = scoring.same_names(reading.authors, page.author)
        yield score("author", same, answered=bool(reading.authors), found="; ".join(reading.authors), gold=page.author)
    if page.date is not None:
        same = scoring.same_day(reading.date, page.date)
        yield score("date", same, answered=bool(reading.date), found=reading.date or "", gold=page.date)
