"""Dates: what is read, how it is spelt, and which days it can mean."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.edtf import days, month_number, normalize
from archive.errors import InvalidValueError


@pytest.mark.parametrize(
    "value",
    [
        "2021",
        "2021-04",
        "2021-04-18",
        "XXXX-04-18",
        "XXXX-02-29",
        "XXXX-04",
        "202X",
        "20XX",
        "2021-XX",
        "2021-04-XX",
        "2021-XX-XX",
        "2021-04-13T12:00",
        "2021-04-13T12:00:00",
        "2021-04-13T12:00:00Z",
        "2021-04-13T12:00:00+00:00",
        "2021-04-13T23:30:00.125-05:30",
    ],
)
def test_a_canonical_value_stays_as_it_is(value: str) -> None:
    assert normalize(value) == value


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        (" 2021-04-13 ", "2021-04-13"),
        ("2021-04-13 12:00:00", "2021-04-13T12:00:00"),
        ("2021-04-13 12:00:00 +0500", "2021-04-13T12:00:00+05:00"),
        ("2021-04-13 12:00:00 UTC", "2021-04-13T12:00:00Z"),
        ("2021-04-13t12:00:00z", "2021-04-13T12:00:00Z"),
        ("2021-04-13T12:00:00+05", "2021-04-13T12:00:00+05:00"),
        ("2021-04-13T12:00:00-00:00", "2021-04-13T12:00:00Z"),
        ("2021-04-13T12:00:00,5Z", "2021-04-13T12:00:00.5Z"),
        ("20210413T120000Z", "2021-04-13T12:00:00Z"),
        ("20210413T120000+0500", "2021-04-13T12:00:00+05:00"),
        ("Tue, 13 Apr 2021 12:00:00 +0500", "2021-04-13T12:00:00+05:00"),
        ("Tue, 13 Apr 2021 12:00:00 GMT", "2021-04-13T12:00:00Z"),
        ("Tue, 13 Apr 2021 12:00 EST", "2021-04-13T12:00-05:00"),
        ("3 April 2021", "2021-04-03"),
        ("April 3, 2021", "2021-04-03"),
        ("Apr. 13, 2021", "2021-04-13"),
        ("Tuesday, April 13, 2021", "2021-04-13"),
    ],
)
def test_exact_common_variants_are_respelt_and_nothing_is_shifted(value: str, canonical: str) -> None:
    assert normalize(value) == canonical


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2021-02-30",
        "2021-02-29",
        "XXXX-02-30",
        "2021-13",
        "2021-00-10",
        "2021-04-00",
        "0000-01-01",
        "XXXX",
        "XXXX-XX-18",
        "2021-XX-18",
        "202X-04-18",
        "20211-04-18",
        "2021-4-1",
        "2021/04/18",
        "13/04/2021",
        "20210413",
        "1618300800",
        "2021-04-18~",
        "2021-04-18/2021-04-20",
        "2021-04T12:00",
        "2021-04-XXT12:00",
        "2021-04-13T24:00:00",
        "2021-04-13T12:60",
        "2021-04-13T12:00:60Z",
        "2021-04-13T12:00:00+25:00",
        "Tue, 13 Foo 2021 12:00:00 +0500",
        "Tue, 13 Apr 2021 12:00:00 IST",
        "Tue, 13 Apr 21 12:00:00 +0500",
        "٢٠٢١-٠٤-١٨",
        "2021-04-18\n2021-04-19",
        "9" * 100_000,
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        normalize(value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2021", (2021, 1, 1), (2021, 12, 31)),
        ("2021-XX-XX", (2021, 1, 1), (2021, 12, 31)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("1900-02-XX", (1900, 2, 1), (1900, 2, 28)),
        ("2021-04-18", (2021, 4, 18), (2021, 4, 18)),
        ("202X", (2020, 1, 1), (2029, 12, 31)),
        ("000X", (1, 1, 1), (9, 12, 31)),
        ("2021-04-13T23:30:00-05:00", (2021, 4, 13), (2021, 4, 13)),
    ],
)
def test_days_are_the_first_and_the_last_that_a_value_can_mean(
    value: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert days(value) == (dt.date(*first).toordinal(), dt.date(*last).toordinal())


@pytest.mark.parametrize("value", ["XXXX-04-18", "XXXX-04"])
def test_days_of_an_unknown_year_are_not_known(value: str) -> None:
    assert days(value) is None


def test_days_of_no_date_are_refused() -> None:
    with pytest.raises(InvalidValueError):
        days("2021-02-30")


@pytest.mark.parametrize(("name", "number"), [("April", 4), ("apr.", 4), ("Sept.", 9), ("DEC", 12), ("Avril", None)])
def test_months_are_known_by_their_english_names(name: str, number: int | None) -> None:
    assert month_number(name) == number


@given(st.dates())
def test_every_day_of_the_calendar_is_itself(day: dt.date) -> None:
    assert normalize(day.isoformat()) == day.isoformat()
    assert days(day.isoformat()) == (day.toordinal(), day.toordinal())


@given(st.datetimes())
def test_every_time_of_day_is_kept(moment: dt.datetime) -> None:
    assert normalize(moment.isoformat()) == moment.isoformat()


@given(st.text(alphabet="0123456789X-T:+Z .,AprilTue", max_size=32))
def test_normalizing_twice_changes_nothing(value: str) -> None:
    try:
        canonical = normalize(value)
    except InvalidValueError:
        return
    assert normalize(canonical) == canonical
    days(canonical)
