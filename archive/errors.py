"""What can go wrong in the archive, as the user should hear of it.

Every error carries the sentence that a user reads: what is wrong, then what to do about it. The command line maps
the classes to exit codes in one place (`cli.main`); nothing else needs to know them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ArchiveError(Exception):
    """The root of all errors that the archive raises on purpose."""


class NoSuchArchiveError(ArchiveError):
    """There is no archive at a path that was named."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_file():
            # Such as its database: an archive is never made in the place of a file.
            super().__init__(f"{path} is a file, and an archive is a folder; name that")
        else:
            super().__init__(f"no archive at {path}; create one with: morgue init {path}")


class NotAnArchiveError(ArchiveError):
    """Something else is at the path: another program's file, or an archive of a format from the future."""


class OccupiedError(NotAnArchiveError):
    """There is something where a new folder is to be; nothing is overwritten."""


class NoSuchArticleError(ArchiveError):
    """No article or event answers to an ID."""

    def __init__(self, identifier: str, hint: str = "") -> None:
        self.identifier = identifier
        super().__init__(f"no article {identifier!r} in this archive{'; ' + hint if hint else ''}")


class AmbiguousIdError(ArchiveError):
    """More than one article answers to a digest prefix."""

    def __init__(self, identifier: str, positions: tuple[int, ...]) -> None:
        self.identifier = identifier
        self.positions = positions
        listed = ", ".join(str(position) for position in positions)
        super().__init__(f"{identifier!r} is the digest of several articles, at positions {listed}; name one of those")


class BusyError(ArchiveError):
    """Another process held the archive's lock for longer than the caller would wait."""

    def __init__(self, path: Path, waited: float) -> None:
        self.path = path
        self.waited = waited
        super().__init__(
            f"{path} is in use by another process (waited {waited:g} s); try again, or wait longer with --lock-timeout"
        )


class DamagedError(ArchiveError):
    """Stored bytes are not what was recorded. Nothing is repaired behind the user's back."""

    def __init__(self, position: int | None, what: str) -> None:
        self.position = position
        self.what = what
        where = "the archive" if position is None else f"position {position}"
        super().__init__(f"{where} is damaged: {what}; run: morgue verify")


class UnopenableError(DamagedError):
    """An archive is so damaged that not even `verify` can look at it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(None, what)
        save = "take a backup (morgue restore BACKUP PATH), or save what can be read: morgue export --salvage -o FILE"
        self.args = (f"{path} is damaged, and cannot be opened: {what}; {save}",)


class UnreadableError(DamagedError):
    """A read failed: what is stored may be whole or not, nobody knows. It is treated as damage where that is listed."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(None, what)
        self.args = (f"{path}: {what}; try again; if it stays so, look after the disk before anything else",)


class ErasedError(ArchiveError):
    """What was recorded at a position was erased on purpose: its payload is zeros, and an event says so."""

    def __init__(self, position: int, article_id: str, erased_at: int | None = None) -> None:
        self.position = position
        self.article_id = article_id
        self.erased_at = erased_at
        by = "" if erased_at is None else f", as the event at position {erased_at} records"
        super().__init__(f"position {position} was erased{by}; what it held is gone")


class UnverifiedError(ArchiveError):
    """What was to be taken in (another archive, an export, a backup) does not verify; nothing of it was taken in."""

    def __init__(self, name: str, what: str) -> None:
        self.name = name
        self.what = what
        super().__init__(f"{name} does not verify: {what}; nothing of it was taken in")


class ConflictError(UnverifiedError):
    """Two logs hold other bytes under the same source and id: one of them is not what was recorded."""


class InvalidEventError(ArchiveError):
    """An event, or a document inside one, breaks the format; it is refused before anything is written."""


class InvalidValueError(ArchiveError):
    """A value that the user gave cannot be taken, such as a date that is none."""


class StorageError(ArchiveError):
    """The file system or SQLite refused: disk full, no permission, I/O error. Nothing was acknowledged."""


class NotProvedError(ArchiveError):
    """A proof or a checkpoint does not show what it should: forged, damaged, of another key or about another thing."""


class UnknownSignerError(NotProvedError):
    """None of the keys that count has signed a note."""


class InconsistentError(ArchiveError):
    """Of two checkpoints, or a checkpoint and the log, one does not extend the other: history was rewritten."""


class SigningKeyError(ArchiveError):
    """A private key is missing, cannot be read or written, or others can read it."""
