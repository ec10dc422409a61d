"""Changing what is said of articles: corrections, retractions, tags, notes; what is withheld, what is released.

The data's way: statement and version → what of it is new, by the article's state → event (`article.tagged`, …). A
version never changes. What is said already is `unchanged`, so that an interrupted call is simply repeated.
docs/adr/0020-life-cycle-events.md.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import attrs

from archive import edtf, events, lookup
from archive.batches import Batches
from archive.errors import InvalidEventError, InvalidValueError
from archive.identity import current_version
from archive.life_cycle import PARTS, State, tag_key, tags_of
from archive.new_events import article_changed
from archive.runs import RunInProgress
from archive.states import state_of
from archive.submission import Failure
from archive.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from archive.appending import Appender
    from archive.archive import Archive
    from archive.article import Version
    from archive.codec import Document
    from archive.life_cycle import Note, Notice

LONGEST_TAG = 200
"""Characters of a tag, at the most."""

UNCHANGED = "unchanged"


@attrs.frozen
class Statement:
    """What is to be said of an article: the kind of event that says it, and the document of its part."""

    kind: str
    document: Document

    @property
    def status(self) -> str:
        """What becomes of an article by it: `tagged`, `retracted`."""
        return self.kind.rpartition(".")[2]


@attrs.frozen
class Change:
    """A statement about an article, and the version of it that the user had in mind."""

    statement: Statement
    version: Version


@attrs.frozen(kw_only=True)
class Changed:
    """What became of a change.

    `status` is that of the statement, or `unchanged`. `position` is that of the event that says it, now or already; of
    tags that a version states itself, that of the version. Digest and title are those of the current version.
    """

    status: str
    position: int
    article_id: str
    digest: str
    title: str | None


# What may be said: checked here, and nowhere else.


def tagging(tags: Sequence[str], *, reason: str | None = None, remove: bool = False) -> Statement:
    """Say that articles have some tags, or have them no more. Raises InvalidValueError."""
    kept = {tag_key(tag): _tag(tag) for tag in tags}
    if not kept:
        raise InvalidValueError("name a tag")
    document: Document = {"tags": list(kept.values())}
    if reason is not None:
        document["reason"] = checked_text("reason", reason)
    return Statement(events.ARTICLE_UNTAGGED if remove else events.ARTICLE_TAGGED, document)


def notice(
    kind: str, *, reason: str, date: str | None = None, url: str | None = None, by: str | None = None
) -> Statement:
    """Say that an article was corrected or retracted. Raises InvalidValueError for a date or a URL that is none."""
    document: Document = {"reason": checked_text("reason", reason)}
    if date is not None:
        document["date"] = edtf.normalize(date)
    if url is not None:
        canonical_url(url)
        document["url"] = url.strip()
    if by is not None:
        document["by"] = checked_text("by", by)
    return Statement(kind, document)


def note(text: str) -> Statement:
    """Say what somebody noted on an article. Raises InvalidValueError where that is empty."""
    return Statement(events.ARTICLE_ANNOTATED, {"text": checked_text("text", text)})


def withholding(*, reason: str, release: bool = False) -> Statement:
    """Say that no search finds an article from now on, or that all do again. Raises InvalidValueError."""
    kind = events.ARTICLE_RELEASED if release else events.ARTICLE_WITHHELD
    return Statement(kind, {"reason": checked_text("reason", reason)})


def change_many(
    archive: Archive,
    changes: Iterable[Change | Failure],
    *,
    command: str,
    arguments: tuple[str, ...] = (),
    agent: str = "",
) -> Generator[Changed | Failure, None, None]:
    """Record changes in batches, as one run; yield what became of each once its batch is on disk.

    `arguments` must not repeat what the statements say: an erasure reaches the parts of their events only. Raises
    BusyError, StorageError, DamagedError.
    """
    run = RunInProgress(command, arguments, agent)

    def append(batch: list[Change], appender: Appender) -> list[Changed | Failure]:
        return [_change_one(archive, change, appender, run) for change in batch]

    batches = Batches[Change, Changed | Failure](archive.store, run, size=_size, append=append)
    return batches.take(changes)


def _size(change: Change) -> int:
    return sum(len(value) for value in change.statement.document.values())


def _change_one(archive: Archive, change: Change, appender: Appender, run: RunInProgress) -> Changed | Failure:
    # As it is under the lock: another process may have said the same meanwhile.
    article_id = change.version.article_id
    state = state_of(archive, article_id)
    versions = archive.versions(article_id)
    if not versions:
        run.count("failed")
        return Failure(path=article_id, message=f"the article was erased, at position {state.erased}")
    current = current_version(versions)
    statement, position = _news(change.statement, state, current)
    status = UNCHANGED
    if statement is not None:
        status = statement.status
        try:
            event = article_changed(
                kind=statement.kind,
                article_id=article_id,
                part=PARTS[statement.kind],
                document=statement.document,
                run_id=run.id,
                about=change.version.event_id,
            )
            position, _ = appender.append(event, lookup.life_cycle_keys(statement.kind, article_id))
        except InvalidEventError as error:
            run.count("failed")
            return Failure(path=article_id, message=str(error))
    run.count(status)
    return Changed(
        status=status,
        position=position,
        article_id=article_id,
        digest=current.article.digest,
        title=current.metadata.title,
    )


def _news(statement: Statement, state: State, current: Version) -> tuple[Statement | None, int]:
    """Return what of a statement is new, None where nothing is; and the position where the rest is said already."""
    document = statement.document
    match statement.kind:
        case events.ARTICLE_TAGGED | events.ARTICLE_UNTAGGED:
            return _new_tags(statement, state, current)
        case events.ARTICLE_CORRECTED:
            return _unless_said(statement, [one for one in state.corrections if _says(one, document)])
        case events.ARTICLE_RETRACTED:
            return _unless_said(statement, [one for one in state.retractions if _says(one, document)])
        case events.ARTICLE_ANNOTATED:
            return _unless_said(statement, [one for one in state.notes if one.text == document["text"]])
        case events.ARTICLE_WITHHELD:
            return _unless_said(statement, [state.withheld] if state.withheld is not None else [])
        case _:
            released = state.changed.get(events.ARTICLE_RELEASED, current.position)
            return (statement if state.withheld is not None else None), released


def _new_tags(statement: Statement, state: State, current: Version) -> tuple[Statement | None, int]:
    wanted = statement.kind == events.ARTICLE_TAGGED
    there = set(map(tag_key, state.tags(current.metadata.tags)))
    tags = [tag for tag in tags_of(statement.document) if (tag_key(tag) in there) != wanted]
    said = state.changed.get(statement.kind, current.position)
    if not tags:
        return None, said
    return attrs.evolve(statement, document={**statement.document, "tags": tags}), said


def _unless_said(statement: Statement, said: Sequence[Notice | Note]) -> tuple[Statement | None, int]:
    return (None, said[-1].position) if said else (statement, -1)


def _says(one: Notice, document: Document) -> bool:
    """Tell whether a notice says what a document does."""
    return all(getattr(one, name) == document.get(name) for name in ("reason", "date", "url", "by"))


def _tag(tag: str) -> str:
    kept = " ".join(checked_text("tag", tag).split())
    if len(kept) > LONGEST_TAG:
        raise InvalidValueError(f"the tag {kept[:40]!r}… has more than {LONGEST_TAG} characters; a note may be longer")
    if any(unicodedata.category(character) == "Cc" for character in kept):
        raise InvalidValueError(f"the tag {kept!r} holds control characters; leave them out")
    return kept


def checked_text(name: str, value: str) -> str:
    """Return a text without white space around it. Raises InvalidValueError where nothing is left, or no text is."""
    from archive.given import storable_text

    kept = storable_text(name, value).strip()
    if not kept:
        raise InvalidValueError(f"the {name} is empty; say something")
    return kept
