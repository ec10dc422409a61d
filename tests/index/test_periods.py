"""Periods: where a date falls for certain, and how it is spelt."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import edtf
from index.periods import BYS, By, around, fitting, of_date, spelt

ordinals = st.integers(1, date.max.toordinal())
EDTF = ("2021-04-18", "2021-04", "2021", "202X", "20XX", "0001", "000X", "00XX", "9999-12", "9999", "2024-02")


def days(value: str) -> tuple[int, int]:
    found = edtf.days(value)
    assert found is not None
    return found


@pytest.mark.parametrize("value", EDTF)
def test_a_date_is_spelt_as_it_was(value: str) -> None:
    assert spelt(days(value)) == value


@given(ordinals, st.sampled_from(BYS))
def test_a_day_is_in_its_period_and_periods_meet(day: int, by: By) -> None:
    period = around(day, by)
    assert period.first <= day <= period.last
    assert around(period.first, by) == period == around(period.last, by)
    if period.last < date.max.toordinal():
        assert around(period.last + 1, by).first == period.last + 1


@given(ordinals)
def test_periods_are_those_of_the_calendar(day: int) -> None:
    at = date.fromordinal(day)
    year, week, _ = at.isocalendar()
    assert [around(day, by).name for by in BYS] == [
        f"{at.year:04}-{at.month:02}-{at.day:02}",
        f"{year:04}-W{week:02}",
        f"{at.year:04}-{at.month:02}",
        f"{at.year:04}",
    ]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("2021-04-18", ("2021-04-18", "2021-W15", "2021-04", "2021")),
        ("2021-04", ("2021-04-XX", "2021-04-XX", "2021-04", "2021")),
        ("2021", ("2021-XX-XX", "2021-XX-XX", "2021-XX", "2021")),
        ("202X", ("202X", "202X", "202X", "202X")),
        ("20XX", ("20XX", "20XX", "20XX", "20XX")),
    ],
)
def test_a_date_goes_into_no_finer_period_than_it_has(value: str, names: tuple[str, ...]) -> None:
    found = [of_date(days(value), by) for by in BYS]
    assert tuple(period.name for period in found) == names
    assert all(period.first <= days(value)[0] and days(value)[1] <= period.last for period in found)


@pytest.mark.parametrize(
    ("dates", "by"),
    [
        (["2021-04-01", "2021-04-30"], "day"),
        (["2021-04-01", "2021-06-30"], "week"),
        (["2021-04-01", "2023-06-30", "1900"], "month"),
        (["2001-04-01", "2023-06-30"], "year"),
        (["2021-04", "2021-05"], "month"),
        (["1950-04", "2021-05"], "year"),
        (["2021", "202X"], "year"),
        ([], "year"),
    ],
)
def test_the_span_chooses_the_periods(dates: list[str], by: str) -> None:
    assert fitting([days(value) for value in dates]) == by


def test_all_periods_have_a_name() -> None:
    assert get_args(By) == BYS
