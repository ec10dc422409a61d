"""The archive: immutable events in an append-only store, and how every field of an article is known.

    from archive import Archive

The names below are the public API. They are imported when they are first used: a process pays for what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.adding import Outcome
    from archive.amending import Amendment, current_versions
    from archive.archive import Archive
    from archive.article import Article, Metadata, Version
    from archive.erasing import Erasure, Ground
    from archive.intake import Given, gather, submit_text
    from archive.moving.backups import back_up
    from archive.moving.merging import MergeOutcome, merge
    from archive.moving.sources import source_at
    from archive.provenance import Candidate, Origin, Span
    from archive.replay import RecordedArticle
    from archive.runs import Run
    from archive.store import EventStore, Recorded
    from archive.submission import Failure, Submission
    from archive.verification import Problem, verify
    from archive.version import __version__

_HOMES = {
    "archive.adding": ("Outcome",),
    "archive.amending": ("Amendment", "current_versions"),
    "archive.archive": ("Archive",),
    "archive.article": ("Article", "Metadata", "Version"),
    "archive.erasing": ("Erasure", "Ground"),
    "archive.intake": ("Given", "gather", "submit_text"),
    "archive.moving.backups": ("back_up",),
    "archive.moving.merging": ("MergeOutcome", "merge"),
    "archive.moving.sources": ("source_at",),
    "archive.provenance": ("Candidate", "Origin", "Span"),
    "archive.replay": ("RecordedArticle",),
    "archive.runs": ("Run",),
    "archive.store": ("EventStore", "Recorded"),
    "archive.submission": ("Failure", "Submission"),
    "archive.verification": ("Problem", "verify"),
    "archive.version": ("__version__",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Amendment",
    "Archive",
    "Article",
    "Candidate",
    "Erasure",
    "EventStore",
    "Failure",
    "Given",
    "Ground",
    "MergeOutcome",
    "Metadata",
    "Origin",
    "Outcome",
    "Problem",
    "Recorded",
    "RecordedArticle",
    "Run",
    "Span",
    "Submission",
    "Version",
    "__version__",
    "back_up",
    "current_versions",
    "gather",
    "merge",
    "source_at",
    "submit_text",
    "verify",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOME_OF:
        raise AttributeError(f"module 'archive' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
