"""The model of a disk: what was synced is in every crash state, what was not is in some; names are apart from data."""

from __future__ import annotations

import itertools
import random
from shutil import rmtree
from typing import TYPE_CHECKING

import pytest

from tests.torture.disk import Call, Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

STATES = 200


@pytest.fixture
def crashed(tmp_path: Path) -> Callable[[Iterable[Call]], set[tuple[tuple[str, bytes], ...]]]:
    """Give a function that returns the states that some calls on a folder `/root` may leave behind."""

    def states(calls: Iterable[Call]) -> set[tuple[tuple[str, bytes], ...]]:
        from pathlib import Path

        disk = Disk(Path("/root"))
        for call in calls:
            disk.apply(call)
        found = set()
        for number in range(STATES):
            folder = tmp_path / "state"
            disk.write_crashed(folder, random.Random(number))
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            found.add(tuple((str(path.relative_to(folder)), path.read_bytes()) for path in files))
            rmtree(folder)
        return found

    return states


def call(operation: str, descriptor: int = -1, number: int = 0, first: bytes = b"", second: bytes = b"") -> Call:
    return Call(operation, descriptor, number, first, second)  # type: ignore[arg-type]


MADE = [call("open", 3, 1, b"/root/a"), call("open", 4, 0, b"/root"), call("sync", 4)]
"""An empty file whose name is on disk."""


def test_what_was_synced_is_there(crashed: Callable[..., object]) -> None:
    assert crashed([*MADE, call("write", 3, 0, b"one"), call("sync", 3)]) == {(("a", b"one"),)}


def test_each_write_that_was_not_synced_may_be_there_or_not(crashed: Callable[..., object]) -> None:
    states = crashed([*MADE, call("write", 3, 0, b"one"), call("write", 3, 3, b"two")])
    assert states == {(("a", content),) for content in (b"", b"one", b"onetwo", b"\0\0\0two")}


def test_a_truncation_that_was_not_synced_may_be_undone(crashed: Callable[..., object]) -> None:
    written = [*MADE, call("write", 3, 0, b"one"), call("sync", 3)]
    assert crashed([*written, call("truncate", 3, 1)]) == {(("a", b"one"),), (("a", b"o"),)}
    assert crashed([*written, call("open", 5, 2, b"/root/a")]) == {(("a", b"one"),), (("a", b""),)}


def test_writes_are_torn_at_sectors(crashed: Callable[..., set[tuple[tuple[str, bytes], ...]]]) -> None:
    states = crashed([*MADE, call("write", 3, 100, b"x" * 1000)])
    contents = {content for ((_, content),) in states}
    torn = bytes(512) + b"x" * 512
    assert torn in contents
    edges = (100, 512, 1024, 1100)
    for content in contents:
        assert all(len(set(content[start:end])) <= 1 for start, end in itertools.pairwise(edges))


def test_a_name_is_sure_once_its_folder_was_synced(crashed: Callable[..., object]) -> None:
    written = [call("open", 3, 1, b"/root/a"), call("write", 3, 0, b"one"), call("sync", 3)]
    assert crashed(written) == {(), (("a", b"one"),)}
    folder = [call("open", 4, 0, b"/root"), call("sync", 4)]
    assert crashed([*written, *folder]) == {(("a", b"one"),)}
    assert crashed([*written, *folder, call("unlink", first=b"/root/a")]) == {(("a", b"one"),), ()}


def test_a_rename_is_whole_or_not_at_all(crashed: Callable[..., object]) -> None:
    new = [call("open", 5, 1, b"/root/new"), call("write", 5, 0, b"new"), call("sync", 5), call("sync", 4)]
    states = crashed([*MADE, *new, call("rename", first=b"/root/new", second=b"/root/a")])
    assert states == {(("a", b""), ("new", b"new")), (("a", b"new"),)}


def test_below_a_folder_whose_name_is_lost_all_is_lost(crashed: Callable[..., object]) -> None:
    calls = [call("mkdir", first=b"/root/sub"), call("open", 3, 1, b"/root/sub/a"), call("write", 3, 0, b"one")]
    calls += [call("sync", 3), call("open", 4, 0, b"/root/sub"), call("sync", 4)]
    assert crashed(calls) == {(), (("sub/a", b"one"),)}
    assert crashed([*calls, call("open", 6, 0, b"/root"), call("sync", 6)]) == {(("sub/a", b"one"),)}


def test_a_link_is_another_name_of_the_same_file(crashed: Callable[..., object]) -> None:
    calls = [*MADE, call("link", first=b"/root/a", second=b"/root/b"), call("sync", 4)]
    assert crashed([*calls, call("write", 3, 0, b"one"), call("sync", 3)]) == {(("a", b"one"), ("b", b"one"))}
