"""What a posting says besides its document: Whoosh's encoded values taken apart into numbers, and put together again.

A field's format (`whoosh.formats`) makes a string of bytes of each posting, in the four formats with positions a
pickle. Segments hold no pickles. So a value is taken apart as it comes from Whoosh's writer, kept as numbers, and put
together where Whoosh asks for it. Where it asks for positions or the like it gets the numbers. Values of formats that
are not Whoosh's own, and values that a format did not make, are kept as they are and never interpreted here.
"""

from __future__ import annotations

import io
import pickle
import struct
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from whoosh import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from whoosh.formats import Format

_LIMIT = 1 << 32
_COUNT = struct.Struct("!I")
_FLOAT = struct.Struct("!f")


class Payload(NamedTuple):
    """One posting in numbers: its frequency, and what its format keeps of each place, in the order of the format."""

    frequency: int
    places: Sequence[int] = ()
    characters: Sequence[int] = ()
    """First and last character of each place, alternately."""
    boosts: Sequence[float] = ()


class _Plain(pickle.Unpickler):
    """Reads lists, tuples and numbers, and nothing else."""

    def find_class(self, module: str, name: str, /) -> Any:
        raise pickle.UnpicklingError(f"a posting names {module}.{name}")


def _codes(value: bytes, header: int) -> list[Any]:
    codes = _Plain(io.BytesIO(value[header:])).load()
    if not isinstance(codes, list) or len(codes) != _COUNT.unpack(value[:4])[0]:
        raise ValueError("a posting without its places")
    return codes


def _existence(_: bytes) -> Payload:
    return Payload(1)


def _frequency(value: bytes) -> Payload:
    return Payload(_COUNT.unpack(value)[0])


def _positions(value: bytes) -> Payload:
    places = array("I", accumulate(_codes(value, 4)))
    return Payload(len(places), places)


def _characters(value: bytes) -> Payload:
    return _with_characters(_codes(value, 4))


def _position_boosts(value: bytes) -> Payload:
    codes = _codes(value, 8)
    places = array("I", accumulate(gap for gap, _ in codes))
    return Payload(len(places), places, boosts=[float(boost) for _, boost in codes])


def _character_boosts(value: bytes) -> Payload:
    codes = _codes(value, 8)
    payload = _with_characters([code[:3] for code in codes])
    return payload._replace(boosts=[float(code[3]) for code in codes])


def _with_characters(codes: list[Any]) -> Payload:
    characters = array("I")
    end = 0
    for _, gap, length in codes:
        start = end + gap
        end = start + length
        characters.extend((start, end))
    places = array("I", accumulate(gap for gap, _, _ in codes))
    return Payload(len(places), places, characters)


_READERS: dict[type, Callable[[bytes], Payload]] = {
    formats.Existence: _existence,
    formats.Frequency: _frequency,
    formats.Positions: _positions,
    formats.Characters: _characters,
    formats.PositionBoosts: _position_boosts,
    formats.CharacterBoosts: _character_boosts,
}


# What is raised for bytes that are no such pickle, and for numbers that no array of four bytes each takes.
_UNFIT = (
    pickle.UnpicklingError,
    struct.error,
    EOFError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    OverflowError,
)


def known(format_: Format) -> bool:
    """Say whether values of a format are taken apart."""
    return type(format_) in _READERS


def take_apart(format_: Format, value: bytes) -> Payload | None:
    """Return an encoded value in numbers; None for one that has to be kept as it is."""
    reader = _READERS.get(type(format_))
    if reader is None:
        return None
    try:
        payload = reader(value)
    except _UNFIT:
        return None
    return payload if 1 <= payload.frequency < _LIMIT else None


def put_together(format_: Format, payload: Payload) -> bytes:
    """Return the value that a known format would have encoded."""
    kind = type(format_)
    if kind is formats.Existence:
        return b""
    if kind is formats.Frequency:
        return _COUNT.pack(payload.frequency)
    if kind is formats.Positions:
        return bytes(format_.encode(payload.places))
    starts, ends = payload.characters[::2], payload.characters[1::2]
    if kind is formats.Characters:
        return bytes(format_.encode(zip(payload.places, starts, ends, strict=True)))
    if kind is formats.PositionBoosts:
        return bytes(format_.encode(list(zip(payload.places, payload.boosts, strict=True))))
    encoded, _ = format_.encode(list(zip(payload.places, starts, ends, payload.boosts, strict=True)))
    return bytes(encoded)


def interpret(format_: Format, payload: Payload, wanted: str) -> Any:
    """Return what a known format would decode as `wanted`, such as "positions". Raises AttributeError as it does."""
    if not format_.supports(wanted):
        raise AttributeError(f"{type(format_).__name__} keeps no {wanted}")
    decode = _DECODERS.get(wanted)
    return decode(format_, payload) if decode else format_.decoder(wanted)(put_together(format_, payload))


def _weight(format_: Format, payload: Payload) -> float:
    boost = float(format_.field_boost)
    kind = type(format_)
    if kind is formats.Existence:
        return boost
    if kind is formats.PositionBoosts:
        # Rounded as the format rounds it.
        return float(_FLOAT.unpack(_FLOAT.pack(sum(payload.boosts)))[0]) * boost
    return payload.frequency * boost


def _with_boosts(payload: Payload) -> Sequence[float]:
    return payload.boosts or [1.0] * payload.frequency


_DECODERS: dict[str, Callable[[Format, Payload], Any]] = {
    "frequency": lambda _, payload: payload.frequency,
    "weight": _weight,
    "positions": lambda _, payload: list(payload.places),
    "position_boosts": lambda _, payload: list(zip(payload.places, _with_boosts(payload), strict=True)),
    "characters": lambda _, payload: list(
        zip(payload.places, payload.characters[::2], payload.characters[1::2], strict=True)
    ),
    "character_boosts": lambda _, payload: list(
        zip(payload.places, payload.characters[::2], payload.characters[1::2], _with_boosts(payload), strict=True)
    ),
}
