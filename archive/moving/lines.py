"""The form `events`: a log as JSON Lines, one line an event, lossless. docs/format.md, "Exports".

The first line is the header, the last one tells how many events there are: a file that was cut off lacks it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.errors import StorageError, UnverifiedError
from archive.moving import members
from archive.moving.carried import Carried, Headed

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path
    from typing import Any, BinaryIO

    from archive.moving.carried import Source

_LONGEST = 1 << 31
"""Bytes of a line: an original has 256 MiB at most, and JSON takes up to six bytes for one."""


def lines(source: Source) -> Iterator[bytes]:
    """Yield a source as the lines of an export, each with its line end. Raises what reading the source raises."""
    yield members.dumps(members.header_members(source.header, members.EVENTS))
    count = 0
    for carried in source.events():
        yield members.dumps(
            {
                "envelope": carried.encoded.decode("ascii"),
                "parts": {part: members.part_members(chunks) for part, chunks in carried.parts.items()},
                "position": carried.position,
            }
        )
        count += 1
    yield members.dumps({"events": count})


class LinesSource(Headed):
    """A file of the form `events`. It is read a line at a time, as often as somebody asks."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._file: BinaryIO | None = None

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Open the file and read its header. Raises StorageError, UnverifiedError."""
        try:
            file = self._path.open("rb")
        except OSError as error:
            raise StorageError(f"{self._path}: {error.strerror}") from None
        with file:
            self._file = file
            self._header = members.header_from(self.name, self._line(file, 1), members.EVENTS)
            yield

    def envelopes(self) -> Iterator[tuple[int, bytes]]:
        """Yield position and envelope of each event. Raises UnverifiedError."""
        for _, line in self._events():
            yield line["position"], line["envelope"].encode("utf-8", "surrogatepass")

    def events(self, wanted: Container[int] | None = None) -> Iterator[Carried]:
        """Yield each event with its parts, or those at the positions wanted. Raises UnverifiedError."""
        for number, line in self._events():
            if wanted is not None and line["position"] not in wanted:
                continue
            parts = {
                part: members.part_from(self.name, f"line {number}", part, value)
                for part, value in line["parts"].items()
            }
            yield Carried(line["position"], line["envelope"].encode("utf-8", "surrogatepass"), parts)

    def _events(self) -> Iterator[tuple[int, dict[str, Any]]]:
        file = self._file
        if file is None:
            raise ValueError("a source is read while it is opened")
        file.seek(0)
        self._line(file, 1)
        number, before = 2, -1
        while True:
            line = self._line(file, number)
            match line:
                case {"position": int(position), "envelope": str(), "parts": dict(), **rest} if not rest:
                    if isinstance(position, bool) or position <= before:
                        raise UnverifiedError(self.name, f"line {number}: the events are not in their order")
                    before = position
                case {"events": int(count), **rest} if not rest:
                    if count != number - 2 or file.read(1):
                        raise UnverifiedError(self.name, f"line {number} is its last one, and says another number")
                    return
                case _:
                    raise UnverifiedError(self.name, f"line {number} is no event")
            yield number, line
            number += 1

    def _line(self, file: BinaryIO, number: int) -> dict[str, Any]:
        try:
            line = file.readline(_LONGEST)
        except OSError as error:
            raise StorageError(f"{self._path}: {error.strerror}") from None
        if not line.endswith(b"\n"):
            if number == 1 and not line:
                raise UnverifiedError(self.name, "it is empty")
            raise UnverifiedError(self.name, f"it is cut off in line {number}" if line else "it is cut off at its end")
        return members.loads(self.name, line, f"line {number}")
