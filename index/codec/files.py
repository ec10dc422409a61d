"""Files of segments in a storage of Whoosh's: a folder, or memory."""

from __future__ import annotations

import io
import mmap
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from archive.syncing import sync
from index.segment.layout import FORMAT, BadSegmentError, SegmentFile, checksum, read_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer
    from whoosh.filedb.filestore import Storage

_IN_MEMORY = 1 << 20
_PIECE = 1 << 20


@contextmanager
def segment_file(storage: Storage, name: str) -> Iterator[SegmentFile]:
    """Give a new segment file in a storage, to be finished; nothing is left of it where that fails.

    `finish` syncs the file where the storage is a folder; here the folder is, so that the name is kept too.
    """
    file = storage.create_file(name)
    try:
        yield SegmentFile(Path(name), file)
    except BaseException:
        if not file.is_closed:
            file.close()
        storage.delete_file(name)
        raise
    _sync_folder(storage)


def read_file(storage: Storage, name: str) -> mmap.mmap | bytes:
    """Return the bytes of a file, mapped into memory where it is in a folder. Raises BadSegmentError, OSError."""
    file = storage.open_file(name)
    try:
        if not storage.file_length(name):
            raise BadSegmentError(f"{name} is empty")
        if file.is_real and getattr(storage, "supports_mmap", True):
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return bytes(file.read())
    finally:
        file.close()


def read_sections(file: mmap.mmap | bytes) -> tuple[dict[str, Any], dict[str, memoryview]]:
    """Return the directory of a segment file and its sections. Raises BadSegmentError."""
    data = memoryview(file)
    directory = read_directory(data)
    if directory.get("format") != FORMAT:
        raise BadSegmentError(f"a segment of format {directory.get('format')}; this version reads {FORMAT}")
    sections = {
        name: data[start : start + length].cast(type_code)
        for name, (start, length, type_code, _) in directory["sections"].items()
    }
    return directory, sections


def check_file(storage: Storage, name: str) -> None:
    """Read all sections of a segment file and compare their checksums. Raises BadSegmentError, OSError."""
    directory, sections = read_sections(read_file(storage, name))
    for section, (*_, crc) in directory["sections"].items():
        if checksum(sections[section]) != crc:
            raise BadSegmentError(f"{name}: section {section!r} is damaged")


def folder_of(storage: Storage) -> str | None:
    """Return the folder of a storage, None where it has none."""
    return str(getattr(storage, "folder", "")) or None


def _sync_folder(storage: Storage) -> None:
    folder = folder_of(storage)
    if folder is not None:
        sync(Path(folder))


class Spool:
    """A section on its way: in memory while it is small, then in a temporary file that has no name."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._file: IO[bytes] = io.BytesIO()
        self.size = 0

    def append(self, piece: Buffer, /) -> None:
        """Add bytes, as `write`: a spool is a sink of `index.segment.writer`."""
        self.write(piece)

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces()

    def write(self, piece: Buffer) -> None:
        """Add bytes."""
        before = self.size
        self.size += memoryview(piece).nbytes
        if before <= _IN_MEMORY < self.size:
            small = self._file
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - `close` closes it
            small.seek(0)
            self._file.write(small.read())
        self._file.write(piece)

    def tell(self) -> int:
        """Return how many bytes there are."""
        return self.size

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes in order, and give the spool up."""
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece
        self._file.close()

    def close(self) -> None:
        """Give the spool up, read or not."""
        self._file.close()
