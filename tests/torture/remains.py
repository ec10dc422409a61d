"""The battery of erasure: after it, a word that only the erased article had is looked for in every file.

In the files of the archive as they lie on the disk, those of the index and the WAL of an archive that is open among
them; in all parts, decompressed; and the same of a backup, of an export and what is imported from it, and of another
archive that takes all in by a merge. Each run first looks before the erasure, where the word must be found: a search
that is blind would find nothing, too.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from typing import TYPE_CHECKING

from archive import parts
from archive.archive import Archive
from archive.changing import Change, change_many, note, tagging
from archive.erasing import Ground
from archive.moving import backups, exporting, importing, merging
from archive.moving.sources import ArchiveSource, source_at
from archive.verification import verify
from index import erasing
from index.index import Index
from tests.archive.making import submission
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from pathlib import Path

    from archive.submission import Submission

ARTICLES = 8
GROUND = Ground(basis="a request", authority="the owner", reason="as the court has ordered")


def search(count: int, seed: int, folder: Path) -> Result:
    """Erase one article of each of `count` archives, and look for what it said."""
    failures: list[str] = []
    searched = 0
    for number in range(count):
        place = folder / str(number)
        place.mkdir()
        told, files = _run(place, random.Random(f"{seed}/{number}"))
        failures += [f"seed {seed}, run {number}: {problem}" for problem in told]
        searched += files
        shutil.rmtree(place)
    return Result(runs=count, failures=tuple(failures), observed={"files searched": searched})


def _run(folder: Path, chance: random.Random) -> tuple[list[str], int]:
    words = [f"zq{chance.randrange(16**8):08x}xv" for _ in range(ARTICLES)]
    chosen = chance.randrange(ARTICLES)
    needle = words[chosen].encode()
    archive = folder / "archive"
    with Archive.create(archive) as opened:
        _fill(opened, words, chance)
        before = _holding(_copied(archive, folder / "before"), needle)
        if not {"index", "a part"} <= {place.partition(" of ")[0] for place in before}:
            return [f"before the erasure only {before} hold it: the search is blind"], 0
        [position] = [each.position for each in opened.articles() if needle in each.text.encode()][-1:]
        erasure = opened.erase(str(position), GROUND)
        left = erasing.purge(opened)
        if erasure.pending or left:
            return [f"a purge is pending, {left}"], 0
        if chance.random() < 0.5:
            # Others write behind it, so that a WAL is there again.
            list(opened.add_many([_article(f"zq{chance.randrange(16**8):08x}xv", chance)]))
            Index(opened).catch_up()
        copies = [_copied(archive, folder / "open"), *_moved(opened, folder)]
    copies.append(archive)
    told = [f"{copy.name}: {place}" for copy in copies for place in _holding(copy, needle)]
    for copy in copies:
        if (copy / "events.db").exists():
            with Archive.open(copy) as again:
                told += [f"{copy.name}: {problem}" for problem in verify(again)]
    return told, sum(1 for copy in copies for _ in copy.rglob("*"))


def _fill(archive: Archive, words: list[str], chance: random.Random) -> None:
    """Add articles, revise, note and tag some, in runs that name them, with an index of one segment or several."""
    for word in words:
        list(archive.add_many([_article(word, chance)], arguments=(f"https://courier.example/{word}",)))
        if chance.random() < 0.3:
            list(archive.add_many([_article(word, chance)]))
        if chance.random() < 0.3:
            Index(archive).catch_up()
    for each in [archive.version(each.position) for each in archive.articles()]:
        title = each.metadata.title or ""
        statements = [note(f"{title}, said the harbour master"), tagging([title.split()[-1]])]
        changes = [Change(statement, each) for statement in statements if chance.random() < 0.4]
        list(change_many(archive, changes, command="note", arguments=(title,)))
    if chance.random() < 0.3:
        Index(archive).rebuild()
    else:
        Index(archive).catch_up()


def _article(word: str, chance: random.Random) -> Submission:
    filler = " ".join(str(chance.random()) for _ in range(chance.choice([3, 300, 3_000])))
    return submission(
        f"The harbour of {word}. {filler} {word} again.\n\n{filler[:200]} {word}",
        title=f"Ships of {word}",
        url=f"https://courier.example/{word}",
    )


def _moved(archive: Archive, folder: Path) -> list[Path]:
    """Return a backup, an export, what is imported from it, and another archive that took this one in."""
    backups.back_up(archive.store, folder / "backup", lambda *_: None)
    (folder / "export").mkdir()
    exported = folder / "export" / "lines.jsonl"
    source = ArchiveSource(archive.store)
    with exported.open("wb") as file:
        exporting.write_lines(source, file.write)
    with source_at(exported, lock_timeout=30) as lines:
        importing.import_whole(folder / "imported", lines, lambda *_: None)
    with Archive.create(folder / "merged") as other, source.opened():
        merging.merge(other, source)
    return [folder / name for name in ("backup", "export", "imported", "merged")]


def _copied(archive: Path, to: Path) -> Path:
    """Copy an archive that is open, its WAL with it: by another process, as this one would drop its own locks."""
    subprocess.run(["cp", "-r", str(archive), str(to)], check=True)
    return to


def _holding(folder: Path, needle: bytes) -> list[str]:
    """Return which files of a folder hold some bytes, and which parts of its log, decompressed."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and needle in path.read_bytes()]
    found = [f"index of {path.name}" if path.parent.parent.name == "index" else path.name for path in files]
    if not (folder / "events.db").exists():
        return found
    connection = sqlite3.connect(folder / "events.db")
    try:
        rows = connection.execute("SELECT position, part, salt, codec, data, checksum FROM payload").fetchall()
    finally:
        connection.close()
    for position, part, *columns in rows:
        chunk = parts.Chunk(*columns)
        if not chunk.is_erased and needle in b"".join(parts.unpack([chunk])):
            found.append(f"a part of {position}, {part}")
    return found


BATTERY = Battery(
    name="needles",
    proves="what was erased is in no file of the archive, nor of a backup, an export or an archive that took it in",
    short=20,
    long=200,
    run=search,
)
