"""New events: facts about to be recorded, as the parts that the store gives an id, a time and its commitments. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive import codec, events

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archive.article import Article
    from archive.codec import Document
    from archive.parts import Committed, Part
    from archive.runs import Run
    from archive.submission import Submission


@attrs.frozen(kw_only=True)
class NewEvent:
    """An event about to be appended: the store gives it an id, a time and its commitments.

    `packed` are parts that somebody has committed to already, or packed; they are not among `parts`.
    """

    type: str
    subject: str
    correlation: str
    parts: Mapping[str, bytes]
    packed: tuple[Part | Committed, ...] = ()
    causation: str | None = None


def archive_created(tool: str, key: str | None = None) -> dict[str, bytes]:
    """Return the parts of the first event of an archive that `tool` (its name and version) creates.

    `key` is the line of its verifier key.
    """
    about: codec.Document = {"canonical_url_rules": 1, "tool": tool}
    return {events.ABOUT: codec.to_bytes(about if key is None else {**about, "key": key})}


def article_recorded(
    *, article_id: str, parts: tuple[Part | Committed, ...], run_id: str, causation: str | None
) -> NewEvent:
    """Return the event that records a version of an article: added, or revised where it follows on an earlier event.

    `parts` are those of `article_parts`, committed to.
    """
    return NewEvent(
        type=events.type_of(events.ARTICLE_ADDED if causation is None else events.ARTICLE_REVISED),
        subject=article_id,
        correlation=run_id,
        causation=causation,
        parts={},
        packed=parts,
    )


def article_parts(submission: Submission) -> dict[str, bytes]:
    """Return the parts of the event that records an article.

    The text is stored only where it is not the decoded original. Raises InvalidEventError where a string is no text.
    """
    article = submission.article
    parts = {
        events.ARTICLE: codec.to_bytes(codec.article_document(article)),
        events.ORIGIN: codec.to_bytes(codec.origin_document(article.origin)),
        events.ORIGINAL: submission.original,
    }
    if not article.text_is_original:
        parts[events.TEXT] = codec.text_to_bytes(submission.text)
    if submission.capture is not None:
        parts[events.CAPTURE] = submission.capture
    if submission.head is not None:
        parts[events.HEAD] = submission.head
    return parts


def reason_part(reason: str) -> dict[str, bytes]:
    """Return the part that says why a version was handed in. Raises InvalidEventError where that is no text."""
    return {events.REASON: codec.to_bytes({"reason": reason})}


def article_amended(*, article_id: str, article: Article, text: str, run_id: str, amends: str) -> NewEvent:
    """Return the event that records a new reading of a version's bytes; `amends` is the id of that version's event.

    The bytes, and what they were read with, stay where they are: in the event that recorded them first.
    """
    parts = {
        events.ARTICLE: codec.to_bytes(codec.article_document(article)),
        events.ORIGIN: codec.to_bytes(codec.origin_document(article.origin)),
    }
    if not article.text_is_original:
        parts[events.TEXT] = codec.text_to_bytes(text)
    return NewEvent(
        type=events.type_of(events.ARTICLE_AMENDED),
        subject=article_id,
        correlation=run_id,
        causation=amends,
        parts=parts,
    )


def article_erased(
    *,
    article_id: str,
    run_id: str,
    causation: str | None,
    ground: Mapping[str, str],
    suppressed: Mapping[str, object],
    parts: Mapping[str, Collection[str]],
) -> NewEvent:
    """Return the event that records an erasure; `parts` are the names of those that went, by the ids of their events.

    `ground` is on what basis, by which authority and why; `suppressed` is what is not to be added again.
    """
    named = {event_id: sorted(names) for event_id, names in parts.items()}
    return NewEvent(
        type=events.type_of(events.ARTICLE_ERASED),
        subject=article_id,
        correlation=run_id,
        causation=causation,
        parts={
            events.ERASURE: codec.to_bytes(ground),
            events.ERASED: codec.to_bytes({"parts": named}),
            events.SUPPRESSED: codec.to_bytes(suppressed),
        },
    )


def article_changed(*, kind: str, article_id: str, part: str, document: Document, run_id: str, about: str) -> NewEvent:
    """Return the event that records what became of an article; `about` is the id of the version's event it is about.

    Raises InvalidEventError where a string is no text.
    """
    return NewEvent(
        type=events.type_of(kind),
        subject=article_id,
        correlation=run_id,
        causation=about,
        parts={part: codec.to_bytes(document)},
    )


def run_recorded(run: Run, replaces: str | None = None) -> NewEvent:
    """Return the event that records a run, after the events that it brought; or again, once parts of it had to go.

    `replaces` is the id of the event that recorded it first.
    """
    return NewEvent(
        type=events.type_of(events.RUN_RECORDED),
        subject=run.id,
        correlation=run.id,
        causation=replaces,
        parts={events.RUN: codec.to_bytes(codec.run_document(run))},
    )
