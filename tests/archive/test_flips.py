"""A flipped bit, in any column of any table, is found, and the event that it is in is named."""

# ruff: noqa: S608 - the statements are the tests' own
from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.archive import raw
from tests.archive.damage import copied, problems

if TYPE_CHECKING:
    from pathlib import Path

FLIPS = 200

COLUMNS = {
    "event": ("position", "id", "envelope", "leaf"),
    "payload": ("position", "part", "chunk", "salt", "codec", "data", "checksum"),
    "lookup": ("key", "position"),
    "node": ("level", "number", "hash"),
    "head": ("one", "size", "frontier"),
    "meta": ("name", "value"),
}


def flip(connection: sqlite3.Connection, chance: random.Random) -> tuple[str, int | None] | None:
    """Flip one bit of one cell; return where, and the position that the row has. None where the cell is empty."""
    table = chance.choice(list(COLUMNS))
    column = chance.choice(COLUMNS[table])
    keys = {"event": "position", "payload": "rowid", "head": "one", "meta": "name"}.get(table)
    identity = keys or ", ".join(COLUMNS[table][:2])
    rows = connection.execute(f"SELECT {identity} FROM {table}").fetchall()
    row = chance.choice(rows)
    where = " AND ".join(f"{name.strip()} = ?" for name in identity.split(","))
    if table == "meta":
        where = "CAST(name AS BLOB) = ?"
    (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE {where}", row).fetchone()
    position: int | None = None
    if "position" in COLUMNS[table]:
        ((position,),) = connection.execute(f"SELECT position FROM {table} WHERE {where}", row).fetchall()
    changed: Any
    placeholder = "?"
    if isinstance(value, int):
        bits = value.to_bytes(8, "big", signed=True)
        changed = int.from_bytes(_flipped(bits, chance), "big", signed=True)
    else:
        if not value:
            return None
        changed = _flipped(value, chance)
        if column in {"id", "part", "name"}:
            placeholder = "CAST(? AS TEXT)"
    connection.execute(f"UPDATE {table} SET {column} = {placeholder} WHERE {where}", (changed, *row))
    return f"{table}.{column}", position


def _flipped(stored: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(stored) * 8)
    changed = bytearray(stored)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_no_flipped_bit_is_silent(sound: Path, tmp_path: Path, tenth: int) -> None:
    for seed in range(tenth * FLIPS // 10, (tenth + 1) * FLIPS // 10):
        chance = random.Random(seed)
        folder = copied(sound, tmp_path)
        flipped: tuple[str, int | None] | None = None
        while flipped is None:
            try:
                with raw.unguarded(folder) as connection:
                    flipped = flip(connection, chance)
            except sqlite3.IntegrityError:
                continue  # The cell's new value belongs to another row: the next cell, then.
        place, position = flipped
        found = problems(folder)
        assert found, f"seed {seed}: a flipped bit of {place} is silent"
        if position is not None:
            named = {problem.position for problem in found}
            assert position in named, f"seed {seed}: {place} at {position} was flipped, but {found} was found"
