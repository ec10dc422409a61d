"""Dates in a query against the calendar of the standard library."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query.dates import date_range, days_in
from index.query.errors import QueryError, Span

DAYS = st.dates()


def read(text: str) -> tuple[tuple[int, int, int] | None, tuple[int, int, int] | None]:
    return date_range(text, Span(0, len(text)))


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2021", (2021, 1, 1), (2021, 12, 31)),
        ("2021-04", (2021, 4, 1), (2021, 4, 30)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("2021-04-13", (2021, 4, 13), (2021, 4, 13)),
        ("2021-04..2021-05", (2021, 4, 1), (2021, 5, 31)),
        ("2020..2021-04-13", (2020, 1, 1), (2021, 4, 13)),
        ("2021-05..2021", (2021, 5, 1), (2021, 12, 31)),
        ("2021-04..", (2021, 4, 1), None),
        ("..2021", None, (2021, 12, 31)),
        ("0001..9999", (1, 1, 1), (9999, 12, 31)),
    ],
)
def test_a_bound_widens_to_its_whole_period(text: str, earliest: object, latest: object) -> None:
    assert read(text) == (earliest, latest)


def test_only_the_span_of_the_query_is_read() -> None:
    query = "a published:2021 b"
    assert date_range(query, Span(12, 16)) == ((2021, 1, 1), (2021, 12, 31))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2021-02-30", "there is no day 30 in 2021-02: its days run from 01 to 28"),
        ("1900-02-29", "there is no day 29 in 1900-02: its days run from 01 to 28"),
        ("2021-04-00", "there is no day 00 in 2021-04: its days run from 01 to 30"),
        ("2021-13", "there is no month 13: months run from 01 to 12"),
        ("2021-00-01", "there is no month 00: months run from 01 to 12"),
        ("0000", "there is no year 0000: years run from 0001 to 9999"),
    ],
)
def test_days_that_the_calendar_has_not_are_refused(text: str, message: str) -> None:
    assert refused(text).message == message


def test_the_bound_that_is_wrong_is_underlined() -> None:
    query = "x 2021..2022-02-30 y"
    with pytest.raises(QueryError, match="no day 30") as caught:
        date_range(query, Span(2, 18))
    assert query[slice(*caught.value.span)] == "2022-02-30"
    with pytest.raises(QueryError, match="no month 99") as caught:
        date_range("x 2021-99..2022 y", Span(2, 15))
    assert caught.value.span == Span(2, 9)


def test_a_reversed_range_is_refused_and_the_swap_suggested() -> None:
    error = refused("2021-05..2020")
    assert (error.message, error.span) == ("this range ends before it begins", Span(0, 13))
    assert error.hint == "did you mean 2020..2021-05?"


def test_a_range_without_any_date_is_refused() -> None:
    assert refused("..").message == "this range has no date at either end"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2021-4", "did you mean 2021-04?"),
        ("2021/4/3", "did you mean 2021-04-03?"),
        ("20210413", "did you mean 2021-04-13?"),
        ("2020-2021", "did you mean 2020..2021?"),
        ("2020–2021", "did you mean 2020..2021?"),
    ],
)
def test_a_date_in_another_notation_is_refused_with_ours(text: str, hint: str) -> None:
    assert refused(text).hint == hint


@pytest.mark.parametrize(
    "text", ["", "soon", "21", "2021-", "2021...2022", "2021..2022..", "13.04.2021", "٢٠٢١", "2021-2-30", "2021\n"]
)
def test_what_is_no_date_is_refused_with_the_forms(text: str) -> None:
    assert (refused(text).hint or "").startswith("dates are written 2021")


@given(DAYS, DAYS)
def test_law_a_range_of_days_is_those_days_and_never_reversed(first: dt.date, last: dt.date) -> None:
    text = f"{first.isoformat()}..{last.isoformat()}"
    if first > last:
        assert refused(text).hint == f"did you mean {last.isoformat()}..{first.isoformat()}?"
    else:
        assert read(text) == (first.timetuple()[:3], last.timetuple()[:3])


@given(st.integers(0, 9999), st.integers(0, 19), st.integers(0, 39))
def test_law_a_date_is_read_exactly_where_it_exists(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        dt.date(year, month, day)
    except ValueError:
        refused(text)
    else:
        assert read(text) == ((year, month, day), (year, month, day))


@given(st.integers(1, 9999), st.integers(1, 12))
def test_law_months_are_as_long_as_in_the_calendar(year: int, month: int) -> None:
    assert days_in(year, month) == calendar.monthrange(year, month)[1]
