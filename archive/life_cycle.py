"""The life cycle of an article: what its events say became of it, folded into a state. Pure.

A version says what the article was; the events of `archive.events.LIFE_CYCLE_KINDS` say what became of it: its
publisher corrected or retracted it, somebody tagged it, noted something, withheld it. None of them changes a version.
The state as of a position is a fold of the events up to there. docs/format.md, "Documents".
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from archive import events
from archive.errors import InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archive.codec import Document

PARTS: Mapping[str, str] = {
    events.ARTICLE_CORRECTED: events.NOTICE,
    events.ARTICLE_RETRACTED: events.NOTICE,
    events.ARTICLE_TAGGED: events.TAGS,
    events.ARTICLE_UNTAGGED: events.TAGS,
    events.ARTICLE_ANNOTATED: events.NOTE,
    events.ARTICLE_WITHHELD: events.REASON,
    events.ARTICLE_RELEASED: events.REASON,
}
"""The part of each kind of event that is read here: its only one."""


class Entry(NamedTuple):
    """An event of a life cycle as it is folded: its position, kind and time, and the document of its part.

    Where that was erased, `document` is None: that it happened still counts, what it said is gone.
    """

    position: int
    kind: str
    recorded: str
    document: Document | None


@attrs.frozen(kw_only=True)
class Notice:
    """A correction or a retraction, as its publisher gave notice of it.

    `date` is when, an EDTF date, `url` where, `by` who; `position` and `recorded` are those of the event. `reason` is
    empty where it was erased.
    """

    position: int
    recorded: str
    reason: str
    date: str | None = None
    url: str | None = None
    by: str | None = None


@attrs.frozen(kw_only=True)
class Note:
    """What somebody who uses the archive noted: `text`, empty where it was erased."""

    position: int
    recorded: str
    text: str


@attrs.frozen(kw_only=True)
class State:
    """What became of an article up to a position; that of one to which nothing happened is false.

    `added` and `removed` are tags, over those that a version states: see `tags`. `withheld` is why, since it was hidden
    the last time; None where it is not. `erased` is the position of the event that said so. `changed` maps each kind of
    event to the position of the last one.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    corrections: tuple[Notice, ...] = ()
    retractions: tuple[Notice, ...] = ()
    notes: tuple[Note, ...] = ()
    withheld: Notice | None = None
    erased: int | None = None
    changed: Mapping[str, int] = attrs.field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.changed)

    @property
    def retracted(self) -> bool:
        """Whether its publisher took it back."""
        return bool(self.retractions)

    @property
    def retags(self) -> bool:
        """Whether its tags may be others than those that a version states."""
        return bool(self.added or self.removed)

    def tags(self, stated: Iterable[str]) -> tuple[str, ...]:
        """Return its tags, given those that a version states: without those removed, then those added."""
        removed = set(map(tag_key, self.removed))
        tags = {tag_key(tag): tag for tag in stated if tag_key(tag) not in removed}
        for tag in self.added:
            tags.setdefault(tag_key(tag), tag)
        return tuple(tags.values())


NOTHING = State()
"""The state of an article to which nothing happened."""


def tag_key(tag: str) -> str:
    """Return what two spellings of one tag share: case, form and white space make no difference."""
    return " ".join(unicodedata.normalize("NFKC", tag).casefold().split())


def fold(entries: Iterable[Entry]) -> State:
    """Return the state after some events of one article, in order. Raises InvalidEventError for a bad document."""
    state = NOTHING
    for entry in entries:
        state = after(state, entry)
    return state


def after(state: State, entry: Entry) -> State:
    """Return the state after one more event. Raises InvalidEventError where its document cannot be read."""
    said = _next(state, entry)
    return attrs.evolve(said, changed={**state.changed, entry.kind: entry.position})


def _next(state: State, entry: Entry) -> State:
    news: dict[str, Any] = {}
    match entry.kind:
        case events.ARTICLE_TAGGED | events.ARTICLE_UNTAGGED:
            return _retagged(state, tags_of(entry.document or {}), added=entry.kind == events.ARTICLE_TAGGED)
        case events.ARTICLE_CORRECTED:
            news["corrections"] = (*state.corrections, _notice(entry))
        case events.ARTICLE_RETRACTED:
            news["retractions"] = (*state.retractions, _notice(entry))
        case events.ARTICLE_ANNOTATED:
            note = Note(position=entry.position, recorded=entry.recorded, text=_text(entry.document, "text") or "")
            news["notes"] = (*state.notes, note)
        case events.ARTICLE_WITHHELD:
            news["withheld"] = _notice(entry)
        case events.ARTICLE_RELEASED:
            news["withheld"] = None
        case events.ARTICLE_ERASED:
            news["erased"] = entry.position
    return attrs.evolve(state, **news)


def _retagged(state: State, tags: tuple[str, ...], *, added: bool) -> State:
    """Return the state after tags were added or removed: the last word on each tag counts."""
    keys = set(map(tag_key, tags))
    plus = tuple(tag for tag in state.added if tag_key(tag) not in keys)
    minus = tuple(tag for tag in state.removed if tag_key(tag) not in keys)
    if added:
        return attrs.evolve(state, added=(*plus, *tags), removed=minus)
    return attrs.evolve(state, added=plus, removed=(*minus, *tags))


def _notice(entry: Entry) -> Notice:
    document = entry.document
    return Notice(
        position=entry.position,
        recorded=entry.recorded,
        reason=_text(document, "reason") or "",
        date=_text(document, "date"),
        url=_text(document, "url"),
        by=_text(document, "by"),
    )


def tags_of(document: Document) -> tuple[str, ...]:
    """Return the tags of a part `tags`. Raises InvalidEventError."""
    tags = document.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise InvalidEventError("tags is not a list of strings")
    return tuple(tags)


def _text(document: Document | None, name: str) -> str | None:
    value = None if document is None else document.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidEventError(f"{name} is not of type str")
    return value
