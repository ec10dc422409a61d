"""The payload of one event: its rows against the commitments in its envelope. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archive import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = tuple[Any, ...]

ROWS_OF_EVENTS = (
    "SELECT position, part, chunk, salt, codec, data, checksum FROM payload"
    " WHERE position >= ? AND position < ? ORDER BY position, part, chunk"
)
"""The rows of the events at `[start, end)`, in the order that `check` takes them in."""

_PART, _CHUNK, _SALT, _CODEC, _DATA, _CHECKSUM = 1, 2, 3, 4, 5, 6
"""Columns of such a row."""
NO_CHECKSUM = bytes(parts.CHECKSUM_BYTES)
"""What an erasure leaves of a checksum."""

_TYPES = [bytes, int, bytes, bytes]


class Checked(NamedTuple):
    """What the rows of an event are: the parts that are sound, those that are zeros, and what is wrong with others."""

    contents: dict[str, bytes]
    zeroed: list[str]
    wrong: list[str]


def check(commitments: Mapping[str, str], rows: Sequence[Row]) -> Checked:
    """Compare the rows of an event, in the order of part and chunk, with what its envelope commits to."""
    contents: dict[str, bytes] = {}
    zeroed: list[str] = []
    wrong: list[str] = []
    stored: dict[object, list[Row]] = {}
    for row in rows:
        stored.setdefault(row[_PART], []).append(row)
    if stored.keys() != commitments.keys():
        unknown = stored.keys() - commitments.keys()
        wrong += [f"it has a part {part!r} that its envelope does not know" for part in unknown]
    for part, promised in sorted(commitments.items()):
        chunks = stored.get(part, [])
        if [row[_CHUNK] for row in chunks] != list(range(max(len(chunks), 1))):
            wrong.append(f"part {part!r} is missing, or chunks of it are")
        elif not all([*map(type, row[_SALT:])] == _TYPES for row in chunks):
            wrong.append(f"part {part!r}: a column is not of its type")
        elif chunks[0][_CHECKSUM] == NO_CHECKSUM and is_zeroed(chunks):
            zeroed.append(part)
        else:
            try:
                content = _content(chunks, promised)
            except parts.BadPartError as error:
                wrong.append(f"part {part!r}: {error}")
                continue
            if content is None:
                wrong.append(f"part {part!r} is not what its envelope commits to")
            else:
                contents[part] = content
    return Checked(contents, zeroed, wrong)


def is_zeroed(chunks: Sequence[Row]) -> bool:
    """Tell whether the rows of a part are as an erasure leaves them: salt, data and checksum are zeros."""
    return not any(any(row[_SALT]) or any(row[_CHECKSUM]) or row[_DATA].strip(b"\x00") for row in chunks)


def _content(chunks: Sequence[Row], promised: str) -> bytes | None:
    """Return the bytes of a part, None where they are not those that were promised. Raises BadPartError."""
    salt = chunks[0][_SALT]
    if len(chunks) == 1:
        # As below, for the usual part of one chunk.
        content = parts.unpacked(*chunks[0][_CODEC:])
        return content if parts.commitment_of(salt, content) == promised else None
    pieces = [parts.unpacked(codec, data, checksum) for *_, codec, data, checksum in chunks]
    # Neither of these makes a difference to the commitment.
    if any(row[_SALT] for row in chunks[1:]):
        raise parts.BadPartError("a chunk behind the first one has a salt")
    if any(len(piece) != parts.CHUNK for piece in pieces[:-1]) or not pieces[-1]:
        raise parts.BadPartError("it is not cut where chunks end")
    return b"".join(pieces) if parts.commitment(salt, pieces) == promised else None
