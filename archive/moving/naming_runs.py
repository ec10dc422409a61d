"""Runs of another log whose words name an article that was erased here: a path, an address, a title.

The article arrives erased (`archive.moving.taking`); a record of a run that still named it would bring a part of it
back. So that record arrives erased, too, and is recorded again without these words, as an erasure does here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.erasing import names_of_article
from archive.naming import ERASED, Names
from archive.new_events import run_recorded

if TYPE_CHECKING:
    from archive.article import Article
    from archive.envelope import Envelope
    from archive.new_events import NewEvent
    from archive.runs import Run


class NamingRuns:
    """What names the articles of a merge that arrive erased, and the runs that are to be recorded again."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, Names]] = {}
        self._bringing: dict[str, str] = {}
        self._shared: set[str] = set()
        self._again: list[tuple[Run, str]] = []

    def arrives_erased(self, envelope: Envelope, follows: str, article: Article | None) -> None:
        """Note an event of an article that arrives erased, after an erasure with an id; `article` if it is a version.

        A version names the article; that it was brought by a run makes that run one about it.
        """
        if article is not None:
            _, known = self._names.get(envelope.subject, (follows, Names()))
            self._names[envelope.subject] = follows, known | names_of_article(article)
        if self._bringing.setdefault(envelope.correlation, envelope.subject) != envelope.subject:
            self._shared.add(envelope.correlation)

    def arrives_whole(self, envelope: Envelope) -> None:
        """Note an event of an article that arrives as it is: its run is not about an erased one alone."""
        if self._names:
            self._shared.add(envelope.correlation)

    def named_by(self, envelope: Envelope, run: Run) -> tuple[str, str] | None:
        """Return the erasure and the article for which the record of a run must go, None where it names none.

        It is to be recorded again, then: see `events`.
        """
        alone = envelope.correlation in self._bringing and envelope.correlation not in self._shared
        words, found = run.arguments, None
        if alone and words:
            subject = self._bringing[envelope.correlation]
            words, found = (ERASED,) * len(words), subject if subject in self._names else None
        for subject, (_, names) in self._names.items():
            left = names.left_out(words)
            if left != words:
                words, found = left, subject
        if found is None or words == run.arguments:
            return None
        self._again.append((attrs.evolve(run, arguments=words), envelope.id))
        return self._names[found][0], found

    def events(self) -> list[NewEvent]:
        """Return the records without the words that named what was erased."""
        return [run_recorded(run, replaces=event_id) for run, event_id in self._again]
