"""Identifiers that sort by time, and times that sort as text."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.clock import later, now, stamp
from archive.ids import is_id, new_id


def test_a_new_id_is_a_uuid_of_version_7_made_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= after


def test_new_ids_differ_and_are_canonical() -> None:
    made = [new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(is_id(one) and str(uuid.UUID(one)) == one for one in made)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "018F0000-0000-7000-8000-000000000001",
        "018f00000000700080000000000000001",
        "٠18f0000-0000-7000-8000-000",
        "018f0000-0000-7000-8000-000000000001\n",
        "{018f0000-0000-7000-8000-000000000001}",
    ],
)
def test_another_spelling_is_no_id(value: str) -> None:
    assert not is_id(value)


@given(st.integers(0, 253402300799_999999))
def test_a_time_is_utc_with_microseconds(microseconds: int) -> None:
    written = stamp(microseconds)
    parsed = datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    seconds, fraction = divmod(microseconds, 1_000_000)
    assert parsed == datetime.fromtimestamp(seconds, UTC).replace(microsecond=fraction)
    assert len(written) == 27


@given(st.integers(0, 10**16), st.integers(0, 10**16))
def test_times_sort_as_text(one: int, other: int) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)


def test_a_clock_that_was_set_back_does_not_count() -> None:
    ahead, behind = stamp(2_000_000), stamp(1_000_000)
    assert later(ahead, behind) == later(behind, ahead) == ahead
    assert later("", behind) == behind
    assert now() > stamp(0)
