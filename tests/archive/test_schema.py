"""The tables: whoever opens them without morgue cannot change what was recorded, nor put in what has another form."""

# ruff: noqa: ISC004 - statements that take two lines
from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from archive.errors import DamagedError
from tests.archive import raw
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET envelope = x'7b7d'",
        "UPDATE OR REPLACE event SET position = 0 WHERE position = 1",
        "DELETE FROM event WHERE position = 2",
        "DELETE FROM event",
        "INSERT INTO event SELECT 9, 'x' || substr(id, 2), envelope, leaf FROM event WHERE position = 1",
        "INSERT INTO event SELECT 3, id, envelope, leaf FROM event WHERE position = 1",
        "INSERT OR REPLACE INTO event SELECT 3, id, envelope, leaf FROM event WHERE position = 1",
        "INSERT OR REPLACE INTO event SELECT position, id, x'7b7d', leaf FROM event WHERE position = 1",
        "REPLACE INTO event SELECT 1, 'x' || substr(id, 2), envelope, leaf FROM event WHERE position = 1",
        "INSERT OR IGNORE INTO event SELECT 1, 'x' || substr(id, 2), envelope, leaf FROM event WHERE position = 1",
        "UPDATE payload SET data = x'00'",
        "UPDATE payload SET salt = randomblob(32)",
        "UPDATE payload SET checksum = randomblob(32)",
        "UPDATE payload SET codec = 0, data = zeroblob(length(data)), salt = zeroblob(length(salt)),"
        " checksum = zeroblob(32), position = position + 1",
        "UPDATE payload SET data = zeroblob(length(data)), checksum = zeroblob(32)",
        "DELETE FROM payload WHERE position = 1",
        "INSERT INTO payload SELECT position, 'extra', chunk, salt, codec, data, checksum FROM payload",
        "INSERT OR REPLACE INTO payload SELECT position, part, chunk, salt, codec, x'00', checksum FROM payload",
        "UPDATE node SET hash = zeroblob(32)",
        "DELETE FROM node",
        "INSERT OR REPLACE INTO node SELECT level, number, zeroblob(32) FROM node",
        "UPDATE head SET size = 1",
        "UPDATE head SET frontier = x''",
        "DELETE FROM head",
        "INSERT OR REPLACE INTO head VALUES (1, 0, x'')",
        "INSERT INTO head VALUES (2, 0, x'')",
        "UPDATE meta SET value = x'00'",
        "DELETE FROM meta WHERE name = 'secret'",
        "INSERT OR REPLACE INTO meta VALUES ('secret', zeroblob(32))",
        "INSERT OR REPLACE INTO meta VALUES ('archive', x'00')",
    ],
)
def test_what_was_recorded_cannot_be_changed(tmp_path: Path, statement: str) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        add_all(archive, numbered(260))
    with raw.connected(tmp_path / "archive") as connection:
        before = list(connection.iterdump())
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
        assert list(connection.iterdump()) == before


def test_a_payload_can_be_erased(archive: Archive) -> None:
    archive.add(submission("Text."))
    with raw.connected(archive.path) as connection:
        connection.execute(
            "UPDATE payload SET salt = zeroblob(length(salt)), data = zeroblob(length(data)), checksum = zeroblob(32)"
            " WHERE position = 1"
        )
    with pytest.raises(DamagedError):
        archive.store.part(1, "original")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO event VALUES (1, 'short', x'7b7d', zeroblob(32))",
        "INSERT INTO event VALUES (1, '018f0000-0000-7000-8000-000000000001', '{}', zeroblob(32))",
        "INSERT INTO event VALUES (1, '018f0000-0000-7000-8000-000000000001', x'7b7d', zeroblob(31))",
        "INSERT INTO event VALUES (1, '018f0000-0000-7000-8000-000000000001', zeroblob(65536), zeroblob(32))",
        "INSERT INTO payload VALUES (1, 'text', 0, zeroblob(31), 0, x'', zeroblob(32))",
        "INSERT INTO payload VALUES (1, 'text', 1, zeroblob(32), 0, x'', zeroblob(32))",
        "INSERT INTO payload VALUES (1, 'text', 0, zeroblob(32), 0, 'text', zeroblob(32))",
        "INSERT INTO lookup VALUES ('key', 1)",
        "INSERT INTO lookup VALUES (1.5, 1)",
    ],
)
def test_a_value_of_another_type_is_refused(archive: Archive, statement: str) -> None:
    with raw.connected(archive.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
