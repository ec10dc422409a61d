"""The index of an archive: always there, as fresh as it can be, and never a traceback."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

from archive.archive import Archive
from archive.lock import held
from archive.verification import verify
from index import index as facade
from index.errors import ForeignIndexError, IndexBusyError, UnsearchableError
from index.generations import CURRENT, LOCK
from index.segment.layout import read_directory
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex, all_positions, superseded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


# Whoosh leaves files open that it stumbles over.
stumbling = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def filled(archive: Archive, index: NotedIndex) -> list[int]:
    """Add ten articles in two segments, nine of them current; return the positions of those with ships."""
    positions = add_all(
        archive, [Clipping(text=f"ships {number}", key="k" if number < 2 else None) for number in range(8)]
    )
    index.catch_up()
    positions += add_all(archive, [Clipping(text=f"storm and ships {number}", published="2021") for number in range(2)])
    index.catch_up()
    return positions[1:]


def found(index: NotedIndex) -> list[int]:
    """Search in a way that reads all kinds of files."""
    hits = index.found("ships OR published:2021", sort="position")
    assert set(index.found("ships storm", any_word=True, sort="newest")) == set(hits)
    return hits


# Freshness


def test_a_search_builds_the_index_where_there_is_none_and_says_so(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "ships")
    assert index.found("ships") == [position]
    assert [note for note in index.notes if "building it from the log" in note] == index.notes != []
    assert index.steps[-1] == (archive.size(), archive.size())


def test_a_new_archive_is_searched_without_a_word(index: NotedIndex) -> None:
    assert index.found("ships") == []
    assert index.notes == []


def test_a_search_catches_up_first_and_says_nothing(archive: Archive, index: NotedIndex, filled: list[int]) -> None:
    position = add(archive, "more ships")
    assert found(index) == [*filled, position]
    assert index.notes[1:] == []
    index.steps.clear()
    assert found(index) == [*filled, position]
    assert index.steps == []


def test_a_deleted_folder_is_built_anew(archive: Archive, index: NotedIndex, filled: list[int]) -> None:
    shutil.rmtree(index.generations.folder)
    again = NotedIndex(archive)
    assert found(again) == filled
    assert len(again.notes) == 1
    assert "building it from the log" in again.notes[0]


@pytest.mark.parametrize("content", ["", "00000099\n", "../..", "\0"])
def test_a_garbage_current_file_is_built_anew(archive: Archive, filled: list[int], content: str) -> None:
    again = NotedIndex(archive)
    (again.generations.folder / CURRENT).write_text(content, "ascii")
    assert found(again) == filled
    assert len(again.notes) == 1


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _zeros(data: bytes) -> bytes:
    return b"\0" * len(data)


def _gone(_: bytes) -> None:
    return None


def _garbage(data: bytes) -> bytes:
    return bytes((7 + 31 * number) % 256 for number in range(len(data)))


@stumbling
@pytest.mark.parametrize("damage", [_truncated, _zeros, _garbage, _gone])
@pytest.mark.parametrize("grown", [False, True])
def test_a_torn_file_is_built_anew_and_never_a_traceback(
    archive: Archive, index: NotedIndex, filled: list[int], damage: Callable[[bytes], bytes | None], grown: bool
) -> None:
    expected = list(filled)
    endings = sorted({file.suffix for file in index.fresh().folder.iterdir() if file.suffix})
    assert set(endings) == {".json", ".seg"}
    noted = []
    for ending in endings:
        for file in [file for file in index.fresh().folder.iterdir() if file.suffix == ending]:
            data = damage(file.read_bytes())
            # A file of its own: the generation before shares this one.
            file.unlink()
            if data is not None:
                file.write_bytes(data)
        if grown:
            expected.append(add(archive, f"ships after {ending}", published="2021"))
        again = NotedIndex(archive)
        assert found(again) == expected, ending
        noted.append(bool(again.notes))
        again.rebuild()
    assert all(noted)


def test_an_error_of_ours_is_no_torn_index_and_builds_nothing(
    archive: Archive, index: NotedIndex, filled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = index.fresh()

    def stumble(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("index.search.best_of", stumble)
    with pytest.raises(KeyError, match="oops"):
        found(index)
    monkeypatch.undo()
    assert index.fresh() == serving
    assert found(index) == filled


def test_a_flipped_bit_where_blocks_are_counted_is_noticed_before_they_are_read(
    archive: Archive, index: NotedIndex, filled: list[int]
) -> None:
    generation = index.fresh()
    name = generation.state.segments[0]
    file = generation.folder / name
    data = bytearray(file.read_bytes())
    start, length, *_ = read_directory(memoryview(bytes(data)))["sections"]["term_blocks"]
    # The highest byte of each number: a term would have a billion blocks.
    for at in range(start + 7, start + length, 4):
        data[at] ^= 0x40
    file.unlink()
    file.write_bytes(data)
    again = NotedIndex(archive)
    assert found(again) == filled
    assert "building it anew" in again.notes[0]


def test_no_handles_left_is_not_taken_for_no_index(
    archive: Archive, index: NotedIndex, filled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = index.fresh()

    def refuse(*_: object, **__: object) -> str:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(UnsearchableError, match="Too many open files"):
        found(NotedIndex(archive))
    monkeypatch.undo()
    assert index.fresh() == serving


def test_an_index_of_another_archive_is_refused(archive: Archive, filled: list[int], tmp_path: Path) -> None:
    with Archive.create(tmp_path / "other") as other:
        shutil.copytree(archive.path / "index", other.path / "index")
        index = NotedIndex(other)
        with pytest.raises(ForeignIndexError, match=archive.id):
            index.found("ships")
        with pytest.raises(ForeignIndexError):
            index.catch_up()
        assert (other.path / "index" / CURRENT).exists()


def test_an_index_of_another_history_is_built_anew(archive: Archive, index: NotedIndex, tmp_path: Path) -> None:
    # A backup of the archive is taken, both go on, and the index of the one meets the other.
    add(archive, "ships one")
    backup = tmp_path / "backup"
    backup.mkdir(mode=0o700)
    for file in archive.path.glob("events.db*"):
        shutil.copy(file, backup / file.name)
    here = add(archive, "ships two")
    assert here in index.found("ships")
    with Archive.open(backup) as other:
        for texts in ([], ["harbour two"], ["harbour three"]):
            added = add_all(other, [Clipping(text=text) for text in texts])
            shutil.rmtree(backup / "index", ignore_errors=True)
            shutil.copytree(archive.path / "index", backup / "index")
            again = NotedIndex(other)
            assert again.found("ships") == [1]
            assert again.found("two") == ([3] if added or other.size() > 3 else [])
            assert len(again.notes) == 1
            assert "another history" in again.notes[0]


def test_another_schema_serves_and_is_replaced_by_a_catch_up(
    archive: Archive, index: NotedIndex, filled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = index.fresh()
    monkeypatch.setattr(facade, "schema_hash", lambda: "f" * 16)
    monkeypatch.setattr("index.builder.schema_hash", lambda: "f" * 16)
    index.notes.clear()
    position = add(archive, "more ships")
    assert found(index) == filled
    assert index.fresh() == old
    assert "morgue index --rebuild" in index.notes[0]
    new = index.catch_up()
    assert new.state.schema == "f" * 16
    index.notes.clear()
    assert found(index) == [*filled, position]
    assert index.notes == []


def test_while_another_builds_the_old_index_serves_and_says_how_far_it_is_behind(
    archive: Archive, index: NotedIndex, filled: list[int]
) -> None:
    index.notes.clear()
    with held(index.generations.folder / LOCK, timeout=0):
        assert found(index) == filled
        assert index.notes == []
        position = add(archive, "more ships")
        assert index.found("ships", sort="position") == filled
        assert index.found("ships", at=position, sort="position") == filled
        assert len(index.notes) == 2
        assert "another process is building" in index.notes[0]
        assert "2 events behind" in index.notes[0]
        with pytest.raises(IndexBusyError):
            index.catch_up()
        with pytest.raises(IndexBusyError):
            index.rebuild(timeout=0.01)
    assert found(index) == [*filled, position]


def test_without_any_index_it_waits_for_the_one_that_builds(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(archive, "ships")
    monkeypatch.setattr(facade, "BUILD_TIMEOUT", 0.01)
    index.generations.folder.mkdir()
    with held(index.generations.folder / LOCK, timeout=0), pytest.raises(IndexBusyError):
        index.found("ships")


# Readers and builders at once


def test_a_reader_finishes_while_a_new_generation_is_published(
    archive: Archive, index: NotedIndex, filled: list[int]
) -> None:
    with index.view() as view:
        add(archive, "more ships")
        index.catch_up()
        assert len(superseded(view)) == 1
        assert all_positions(view)[1:] == filled


@stumbling
def test_a_search_whose_generation_was_swept_away_goes_on_with_the_one_that_serves(
    archive: Archive, index: NotedIndex, filled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = index.fresh()
    builder = NotedIndex(archive)
    added = []
    for number in range(3):
        added.append(add(archive, f"more ships {number}"))
        builder.catch_up()
    serving = builder.fresh()
    assert not stale.folder.exists()
    monkeypatch.setattr(index, "fresh", lambda: stale)
    index.notes.clear()
    assert index.found("ships", sort="position") == [*filled, *added]
    assert index.notes == []
    assert index.generations.current() == serving


# Where it is


def test_where_the_archive_can_be_written_the_index_is_in_it(archive: Archive, index: NotedIndex) -> None:
    assert index.generations.folder == archive.path / "index"


SEARCH = """
import sys
from pathlib import Path
from archive.archive import Archive
from index.index import Index
from index.search import Request
with Archive.open(Path(sys.argv[1])) as archive:
    index = Index(archive, note=lambda sentence: print("note:", sentence))
    for _ in range(2):
        print(index.generations.folder, index.search(Request(query="ships")).total)
"""


# Root may write anything, unless it gives up these capabilities.
WITHOUT_PRIVILEGE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@attrs.frozen
class ReadOnly:
    """An archive whose folder cannot be written, and a cache folder."""

    archive: Path
    cache: Path

    def searches(self) -> list[str]:
        """Search twice in a new process; return what it printed."""
        prefix = WITHOUT_PRIVILEGE if os.getuid() == 0 else []
        done = subprocess.run(
            [*prefix, sys.executable, "-c", SEARCH, str(self.archive)],
            env=os.environ | {"XDG_CACHE_HOME": str(self.cache)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@contextmanager
def unwritable(archive: Archive, cache: Path) -> Iterator[ReadOnly]:
    if sys.platform != "linux" or (os.getuid() == 0 and not shutil.which(WITHOUT_PRIVILEGE[0])):
        pytest.skip("the cache folder is another one here, or root cannot give up its privilege")
    archive.close()
    _set_modes(archive.path, folders=0o500, files=0o400)
    try:
        yield ReadOnly(archive.path, cache)
    finally:
        _set_modes(archive.path, folders=0o700, files=0o600)


def _set_modes(folder: Path, *, folders: int, files: int) -> None:
    for path in (*folder.rglob("*"), folder):
        path.chmod(folders if path.is_dir() else files)


def test_where_the_archive_cannot_be_written_the_index_is_in_the_cache_folder(archive: Archive, tmp_path: Path) -> None:
    add(archive, "ships")
    with unwritable(archive, tmp_path / "cache") as read_only:
        first, hits, again = read_only.searches()
        assert "building it from the log" in first
        assert hits == again
        assert hits.startswith(str(tmp_path / "cache"))
        assert hits.endswith(" 1")
        assert not (archive.path / "index").exists()
        assert read_only.searches() == [hits, hits]


def test_an_index_that_cannot_be_written_serves_and_says_how_far_it_is_behind(
    archive: Archive, index: NotedIndex, tmp_path: Path
) -> None:
    add(archive, "ships")
    index.catch_up()
    add(archive, "more ships")
    with unwritable(archive, tmp_path / "cache") as read_only:
        note, hits, *_ = read_only.searches()
        assert "cannot be written" in note
        assert "2 events behind" in note
        assert hits == f"{archive.path / 'index'} 1"
        assert not (tmp_path / "cache").exists()


# What the index knows against the log


def test_the_index_testifies_to_a_log_that_lost_its_end(archive: Archive, index: NotedIndex, tmp_path: Path) -> None:
    add(archive, "ships")
    index.catch_up()
    assert index.witness() is None
    archive.close()
    shutil.copytree(archive.path, tmp_path / "earlier")
    with Archive.open(archive.path) as later:
        add(later, "more ships")
        NotedIndex(later).catch_up()
    # As SQLite leaves it when the end of a WAL is damaged: an earlier state, sound in itself.
    (tmp_path / "earlier" / "events.db").replace(archive.path / "events.db")
    with Archive.open(archive.path) as shorter:
        assert list(verify(shorter)) == []
        assert "its end is lost" in (NotedIndex(shorter).witness() or "")
        add(shorter, "other ships")
        add(shorter, "further ships")
        assert "another history" in (NotedIndex(shorter).witness() or "")
