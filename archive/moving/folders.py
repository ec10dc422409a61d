"""The form `folder`: a log as a folder of envelopes and payloads, lossless, for people and for `diff`.

    export.json                              the header, and how many events there are
    events/0000/000000000007-<event id>/     a thousand events a folder
        envelope.json                        the stored bytes of the envelope, and nothing else
        salts.json                           per part its salt; null for an erased one
        article  origin  original  text      the bytes of the parts

Names are made of positions, ids and the names of parts only, and no other file is read: no name from within an export
leads anywhere, and neither does a symbolic link, which is refused. docs/format.md, "Exports".
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.errors import StorageError, UnverifiedError
from archive.moving import members
from archive.moving.carried import Carried, Headed, content_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    from archive.moving.carried import Source

HEADER = "export.json"
_EVENTS, _ENVELOPE, _SALTS = "events", "envelope.json", "salts.json"
_THOUSAND = re.compile(r"\d{4,15}")
_EVENT = re.compile(r"(\d{12,18})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_BYTES = 1 << 30
"""Of one file: more than any part has."""


def write_folder(source: Source, folder: Path) -> int:
    """Write a source into an empty folder; return how many events it holds. Raises OSError, and what reading raises."""
    from archive.moving.carried import checked_envelope

    count = 0
    for carried in source.events():
        event_id = checked_envelope(source.name, carried.position, carried.encoded).id
        place = folder / _EVENTS / f"{carried.position // 1000:04}" / f"{carried.position:012}-{event_id}"
        place.mkdir(parents=True)
        _write(place / _ENVELOPE, carried.encoded)
        salts = {part: chunks[0].salt.hex() if chunks is not None else None for part, chunks in carried.parts.items()}
        _write(place / _SALTS, members.dumps(salts))
        for part, chunks in carried.parts.items():
            if chunks is not None:
                _write(place / part, content_of(chunks))
        count += 1
    header = members.header_members(source.header, members.FOLDER)
    _write(folder / HEADER, members.dumps({**header, "events": count}))
    return count


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


class FolderSource(Headed):
    """A folder of the form `folder`. It is read an event at a time, as often as somebody asks."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._count = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Read the header. Raises StorageError, UnverifiedError."""
        stated = members.loads(self.name, self._read(self._path / HEADER), HEADER)
        self._header = members.header_from(self.name, stated, members.FOLDER)
        count = stated.get("events")
        if not isinstance(count, int) or isinstance(count, bool):
            raise UnverifiedError(self.name, "its header does not say how many events there are")
        self._count = count
        yield

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and envelope of each event. Raises UnverifiedError."""
        for position, place in self._events():
            yield position, self._read(place / _ENVELOPE)

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each event with its parts, or those at the positions wanted. Raises UnverifiedError."""
        for position, place in self._events():
            if wanted is not None and position not in wanted:
                continue
            salts = members.loads(self.name, self._read(place / _SALTS), f"{place.name}/{_SALTS}")
            expected = {_ENVELOPE, _SALTS, *(part for part, salt in salts.items() if salt is not None)}
            for other in {entry.name for entry in self._entries(place)} ^ expected:
                raise UnverifiedError(self.name, f"{place.name}: {other} is missing, or does not belong there")
            parts = {
                part: members.part_from(self.name, place.name, part, {"erased": True})
                if salt is None
                else members.packed(self._part(place, part), self._salt(place, salt))
                for part, salt in salts.items()
            }
            yield Carried(position, self._read(place / _ENVELOPE), parts)

    def _events(self) -> Iterator[tuple[int, Path]]:
        count = 0
        for thousand in self._named(self._path / _EVENTS, _THOUSAND):
            for place in self._named(thousand, _EVENT):
                position = int(place.name.partition("-")[0])
                if place.parent.name != f"{position // 1000:04}":
                    raise UnverifiedError(self.name, f"{place.name} is in the wrong folder")
                yield position, place
                count += 1
        if count != self._count:
            raise UnverifiedError(self.name, f"it has {count} events, and its header says {self._count}")

    def _named(self, folder: Path, pattern: re.Pattern[str]) -> Iterator[Path]:
        entries = self._entries(folder)
        for entry in entries:
            if not pattern.fullmatch(entry.name) or not entry.is_dir(follow_symlinks=False):
                raise UnverifiedError(self.name, f"{entry.name} does not belong into {folder.name}")
        # In the order of the numbers, of whatever length: positions ascend.
        for entry in sorted(entries, key=lambda entry: (int(entry.name.partition("-")[0]), entry.name)):
            yield folder / entry.name

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            if folder.is_symlink():
                raise UnverifiedError(self.name, f"{folder.name} is a symbolic link, which no export holds")
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as error:
            raise StorageError(f"{folder}: {error.strerror}") from None

    def _part(self, place: Path, part: str) -> bytes:
        if not members.PART_NAME.fullmatch(part):
            raise UnverifiedError(self.name, f"{place.name}: {part!r} is no name of a part")
        return self._read(place / part)

    def _salt(self, place: Path, salt: object) -> bytes:
        try:
            decoded = bytes.fromhex(salt) if isinstance(salt, str) else b""
        except ValueError:
            decoded = b""
        if len(decoded) != 32:
            raise UnverifiedError(self.name, f"{place.name}: a salt is not 64 hex digits")
        return decoded

    def _read(self, path: Path) -> bytes:
        try:
            # Neither a symbolic link is followed, nor is a pipe waited for.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                state = os.fstat(descriptor)
                if not stat.S_ISREG(state.st_mode):
                    raise UnverifiedError(self.name, f"{path.name} is no file")
                if state.st_size > _MOST_BYTES:
                    raise UnverifiedError(self.name, f"{path.name} is larger than anything that was exported")
                return file.read()
        except OSError as error:
            if path.is_symlink():
                raise UnverifiedError(self.name, f"{path.name} is a symbolic link, which no export holds") from None
            raise StorageError(f"{path}: {error.strerror}") from None
