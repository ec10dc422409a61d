"""What was acknowledged is there, whatever happens to the process that added it, to its disk, and to its neighbours."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, NamedTuple

import pytest

from archive.adding import Outcome
from archive.amending import current_versions
from archive.archive import Archive
from archive.errors import StorageError
from archive.intake import gather
from archive.verification import verify
from tests.archive.making import add_all, numbered

if TYPE_CHECKING:
    from archive.submission import Failure

WRITER = Path(__file__).with_name("writer.py")
AMENDER = Path(__file__).with_name("amender.py")
AMENDER_KILLS = 12
WRITERS = 8


class Acknowledged(NamedTuple):
    """A line of a writer: an article of which it said that it is stored."""

    number: int
    position: int
    status: str
    digest: str


def writer(*arguments: object) -> subprocess.Popen[bytes]:
    """Start a process of its own: a forked one would share our connections and keep our lock."""
    command = [sys.executable, str(WRITER), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def acknowledged(output: bytes) -> list[Acknowledged]:
    """Return what a writer acknowledged; a line that its death cut short was not."""
    lines = [line.split() for line in output.decode().splitlines(keepends=True) if line.endswith("\n")]
    return [Acknowledged(int(line[0]), int(line[1]), line[2], line[3]) for line in lines if line[0].isdigit()]


def check(folder: Path, lines: list[Acknowledged], seed: object) -> None:
    """Open an archive as anybody would, and look for all that was acknowledged."""
    with Archive.open(folder) as archive:
        assert list(verify(archive)) == [], seed
        # Another writer may still be at work: look at the events that there are now.
        size = archive.size()
        assert [recorded.position for recorded in archive.events(0, size)] == list(range(size)), seed
        for line in lines:
            version = archive.version(line.position)
            assert version.article.digest == line.digest, seed
            assert version.article.canonical_url == f"https://courier.example/ships/{line.number}", seed


# kill -9; of whoever adds, alone or beside another one, see tests/torture/kills.py


@pytest.mark.slow
def test_kill_9_while_amending_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder, articles = tmp_path / "archive", 12
    texts = [tmp_path / f"{number}.txt" for number in range(articles)]
    for number, text in enumerate(texts):
        text.write_text(f"The harbour of Quellin took in {number} ships on that day.\n", "utf-8")
    with Archive.create(folder) as archive:
        add_all(archive, gather(map(str, texts)))
    lines: list[Acknowledged] = []
    for seed in range(AMENDER_KILLS):
        chance = random.Random(seed)
        command = [sys.executable, str(AMENDER), str(folder), str(chance.choice([1, 3, 5]))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            timer = Timer(chance.uniform(0, chance.choice([0.05, 0.2, 0.5])), process.kill)
            timer.start()
            output, errors = process.communicate()
            timer.join()
        assert errors == b"", (seed, errors)
        lines += acknowledged(output)
        with Archive.open(folder) as archive:
            assert list(verify(archive)) == [], seed
            for line in lines:
                version = archive.version(line.position)
                assert (version.article.digest, version.metadata.title) == (line.digest, f"Round {line.number}"), seed
            # Each article has one chain of versions, which all have the bytes of the first.
            for version in current_versions(archive):
                versions = archive.versions(version.article_id)
                assert versions[-1] == version
                assert [one.amends for one in versions] == [None, *versions[:-1]]
    amended = [line.position for line in lines if line.status == "amended"]
    assert len(amended) == len(set(amended)) > articles


# Many at once


def test_8_writers_at_once_lose_nothing_and_add_nothing_twice(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    # Each has 40 articles of its own and shares 40 with the next one; they create the archive themselves.
    processes = [writer(folder, number * 40, 80, 5) for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        finished = list(pool.map(lambda process: process.communicate(timeout=300), processes))
    for process, (output, errors) in zip(processes, finished, strict=True):
        assert (process.returncode, errors) == (0, b""), output
        assert len(acknowledged(output)) == 80, output
    lines = [line for output, _ in finished for line in acknowledged(output)]
    check(folder, lines, "8 writers")
    added = [line for line in lines if line.status == "added"]
    assert {line.status for line in lines} == {"added", "unchanged"}
    assert len(added) == len({line.number for line in added}) == (WRITERS + 1) * 40
    with Archive.open(folder) as archive:
        assert len(list(archive.articles())) == len(added)


def test_a_reader_sees_only_whole_batches_and_no_error_while_others_write(tmp_path: Path) -> None:
    # Writers open and close the archive all the time, so that its WAL and its shared memory come and go.
    folder = tmp_path / "archive"
    with Archive.create(folder):
        pass
    processes = [writer(folder, number * 400, 400, 5) for number in range(3)]
    sizes = [1]
    while any(process.poll() is None for process in processes):
        with Archive.open(folder) as archive:
            size = archive.size()
            assert size >= sizes[-1]
            assert [recorded.position for recorded in archive.events(0, size)] == list(range(size))
            assert list(verify(archive)) == []
            sizes.append(size)
    for process in processes:
        output, errors = process.communicate()
        assert (process.returncode, errors, len(acknowledged(output))) == (0, b"", 400), output
    assert len(set(sizes)) > 3, "the reader came too late to see anything"


# A full disk


def fill(archive: Archive, pages: int) -> None:
    """Let the database grow by some pages only, as on a disk that is nearly full."""
    assert archive.store._writer is not None
    (count,) = archive.store._writer.execute("PRAGMA page_count").fetchone()
    archive.store._writer.execute(f"PRAGMA max_page_count = {count + pages}")


@pytest.mark.parametrize("pages", range(0, 24, 3))
def test_a_full_disk_acknowledges_nothing_that_is_not_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    monkeypatch.setattr("archive.batches.BATCH_ARTICLES", 7)
    with Archive.create(tmp_path / "archive") as archive:
        results: list[Outcome | Failure] = [*add_all(archive, numbered(3))]
        fill(archive, pages)
        with pytest.raises(StorageError, match="full"):
            # What was yielded before the error is in the list.
            results.extend(archive.add_many(numbered(2000, start=10)))
        # The archive is still of use: what needs no room works, and so does all once there is room.
        outcomes = [result for result in results if isinstance(result, Outcome)]
        assert archive.find(str(outcomes[-1].position)).article_id == outcomes[-1].article_id
        fill(archive, 10_000)
        add_all(archive, numbered(20, start=10))
    with Archive.open(tmp_path / "archive") as archive:
        assert list(verify(archive)) == []
        for outcome in outcomes:
            assert archive.version(outcome.position).article.digest == outcome.digest


@pytest.mark.parametrize("kibibytes", [150, 260, 333, 1000])
def test_a_file_that_cannot_grow_acknowledges_nothing_that_is_not_stored(tmp_path: Path, kibibytes: int) -> None:
    # The limit cuts a write short anywhere in the WAL.
    folder = tmp_path / "archive"
    with Archive.create(folder):
        pass
    with writer(folder, 0, 2000, 3, kibibytes * 1024 + 100) as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (7, b""), output
    last = output.decode().splitlines()[-1]
    assert last.startswith("StorageError")
    assert str(folder) in last
    lines = acknowledged(output)
    assert lines or kibibytes < 200
    check(folder, lines, kibibytes)
    with Archive.open(folder) as archive:
        add_all(archive, numbered(3, start=5000))
