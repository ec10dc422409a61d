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


class BadAliasesError(SearchError):
    """A file of aliases that cannot be read; the message says where it is wrong."""


class UnsearchableError(SearchError):
    """The index could not be built or read; the archive itself is untouched."""


class TornIndexError(UnsearchableError):
    """The files of a generation are not as they were written: it is of no use, and has to be built anew."""


class reading_files:  # noqa: N801 - reads like `contextlib.suppress`; a generator would take longer
    """Turn what a torn file makes a reader stumble over, whatever that is, into TornIndexError."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, (OSError, LookupError, ValueError, TypeError, ArithmeticError)):
            raise TornIndexError(f"the index cannot be read ({type(error).__name__}: {error})") from error
