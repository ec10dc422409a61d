"""What was erased leaves the index: as little as possible is built anew, and nothing that held it stays."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from archive.changing import Change, change_many, tagging
from archive.erasing import Ground
from archive.lock import held
from index import erasing
from index.errors import IndexBusyError
from index.generations import CURRENT, LOCK
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive

GROUND = Ground(basis="a court order", authority="the court of Port Ansel")
HELD = b"secretword"


def holding(folder: Path) -> list[Path]:
    """Return the files below a folder that hold a word of the article that is erased."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and HELD in file.read_bytes())


@pytest.fixture
def three_segments(archive: Archive, index: NotedIndex) -> list[int]:
    """Index three times two articles, one of the third and fourth to be erased; return all positions."""
    positions = []
    for texts in (("ships one", "ships two"), ("ships secretword", "ships four"), ("ships five", "ships six")):
        positions += add_all(archive, [Clipping(text=text) for text in texts])
        index.catch_up()
    assert len(holding(archive.path / "index")) == 2, "two generations share the segment"
    return positions


def segments(index: NotedIndex) -> tuple[str, ...]:
    """Return the names of the segments that serve."""
    current = index.generations.current()
    assert current is not None
    return current.state.segments


def test_only_the_segment_that_holds_it_is_built_anew(
    archive: Archive, index: NotedIndex, three_segments: list[int]
) -> None:
    first, second, third = segments(index)
    archive.erase(str(three_segments[2]), GROUND)
    assert erasing.purge(archive) == []
    kept = segments(index)
    assert {first, third} <= set(kept)
    assert second not in kept
    assert holding(archive.path / "index") == []
    assert len([entry for entry in (archive.path / "index").iterdir() if entry.is_dir()]) == 1
    left = [position for position in three_segments if position != three_segments[2]]
    assert index.found("ships", sort="position") == left
    assert index.found("secretword") == []
    rebuilt = NotedIndex(archive)
    rebuilt.rebuild()
    assert rebuilt.scored("ships") == index.scored("ships")


def test_a_search_never_answers_from_an_index_of_before(
    archive: Archive, index: NotedIndex, three_segments: list[int]
) -> None:
    archive.erase(str(three_segments[2]), GROUND)
    assert erasing.pending(archive) != []
    for at in (None, three_segments[2], three_segments[-1]):
        assert index.found("secretword", at=at) == []
    assert erasing.pending(archive) == []
    assert holding(archive.path / "index") == []


def test_where_the_index_cannot_be_brought_up_there_is_no_answer(
    archive: Archive, index: NotedIndex, three_segments: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.index.BUILD_TIMEOUT", 0.05)
    monkeypatch.setattr("index.erasing._TIMEOUT", 0.05)
    archive.erase(str(three_segments[2]), GROUND)
    with held(archive.path / "index" / LOCK, timeout=1):
        with pytest.raises(IndexBusyError):
            index.found("secretword")
        assert erasing.purge(archive) != []
    assert erasing.purge(archive) == []


def test_what_a_killed_builder_left_goes_too(archive: Archive, index: NotedIndex, three_segments: list[int]) -> None:
    current = index.generations.current()
    assert current is not None
    shutil.copytree(current.folder, archive.path / "index" / "00000099")
    (archive.path / "index" / "00000099" / "state.json").unlink()
    archive.erase(str(three_segments[2]), GROUND)
    assert erasing.purge(archive) == []
    assert holding(archive.path / "index") == []


def test_an_older_generation_that_a_crash_left_is_pending(
    archive: Archive, index: NotedIndex, three_segments: list[int]
) -> None:
    current = index.generations.current()
    assert current is not None
    kept = archive.path.parent / "kept"
    shutil.copytree(current.folder, kept)
    archive.erase(str(three_segments[2]), GROUND)
    assert erasing.purge(archive) == []
    # As if the process had died between the rename and the removal.
    shutil.copytree(kept, archive.path / "index" / "00000001")
    assert erasing.pending(archive) == [archive.path / "index" / "00000001"]
    index.catch_up()
    assert erasing.pending(archive) == []


def test_an_index_that_cannot_be_read_is_removed_with_all_it_holds(
    archive: Archive, index: NotedIndex, three_segments: list[int]
) -> None:
    (archive.path / "index" / CURRENT).write_text("nothing\n")
    archive.erase(str(three_segments[2]), GROUND)
    assert erasing.purge(archive) == []
    assert holding(archive.path / "index") == []
    assert index.found("ships four") == [three_segments[3]]


def test_copies_in_the_cache_go(
    archive: Archive, three_segments: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    cached = tmp_path / "cache" / "morgue" / archive.id / "index"
    shutil.copytree(archive.path / "index", cached)
    # What a reader that was killed leaves of a folder that it could not write.
    copy = tmp_path / "temporary" / "morgue-abc"
    copy.mkdir(parents=True)
    archive.close()
    shutil.copyfile(archive.path / "events.db", copy / "events.db")
    other = tmp_path / "temporary" / "morgue-other"
    other.mkdir()
    (other / "events.db").write_bytes(b"of another program")
    with type(archive).open(archive.path) as again:
        again.erase(str(three_segments[2]), GROUND)
        assert erasing.pending(again) != []
        assert erasing.purge(again) == []
    assert not cached.exists()
    assert not copy.exists()
    assert other.exists()


def test_an_archive_without_an_index_needs_none_to_erase(archive: Archive) -> None:
    position = add(archive, "ships secretword")
    archive.erase(str(position), GROUND)
    assert erasing.purge(archive) == []
    assert not (archive.path / "index").exists()


def test_erasures_upon_erasures_agree_with_a_rebuild(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, [Clipping(text=f"ships {number}", key=f"k{number % 5}") for number in range(15)])
    index.catch_up()
    for position in (positions[3], positions[4], positions[2]):
        archive.erase(str(position), GROUND)
        index.catch_up()
        add(archive, f"ships again {position}")
    index.catch_up()
    rebuilt = NotedIndex(archive)
    before = index.scored("ships")
    rebuilt.rebuild()
    assert rebuilt.scored("ships") == before


def test_tags_and_notes_of_what_was_erased_leave_the_index(archive: Archive, index: NotedIndex) -> None:
    text = "ships of two versions"
    first, second, other = add_all(
        archive, [Clipping(text=text, key="k"), Clipping(text=f"{text} again", key="k"), Clipping(text="ships other")]
    )
    index.catch_up()
    tagged = 0
    for position, tag in ((second, "secretword"), (other, "kept")):
        list(change_many(archive, [Change(tagging([tag]), archive.version(position))], command="tag"))
        tagged = archive.size() - 2
        index.catch_up()
    assert index.found("tag:secretword") == [second]
    assert holding(archive.path / "index") != []
    archive.erase(str(first), GROUND)
    assert erasing.purge(archive) == []
    assert holding(archive.path) == []
    for at in (None, archive.size() - 3):
        assert index.found("ships", at=at) == [other]
    assert index.found("tag:kept") == [other]
    assert index.found("tag:kept", at=tagged - 1) == []
    assert index.found("tag:secretword", at=tagged) == []
    rebuilt = NotedIndex(archive)
    rebuilt.rebuild()
    assert rebuilt.scored("ships") == index.scored("ships")
