"""Preparing: what adding an article costs most, done ahead, by a process that needs nothing of the archive. Pure."""

from __future__ import annotations

from archive import parts
from archive.new_events import article_parts
from archive.submission import Prepared, Submission


def prepare(submission: Submission) -> Prepared:
    """Return a submission's content digest and the packed parts of its event.

    Raises InvalidEventError where a string is no text, before anything is packed.
    """
    if submission.prepared is not None:
        return submission.prepared
    packed = tuple(parts.pack(name, content) for name, content in article_parts(submission).items())
    return Prepared(submission.content(), packed)
