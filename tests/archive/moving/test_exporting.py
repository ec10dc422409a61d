"""Exports: the lossless forms give back what went in, are the same each time, and take nothing that is not theirs."""

from __future__ import annotations

import json
import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from archive.errors import DamagedError, NotAnArchiveError, UnverifiedError
from archive.moving.exporting import CheckedSource, SalvageableError, chosen_positions, write_folder, write_lines
from archive.moving.folders import FolderSource
from archive.moving.lines import LinesSource
from archive.moving.placing import new_file
from archive.moving.salvaging import SalvageSource
from archive.moving.sources import ArchiveSource, source_at
from tests.archive.making import add_all, submission
from tests.archive.moving.making import VARIED, contents, log_of, make_varied, varied
from tests.archive.raw import unguarded

if TYPE_CHECKING:
    from pathlib import Path

    from archive.moving.carried import Source


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a varied archive and its two lossless exports, which are not to be changed."""
    folder = tmp_path_factory.mktemp("exported")
    with varied(folder / "archive") as archive:
        to_file(ArchiveSource(archive.store), folder / "events.jsonl")
        write_folder(ArchiveSource(archive.store), folder / "folder")
    return folder


def to_file(source: Source, path: Path) -> None:
    with new_file(path) as file:
        write_lines(CheckedSource(source), file.write)


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


def test_lines_give_back_what_went_in(exported: Path) -> None:
    whole = log_of(exported / "archive")
    assert len(whole) == VARIED
    assert whole[5][2] == {"article": None, "origin": None, "original": None}
    assert contents(LinesSource(exported / "events.jsonl")) == whole


def test_a_folder_gives_back_what_went_in(exported: Path) -> None:
    assert contents(FolderSource(exported / "folder")) == log_of(exported / "archive")


def test_the_header_has_the_tree(exported: Path) -> None:
    with Archive.open(exported / "archive") as archive:
        size, root, archive_id = archive.size(), archive.root(), archive.id
    for path in (exported / "events.jsonl", exported / "folder", exported / "archive"):
        with source_at(path, lock_timeout=5) as source:
            assert source.header.archive == archive_id
            assert source.header.tree == (size, root)


def test_an_export_made_twice_is_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    with Archive.open(exported / "archive") as archive:
        to_file(ArchiveSource(archive.store), tmp_path / "again")
        write_folder(ArchiveSource(archive.store), tmp_path / "folder")
    assert (tmp_path / "again").read_bytes() == (exported / "events.jsonl").read_bytes()
    for path in (exported / "folder").rglob("*"):
        if path.is_file():
            other = tmp_path / "folder" / path.relative_to(exported / "folder")
            assert other.read_bytes() == path.read_bytes()


def test_exports_are_for_their_owner_only(exported: Path) -> None:
    assert stat.S_IMODE((exported / "events.jsonl").stat().st_mode) == 0o600
    assert modes(exported / "folder") == {0o600}
    assert stat.S_IMODE((exported / "folder").stat().st_mode) == 0o700


def test_no_line_of_an_export_drives_a_terminal(exported: Path) -> None:
    for line in (exported / "events.jsonl").read_text().splitlines():
        assert all(character.isprintable() for character in line)


def test_a_file_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "events").write_text("old")
    with pytest.raises(TypeError), new_file(tmp_path / "events") as file:
        file.write("no bytes")  # type: ignore[call-overload]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("events", "old")]


def test_no_folder_is_written_into_another(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "letter").touch()
    with Archive.open(exported / "archive") as archive, pytest.raises(NotAnArchiveError, match="is there already"):
        write_folder(ArchiveSource(archive.store), tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_chosen_articles_come_with_all_their_events(exported: Path, tmp_path: Path) -> None:
    with Archive.open(exported / "archive") as archive:
        assert chosen_positions(archive, ["https://courier.example/2"]) == [4, 10]
        assert chosen_positions(archive, ["10", "4", "1"]) == [1, 4, 10]
        # What is known of an erased article is that it was there, and that it was erased.
        assert chosen_positions(archive, [archive.event(5).attribute("subject")]) == [5, 11]
        to_file(ArchiveSource(archive.store, [4, 10]), tmp_path / "some")
    found = LinesSource(tmp_path / "some")
    assert [content[0] for content in contents(found)] == [4, 10]
    with found.opened():
        assert found.header.tree is None


def test_a_file_that_is_cut_off_anywhere_is_refused(exported: Path, tmp_path: Path) -> None:
    lines = (exported / "events.jsonl").read_bytes().splitlines(keepends=True)
    for kept in range(len(lines)):
        for piece in (b"".join(lines[:kept]), b"".join(lines[:kept]) + lines[kept][: len(lines[kept]) // 2]):
            (tmp_path / "cut").write_bytes(piece)
            with pytest.raises(UnverifiedError):
                contents(LinesSource(tmp_path / "cut"))


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"7",
        b"{",
        b'{"events": 11}',
        b'{"events": 12, "more": 1}',
        b'{"events": 12}\n{"events": 12}',
        b'{"envelope": "{}", "parts": {}, "position": 3}',
        b'{"envelope": "{}", "parts": {"a": {"salt": "00", "text": ""}}, "position": 99}',
        b'{"envelope": "{}", "parts": {"a": {"erased": false}}, "position": 99}',
        b'{"envelope": "{}", "parts": {"a": 1}, "position": 99}',
        b'{"envelope": 1, "parts": {}, "position": 99}',
        b'{"envelope": "{}", "parts": {}, "position": true}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_last_line_that_does_not_belong_there_is_refused(exported: Path, tmp_path: Path, line: bytes) -> None:
    lines = (exported / "events.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "other").write_bytes(b"".join(lines[:-1]) + line + b"\n")
    with pytest.raises(UnverifiedError):
        contents(LinesSource(tmp_path / "other"))


def test_what_is_no_export_is_told(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear editor,\n")
    with pytest.raises(UnverifiedError, match="line 1 is no JSON"), source_at(tmp_path / "letter", lock_timeout=1):
        pass
    for path, told in ((tmp_path, "neither an archive nor an export"), (tmp_path / "missing", "there is nothing at")):
        with pytest.raises(NotAnArchiveError, match=told):
            source_at(path, lock_timeout=1).__enter__()


def test_a_folder_with_links_or_strangers_is_refused(exported: Path, tmp_path: Path) -> None:
    def at(place: Path, number: int) -> Path:
        return next((place / "events" / "0000").glob(f"{number:012}-*"))

    def link_part(place: Path) -> None:
        (at(place, 2) / "original").unlink()
        (at(place, 2) / "original").symlink_to("/etc/passwd")

    def link_event(place: Path) -> None:
        moved = at(place, 2).rename(place.parent / "elsewhere")
        (place / "events" / "0000" / f"{2:012}-{'0' * 8}-0000-0000-0000-{'0' * 12}").symlink_to(moved)

    def link_thousand(place: Path) -> None:
        moved = (place / "events" / "0000").rename(place.parent / "thousand")
        (place / "events" / "0000").symlink_to(moved)

    def link_events(place: Path) -> None:
        moved = (place / "events").rename(place.parent / "all")
        (place / "events").symlink_to(moved)

    def lead_away(place: Path) -> None:
        salts = json.loads((at(place, 2) / "salts.json").read_bytes())
        salts["../../../../secret"] = "0" * 64
        (at(place, 2) / "salts.json").write_text(json.dumps(salts))

    def add_file(place: Path) -> None:
        (at(place, 2) / "more").touch()

    def add_pipe(place: Path) -> None:
        (at(place, 2) / "original").unlink()
        os.mkfifo(at(place, 2) / "original")

    def drop_event(place: Path) -> None:
        shutil.rmtree(at(place, 11))

    def drop_part(place: Path) -> None:
        (at(place, 2) / "original").unlink()

    for number, change in enumerate(
        (link_part, link_event, link_thousand, link_events, lead_away, add_file, add_pipe, drop_event, drop_part)
    ):
        place = shutil.copytree(exported / "folder", tmp_path / str(number) / "folder")
        change(place)
        with pytest.raises(UnverifiedError):
            contents(FolderSource(place))


def damage(folder: Path, sql: str) -> None:
    with unguarded(folder) as connection:
        connection.execute(sql)


def test_a_damaged_archive_is_not_exported(exported: Path, tmp_path: Path) -> None:
    make_varied(tmp_path / "archive")
    damage(tmp_path / "archive", "UPDATE payload SET salt = zeroblob(32) WHERE position = 6 AND part = 'origin'")
    with (
        Archive.open(tmp_path / "archive") as archive,
        pytest.raises(SalvageableError, match=r"event 6: part .origin.*--salvage"),
    ):
        to_file(ArchiveSource(archive.store), tmp_path / "events")
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_salvaging_leaves_out_what_does_not_verify(tmp_path: Path) -> None:
    make_varied(tmp_path / "archive")
    whole = log_of(tmp_path / "archive")
    damage(tmp_path / "archive", "UPDATE payload SET checksum = zeroblob(32) WHERE position = 4 AND part = 'original'")
    damage(tmp_path / "archive", "UPDATE event SET envelope = x'7b7d' WHERE position = 1")
    damage(tmp_path / "archive", "DELETE FROM payload WHERE position = 6")
    lost: list[tuple[int | None, str]] = []
    source = SalvageSource(tmp_path / "archive", lambda position, what: lost.append((position, what)), lock_timeout=5)
    to_file(source, tmp_path / "saved")
    # The one at 10 is a new reading of the bytes at 4.
    assert [position for position, _ in lost] == [1, 4, 6, 10]
    kept = contents(LinesSource(tmp_path / "saved"))
    assert kept == [content for content in whole if content[0] not in {1, 4, 6, 10}]


@pytest.mark.parametrize(
    "sql", ["DELETE FROM head", "DELETE FROM meta", "DELETE FROM event WHERE position = 7", "DELETE FROM node"]
)
def test_what_is_sound_is_saved_whatever_else_is_lost(tmp_path: Path, sql: str) -> None:
    make_varied(tmp_path / "archive")
    damage(tmp_path / "archive", sql)
    source = SalvageSource(tmp_path / "archive", lambda *_: None, lock_timeout=5)
    assert len(contents(source)) == VARIED - sql.count("position")


def test_salvaging_a_sound_archive_loses_nothing(exported: Path) -> None:
    lost: list[int | None] = []
    source = SalvageSource(exported / "archive", lambda position, _: lost.append(position), lock_timeout=5)
    assert contents(source) == log_of(exported / "archive")
    assert lost == []


def test_an_event_that_is_missing_is_damage(tmp_path: Path) -> None:
    with varied(tmp_path / "archive") as archive:
        damage(tmp_path / "archive", "DELETE FROM event WHERE position = 7")
        with pytest.raises(DamagedError, match="position 7"):
            to_file(ArchiveSource(archive.store), tmp_path / "events")


def test_others_add_while_it_is_exported(tmp_path: Path) -> None:
    with varied(tmp_path / "archive") as archive, Archive.open(tmp_path / "archive") as other:
        source = ArchiveSource(archive.store)
        with source.opened():
            read = source.events()
            next(read)
            add_all(other, [submission("Meanwhile.")])
            assert len(list(read)) == VARIED - 1
