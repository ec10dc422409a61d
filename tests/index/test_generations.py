"""Generations: the old index or the new one serves, whatever happens in between."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from archive.lock import held
from archive.syncing import sync
from index import generations as module
from index.errors import IndexBusyError, UnsearchableError
from index.generations import CURRENT, LOCK, STATE, Generations, State

if TYPE_CHECKING:
    from pathlib import Path

    from index.generations import Generation


def state(size: int = 1) -> State:
    return State(archive="a", size=size, root="00", schema="s", code="c", documents=0, segments=("segment",))


def publish(generations: Generations, size: int) -> Generation:
    """Make a generation of one file and publish it."""
    with generations.building(timeout=0):
        folder = generations.next_folder()
        (folder / "segment").write_text(str(size), "ascii")
        return generations.publish(folder, state(size))


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


def folders(generations: Generations) -> list[str]:
    return sorted(entry.name for entry in generations.folder.iterdir() if entry.is_dir())


def test_without_a_folder_there_is_no_generation(generations: Generations) -> None:
    assert generations.current() is None


def test_the_published_generation_serves_and_older_ones_go(generations: Generations) -> None:
    for size in range(1, 5):
        generation = publish(generations, size)
        assert generations.current() == generation
        assert generation.state == state(size)
    # The one before stays for readers that have just opened it.
    assert folders(generations) == ["00000003", "00000004"]
    assert (generations.folder / CURRENT).read_text("ascii") == "00000004\n"


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"00000009\n", b"\xff\xfe\x00", b"nul\x00byte", b"../..", b"x" * 5000, b"lock", b"state.json"],
)
def test_a_garbage_current_file_names_nothing(generations: Generations, content: bytes) -> None:
    publish(generations, 1)
    (generations.folder / CURRENT).write_bytes(content)
    assert generations.current() is None
    assert publish(generations, 2) == generations.current()
    assert folders(generations) == ["00000002"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"7", b'"state"', b"[1]", b"{}", b"\xff", b'{"format": 1}', b'{"format": 999}', b"[" * 99],
)
def test_a_garbage_state_file_is_no_generation(generations: Generations, content: bytes) -> None:
    generation = publish(generations, 1)
    (generation.folder / STATE).write_bytes(content)
    assert generations.current() is None


def test_a_state_of_another_format_is_no_generation(generations: Generations) -> None:
    generation = publish(generations, 1)
    members = json.loads((generation.folder / STATE).read_text("ascii"))
    for changed in (members | {"format": module.FORMAT + 1}, members | {"more": 1}):
        (generation.folder / STATE).write_text(json.dumps(changed), "ascii")
        assert generations.current() is None


def test_a_current_that_is_a_folder_is_no_generation(generations: Generations) -> None:
    (generations.folder / CURRENT).mkdir(parents=True)
    assert generations.current() is None


def test_what_a_crash_left_is_swept_by_the_next_builder(generations: Generations) -> None:
    publish(generations, 1)
    with generations.building(timeout=0):
        left = generations.next_folder()
        (left / "half").write_text("a segment", "ascii")
    publish(generations, 2)
    # Under a number that was not there: what is dead may have a child that still writes.
    assert folders(generations) == ["00000001", "00000003"]


class Crash(BaseException):
    """The process ends here: nothing catches it."""


def test_a_crash_at_any_step_of_publishing_leaves_a_complete_generation(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(generations, 1)
    step, size = 0, 1
    while True:
        left = step

        def crashing(path: Path) -> None:
            nonlocal left
            if not left:
                raise Crash
            left -= 1
            sync(path)

        monkeypatch.setattr(module, "sync", crashing)
        try:
            publish(generations, size + 1)
        except Crash:
            serving = generations.current()
            assert serving is not None
            assert serving.state.size in {size, size + 1}
            assert (serving.folder / "segment").read_text("ascii") == str(serving.state.size)
            size = serving.state.size
            step += 1
            continue
        break
    assert step >= 5
    assert len(folders(generations)) == 2


def test_only_one_builds_at_a_time(generations: Generations) -> None:
    with generations.building(timeout=0):
        assert (generations.folder / LOCK).exists()
        with pytest.raises(IndexBusyError), Generations(generations.folder).building(timeout=0):
            pass
    with held(generations.folder / LOCK, timeout=0):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "ascii")
    with pytest.raises(UnsearchableError, match="file"), Generations(tmp_path / "file" / "index").building(timeout=0):
        pass


@pytest.mark.parametrize("links", [True, False])
def test_segments_are_shared_and_nothing_else(
    generations: Generations, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refused(*_: object) -> None:
        raise OSError

    if not links:
        monkeypatch.setattr(os, "link", refused)
    old = publish(generations, 1)
    with generations.building(timeout=0):
        new = generations.next_folder()
        generations.share(old.folder, new, old.state.segments)
        assert [file.name for file in new.iterdir()] == ["segment"]
        assert (new / "segment").read_text("ascii") == "1"
        assert (new / "segment").stat().st_ino == (old.folder / "segment").stat().st_ino or not links
        assert (new / "segment").samefile(old.folder / "segment") == links
