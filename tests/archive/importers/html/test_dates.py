"""Dates as pages write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import edtf
from archive.importers.html.dates import of_address, place_of, read_date


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-04-13T12:00:00.000+0000", "2021-04-13T12:00:00.000+00:00"),
        ("2021-04-13T12:00:00+02:00[Europe/Berlin]", "2021-04-13T12:00:00+02:00"),
        ("2021-04-13T9:05:00+02:00", "2021-04-13T09:05:00+02:00"),
        ("2021-04-13 12:00", "2021-04-13T12:00"),
        ("Thu Apr 15 2021 10:00:00 GMT+0200 (CEST)", "2021-04-15T10:00:00+02:00"),
        ("Tue, 13 Apr 2021 12:00:00 +0500", "2021-04-13T12:00:00+05:00"),
        ("April 13, 2021 at 3:05 p.m. ET", "2021-04-13T15:05"),
        ("Apr. 13, 2021, 12:10 AM EDT", "2021-04-13T00:10-04:00"),
        ("13. März 2021, 18:30 Uhr", "2021-03-13T18:30"),
        ("13 avril 2021", "2021-04-13"),
        ("1er août 2021", "2021-08-01"),
        ("13 de abril de 2021", "2021-04-13"),
        ("2021年4月3日 10:20", "2021-04-03T10:20"),
        ("13.04.2021", "2021-04-13"),
        ("25/12/2021", "2021-12-25"),
        ("12/25/2021", "2021-12-25"),
        ("20210413", "2021-04-13"),
        ("2021-04", "2021-04"),
        ("2021-04-13T25:61:00", "2021-04-13"),
    ],
)
def test_a_date_is_read(written: str, expected: str) -> None:
    assert read_date(written) == expected


@pytest.mark.parametrize(
    "written",
    ["04/05/2021", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1618315200", "2020-2021", "2021-13-45", "2021",
     "yesterday", "", "31.02.2021", "13 foobar 2021", "1, 2 and 2021 more"],
)  # fmt: skip
def test_what_is_no_date_or_more_than_one_is_not_read(written: str) -> None:
    assert read_date(written) is None


@given(st.text(max_size=90))
def test_what_is_read_is_canonical(text: str) -> None:
    found = read_date(text)
    assert found is None or edtf.normalize(found) == found


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_read_in_every_unambiguous_form(day: date) -> None:
    iso = day.isoformat()
    for form in (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d.%m.%Y",
        "%Y%m%d",
        "%d %B %Y",
        "%B %d, %Y",
        "%a %b %d %Y 00:00:00 GMT+0000",
    ):
        assert (read_date(day.strftime(form)) or "").partition("T")[0] == iso


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("on 2021-03-09 it", "2021-03-09"),
        ("/2021/03/09/ferry", "2021/03/09"),
        ("am 9. März 2021", "9. März 2021"),
        ("May 9, 2021 and March 9th, 2021", "March 9th, 2021"),
        ("9.3.2021", "9.3.2021"),
        ("12021-03-091", ""),
        ("March 2021", ""),
    ],
)
def test_the_place_of_a_day_is_found_in_whatever_form(text: str, said: str) -> None:
    start, end = place_of("2021-03-09", text)
    assert text[start:end] == said


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://courier.example/2021/04/13/ferry", "2021-04-13"),
        ("https://courier.example/world/2021/apr/13/ferry", "2021-04-13"),
        ("https://courier.example/2021-04-13-ferry.html", "2021-04-13"),
        ("https://courier.example/a/20210413/ferry", "2021-04-13"),
        ("https://courier.example/a/202104/13/ferry", "2021-04-13"),
        ("https://courier.example/2021/04/ferry", "2021-04"),
        ("https://courier.example/2021/14/13/ferry", None),
        ("https://courier.example/ferry-20211", None),
        ("https://courier.example/2021/ferry", None),
    ],
)
def test_an_address_may_state_a_date(url: str, expected: str | None) -> None:
    assert of_address(url) == expected
