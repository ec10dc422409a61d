"""Stored values as JSON: what a document keeps besides its terms, read back as it was put in, and never executed.

What JSON has stands for itself: text, whole and finite numbers, true, false, null, lists. All else is an object with
one member, whose name is the type:

    {"bytes": base64}   {"datetime": ISO 8601}   {"date": ISO 8601}   {"time": ISO 8601}   {"timedelta": [days, s, µs]}
    {"Decimal": digits}   {"float": "nan", "inf" or "-inf"}   {"tuple": [...]}   {"set": [...]}   {"frozenset": [...]}
    {"dict": [[key, value], ...]}

Types are taken exactly: a subclass would come back as something else than was stored.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from index.segment.layout import BadSegmentError

if TYPE_CHECKING:
    from collections.abc import Callable

_DAMAGED = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)


class UnstorableError(TypeError, ValueError):
    """A value of a type that cannot be stored.

    A ValueError too: on one of those, Whoosh's writer takes back the document that it has begun.
    """


def encode_stored(value: object) -> bytes:
    """Return a value as JSON in ASCII. Raises UnstorableError."""
    return json.dumps(_tag(value), allow_nan=False, separators=(",", ":")).encode()


def decode_stored(data: bytes) -> Any:
    """Return the value that was encoded. Raises BadSegmentError."""
    try:
        return _untag(json.loads(data))
    except _DAMAGED as error:
        raise BadSegmentError("a stored value that was damaged") from error


def decode_stored_fields(data: bytes) -> dict[str, Any]:
    """Return a document's stored values from a JSON object of fields, or from nothing. Raises BadSegmentError."""
    if not data:
        return {}
    try:
        return {name: _untag(value) for name, value in json.loads(data).items()}
    except _DAMAGED as error:
        raise BadSegmentError("a document's stored values that were damaged") from error


def _tag(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in {str, int, bool}:
        return value
    if kind is float:
        return value if isfinite(value) else {"float": str(value)}
    if kind is list:
        return [_tag(item) for item in value]
    if kind is dict:
        return {"dict": [[_tag(key), _tag(item)] for key, item in value.items()]}
    if kind in {tuple, set, frozenset}:
        return {kind.__name__: [_tag(item) for item in value]}
    if kind not in _SCALARS:
        raise UnstorableError(
            f"a value of type {kind.__module__}.{kind.__qualname__} cannot be stored; convert it to text, a number, "
            "bytes, a date, a Decimal, or lists, tuples, sets and dicts of these"
        )
    return {kind.__name__: _SCALARS[kind][0](value)}


def _untag(value: Any) -> Any:
    if isinstance(value, list):
        return [_untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((name, content),) = value.items()
    return _READERS[name](content)


_SCALARS: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytes: (lambda value: b64encode(value).decode(), lambda text: b64decode(text, validate=True)),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    timedelta: (lambda value: [value.days, value.seconds, value.microseconds], lambda parts: timedelta(*parts)),
    Decimal: (str, Decimal),
}

_READERS: dict[str, Callable[[Any], Any]] = {
    **{kind.__name__: read for kind, (_, read) in _SCALARS.items()},
    "float": float,
    "dict": lambda pairs: {_untag(key): _untag(item) for key, item in pairs},
    "tuple": lambda items: tuple(_untag(item) for item in items),
    "set": lambda items: {_untag(item) for item in items},
    "frozenset": lambda items: frozenset(_untag(item) for item in items),
}
