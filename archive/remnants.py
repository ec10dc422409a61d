"""Remnants: after an erasure, what it was about is looked for in every file of an archive, to prove that it is gone.

In two ways. The parts that are left are decompressed and searched: what is found there is another article's, or a
run's, and is told. Then each file is searched as it lies on the disk, the WAL and the index among them: what is found
there and is not a stored part that is left is a remnant.

Files are read by a process of its own, `python -m archive.remnants`: where SQLite has a file open, nothing else in the
process may open and close it (`archive.database`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import attrs

from archive import parts
from archive.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archive.archive import Archive
    from archive.needles import Needle

_PAGE = 64
"""Chunks read by one statement, 64 MiB at the most."""

_BLOCK = 8 << 20
_TAIL = 1 << 12
"""Bytes of a chunk that the next one is searched with: more than any needle has."""

_TELLING = 8
"""Bytes of a needle that files are searched for: shorter ones stand in any by chance."""


class Mention(NamedTuple):
    """A part that is left and holds something that the erased article held, too."""

    position: int
    part: str
    kind: str


class Remnant(NamedTuple):
    """Bytes in a file that are of what was erased."""

    file: str
    kind: str


@attrs.frozen(kw_only=True)
class Proof:
    """What was searched, and what was found. `bytes` are those of the files."""

    parts: int
    files: int
    bytes: int
    needles: int
    mentions: tuple[Mention, ...]
    remnants: tuple[Remnant, ...]


def prove(
    archive: Archive,
    needles: Sequence[Needle],
    folders: Iterable[Path] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Proof:
    """Search an archive, and what other folders hold of it, for needles. Costs a read of all of it.

    `progress` is called with events done and in all. Raises StorageError where a file cannot be read.
    """
    mentions: list[Mention] = []
    stored: Counter[bytes] = Counter()
    searched: set[tuple[int, str]] = set()
    size = archive.size()
    for position, part, content, data in _parts_left(archive):
        searched.add((position, part))
        for needle in needles:
            if needle.content in content:
                mentions.append(Mention(position, part, needle.kind))
            if count := data.count(needle.content):
                stored[needle.content] += count
        progress(position + 1, size)
    telling = [needle for needle in needles if len(needle.content) >= _TELLING]
    found, files, read = _in_files([archive.path, *folders], [needle.content for needle in telling])
    remnants: list[Remnant] = []
    for needle in telling:
        where = found.get(needle.content, {})
        # What is left may stand in a file as it is stored; more of it than that is not left, but left behind.
        if sum(where.values()) > stored[needle.content]:
            remnants += [Remnant(file, needle.kind) for file in where]
    return Proof(
        parts=len(searched),
        files=files,
        bytes=read,
        needles=len(needles),
        mentions=tuple(dict.fromkeys(mentions)),
        remnants=tuple(dict.fromkeys(remnants)),
    )


def _parts_left(archive: Archive) -> Iterator[tuple[int, str, bytes, bytes]]:
    """Yield the chunks of all parts that are left: position, part, content with the end of the one ahead, as stored."""
    after: tuple[int, str, int] = (-1, "", -1)
    ahead: tuple[int, str] = (-1, "")
    tail = b""
    while rows := archive.store.rows(
        "SELECT position, part, chunk, salt, codec, data, checksum FROM payload"
        " WHERE (position, part, chunk) > (?, ?, ?) ORDER BY position, part, chunk LIMIT ?",
        *after,
        _PAGE,
    ):
        for position, part, _, *columns in rows:
            chunk = parts.Chunk(*columns)
            if chunk.is_erased:
                continue
            try:
                content = b"".join(parts.unpack([chunk]))
            except parts.BadPartError:
                # Damaged: it is searched as it is stored.
                content = b""
            before = tail if (position, part) == ahead else b""
            yield position, part, before + content, chunk.data
            ahead, tail = (position, part), content[-_TAIL:]
        after = rows[-1][:3]


def _in_files(folders: Iterable[Path], needles: list[bytes]) -> tuple[dict[bytes, dict[str, int]], int, int]:
    """Return how often each needle stands in which file, how many files there are, and their bytes."""
    order = {"folders": [str(folder.absolute()) for folder in folders], "needles": [needle.hex() for needle in needles]}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "archive.remnants"],
        input=json.dumps(order).encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise StorageError(f"the files of the archive could not all be searched: {why}")
    answer = json.loads(done.stdout)
    return {bytes.fromhex(needle): where for needle, where in answer["found"].items()}, answer["files"], answer["bytes"]


def search_files(folders: Iterable[Path], needles: list[bytes]) -> dict[str, object]:
    """Search all files of some folders, a block at a time; what is removed meanwhile holds nothing any more."""
    found: dict[str, dict[str, int]] = {}
    files = read = 0
    longest = max(map(len, needles), default=1)
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_symlink() or not file.is_file():
                continue
            try:
                stream = file.open("rb")
            except FileNotFoundError:
                continue
            files += 1
            with stream:
                tail = b""
                while block := stream.read(_BLOCK):
                    read += len(block)
                    searched = tail + block
                    for needle in needles:
                        # Whole ones in the tail were counted with the block ahead.
                        if count := searched.count(needle) - tail.count(needle):
                            where = found.setdefault(needle.hex(), {})
                            where[str(file)] = where.get(str(file), 0) + count
                    tail = searched[-(longest - 1) :] if longest > 1 else b""
    return {"found": found, "files": files, "bytes": read}


def main() -> None:
    """Answer the order on standard input."""
    order = json.loads(sys.stdin.buffer.read())
    folders = [Path(folder) for folder in order["folders"]]
    sys.stdout.write(json.dumps(search_files(folders, [bytes.fromhex(needle) for needle in order["needles"]])))


if __name__ == "__main__":
    main()
