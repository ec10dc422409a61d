"""Watching: what is new since a position, and the file that remembers how far a search has seen."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from archive.changing import Change, change_many, tagging
from archive.errors import InvalidValueError
from index.cursors import Cursor, cursor_after, read_cursor, write_cursor
from index.errors import BadPositionError
from index.search import SORTS, Request
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from pathlib import Path

    from index.search import Sort
    from tests.index.searching import NotedIndex


def new(index: NotedIndex, query: str, since: int, *, sort: Sort = "relevance") -> list[tuple[int, float]]:
    results = index.search(Request(query=query, since=since, sort=sort, limit=None))
    assert results.total == len(results.page)
    return list(results.page)


@pytest.mark.parametrize("sort", SORTS)
def test_only_new_versions_are_found_and_scored_as_ever(archive: Archive, index: NotedIndex, sort: Sort) -> None:
    texts = ["a ferry in fog", "a ferry, a ferry", "fog on the quay", "fog, and a ferry in it", "ferry and quay in fog"]
    positions = []
    for number, text in enumerate(texts):
        positions.append(add(archive, text, published=f"202{number % 3}"))
        index.catch_up()
    for query in ("ferry", "ferry fog", '"ferry in"', "-quay", "fe* OR quay", "published:2021.."):
        everything = index.scored(query, sort=sort)
        for since in (0, *positions, archive.size()):
            assert new(index, query, since, sort=sort) == [hit for hit in everything if hit[0] >= since]
    for since in (0, positions[2]):
        results = index.search(Request(query="ferry", since=since, limit=1, offset=1, sort=sort))
        assert list(results.page) == new(index, "ferry", since, sort=sort)[1:2]


def test_a_new_version_of_an_old_article_is_new_and_what_is_said_of_it_is_not(
    archive: Archive, index: NotedIndex
) -> None:
    first = add(archive, "a ferry", key="k")
    seen = archive.size()
    list(change_many(archive, [Change(tagging(["sea"]), archive.version(first))], command="tag"))
    assert new(index, "ferry", seen) == []
    second = add(archive, "a ferry again", key="k")
    third = add(archive, "a ferry for the third time", key="k")
    # Of several new versions, the current one; and none that was never current.
    assert [position for position, _ in new(index, "ferry", seen)] == [third]
    assert new(index, "again", seen) == []
    assert second < third


def test_since_and_at_cut_a_piece_out_of_the_log(archive: Archive, index: NotedIndex) -> None:
    positions = [add(archive, f"a ferry {number}") for number in range(4)]
    results = index.search(Request(query="ferry", since=positions[1], sort="position"), at=positions[2])
    assert [position for position, _ in results.page] == positions[1:3]


def test_a_position_behind_the_end_of_the_log_is_refused(archive: Archive, index: NotedIndex) -> None:
    add(archive, "a ferry")
    assert new(index, "ferry", archive.size()) == []
    with pytest.raises(BadPositionError, match="not the next one"):
        index.search(Request(query="ferry", since=archive.size() + 1))


# The file


def read(path: Path, archive: Archive, query: str = "ferry", *, any_word: bool = False) -> Cursor | None:
    return read_cursor(path, archive, query=query, any_word=any_word, literal=False)


def written(path: Path, index: NotedIndex, query: str = "ferry") -> Cursor:
    cursor = cursor_after(index.search(Request(query=query)), None)
    write_cursor(path, cursor)
    return cursor


def test_a_cursor_is_read_as_it_was_written_and_is_its_owners_own(
    archive: Archive, index: NotedIndex, tmp_path: Path
) -> None:
    add(archive, "a ferry")
    path = tmp_path / "cursor"
    assert read(path, archive) is None
    cursor = written(path, index)
    assert cursor.size == archive.size()
    assert read(path, archive) == cursor
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.endswith("new")] == []


def test_a_cursor_never_goes_back(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, [Clipping(text="a ferry"), Clipping(text="a ferry again")])
    before = cursor_after(index.search(Request(query="ferry")), None)
    # As where an index that is behind has to serve.
    assert cursor_after(index.search(Request(query="ferry"), at=1), before) == before


def test_a_link_is_followed(archive: Archive, index: NotedIndex, tmp_path: Path) -> None:
    add(archive, "a ferry")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "cursor")
    written(link, index)
    assert link.is_symlink()
    assert read(tmp_path / "cursor", archive) is not None


def test_the_cursor_of_another_search_is_refused(archive: Archive, index: NotedIndex, tmp_path: Path) -> None:
    add(archive, "a ferry")
    path = tmp_path / "cursor"
    written(path, index)
    for query, any_word in (("fog", False), ("ferry", True)):
        with pytest.raises(InvalidValueError, match="another search, 'ferry'"):
            read(path, archive, query, any_word=any_word)
    with Archive.create(tmp_path / "other") as other, pytest.raises(InvalidValueError, match="another archive"):
        read(path, other)


def test_the_cursor_of_another_history_is_refused(archive: Archive, index: NotedIndex, tmp_path: Path) -> None:
    add(archive, "a ferry")
    path = tmp_path / "cursor"
    cursor = written(path, index)
    for size, root in ((cursor.size + 1, cursor.root), (cursor.size, "00" * 32)):
        write_cursor(
            path, Cursor(archive=archive.id, query="ferry", any_word=False, literal=False, size=size, root=root)
        )
        with pytest.raises(InvalidValueError, match="another history"):
            read(path, archive)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"3", b"[" * 99_999, b'{"cursor": 1}', b'{"cursor": 2}'])
def test_what_is_no_cursor_is_refused_and_left_alone(archive: Archive, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cursor"
    path.write_bytes(content)
    with pytest.raises(InvalidValueError, match="no cursor"):
        read(path, archive)
    assert path.read_bytes() == content
