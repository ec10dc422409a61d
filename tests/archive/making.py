"""Articles and archives for the tests: invented texts, handed in as a program would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.adding import Outcome
from archive.intake import Given, submit_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.archive import Archive
    from archive.provenance import Value
    from archive.submission import Failure, Submission


def submission(
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    key: str | None = None,
    captured: str | None = None,
    named: str | None = None,
) -> Submission:
    """Return an article about to be added; `key` is an id that its input stated."""
    fields: dict[str, Value] = {
        name: value for name, value in {"title": title, "url": url}.items() if value is not None
    }
    made = submit_text(text, given=Given(fields=fields, captured=captured, article_id=named))
    return attrs.evolve(made, article=attrs.evolve(made.article, key=key))


def numbered(count: int, start: int = 0) -> Iterator[Submission]:
    """Yield short articles that all differ."""
    for number in range(start, start + count):
        yield submission(
            f"The harbour of Quellin took in {number} ships on that day.",
            title=f"Ships: {number}",
            url=f"https://courier.example/ships/{number}",
        )


def add_all(archive: Archive, submissions: Iterable[Submission | Failure]) -> list[Outcome]:
    """Add articles as one run and return their outcomes; a failure is an error of the test."""
    results = list(archive.add_many(submissions))
    outcomes = [result for result in results if isinstance(result, Outcome)]
    assert len(outcomes) == len(results), results
    return outcomes


def kinds(archive: Archive) -> list[str]:
    """Return the kinds of an archive's events, in order."""
    return [recorded.envelope.kind for recorded in archive.events()]
