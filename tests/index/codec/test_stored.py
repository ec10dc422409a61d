"""Stored values: they come back as they were, of the same types, and nothing else goes in."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec.stored import UnstorableError, decode_stored, decode_stored_fields, encode_stored
from index.segment.layout import BadSegmentError

_zones = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(lambda d: timezone(timedelta(seconds=d.seconds)))
_hashable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.datetimes(timezones=st.none() | st.just(UTC) | _zones)
    | st.timedeltas()
    | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner).map(tuple) | st.frozensets(inner),
    max_leaves=5,
)
VALUES = st.recursive(
    _hashable, lambda inner: st.lists(inner) | st.dictionaries(_hashable, inner) | st.sets(_hashable), max_leaves=5
)


def _types(value: object) -> object:
    if isinstance(value, list | tuple):
        return type(value), [_types(item) for item in value]
    return type(value)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    encoded = encode_stored(value)
    encoded.decode("ascii")
    decoded = decode_stored(encoded)
    assert decoded == value
    assert _types(decoded) == _types(value)


def test_what_is_no_number_comes_back() -> None:
    assert isnan(decode_stored(encode_stored(float("nan"))))
    assert decode_stored(encode_stored([float("-inf"), Decimal("Infinity")])) == [float("-inf"), Decimal("Infinity")]


def test_json_without_constants_of_its_own() -> None:
    # Any reader of JSON can read it.
    assert json.loads(encode_stored({"rate": float("inf")}), parse_constant=pytest.fail)


class _Rank(IntEnum):
    FIRST = 1


@pytest.mark.parametrize("value", [object(), _Rank.FIRST, OrderedDict(), [b"", {"deep": (1j,)}], print])
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(UnstorableError, match="cannot be stored"):
        encode_stored(value)
    with pytest.raises(TypeError):
        encode_stored(value)


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b'{"date": "yesterday"}', b'{"print": []}', b"{}", b'{"a": 1, "b": 2}', b"\xff", b'{"bytes": "*"}'],
)
def test_damage_is_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(BadSegmentError):
        decode_stored(data)


@pytest.mark.parametrize("data", [b"[1]", b'{"a": {"b": 1}}', b"{"])
def test_damaged_fields_are_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(BadSegmentError):
        decode_stored_fields(data)


def test_moments_keep_their_offset() -> None:
    moment = datetime(2024, 2, 29, 12, 30, 15, 5, timezone(timedelta(hours=5, minutes=30)))
    assert decode_stored(encode_stored(moment)).isoformat() == "2024-02-29T12:30:15.000005+05:30"
    assert decode_stored(encode_stored((date(1, 1, 1), time(23, 59)))) == (date(1, 1, 1), time(23, 59))
