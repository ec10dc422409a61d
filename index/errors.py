"""What can go wrong with the index, as the user should hear of it."""

from __future__ import annotations


class SearchError(Exception):
    """The root of all errors that the index raises on purpose."""


class ForeignIndexError(SearchError):
    """The index folder belongs to another archive."""


class IndexBusyError(SearchError):
    """Another process is building the index, for longer than the caller would wait."""


class BadPositionError(SearchError):
    """A position or a time that the log does not reach."""


class UnsearchableError(SearchError):
    """The index could not be built or read; the archive itself is untouched."""
