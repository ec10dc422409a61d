"""Checking the index: whatever was changed in its files is found and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories import add

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from tests.index.searching import NotedIndex


def segment_of(index: NotedIndex) -> Path:
    return next(iter(index.fresh().folder.glob("*.seg")))


def test_a_whole_index_has_no_damage(archive: Archive, index: NotedIndex) -> None:
    assert index.check() is None
    add(archive, "ships came in")
    index.catch_up()
    assert index.check() is None


def test_a_changed_byte_is_named_with_what_to_do(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships came in")
    path = segment_of(index)
    data = bytearray(path.read_bytes())
    data[data.index(b"came")] ^= 1
    path.write_bytes(data)
    sentence = index.check()
    assert sentence is not None
    assert path.name in sentence
    assert "morgue index --rebuild" in sentence
    index.rebuild()
    assert index.check() is None


def test_a_missing_segment_is_damage(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships came in")
    segment_of(index).unlink()
    assert index.check() is not None
