"""The projection: which index documents the log makes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from archive import edtf
from index.projection import documents, published_moment
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from archive.archive import Archive

DAY = 86_400


@pytest.mark.parametrize(
    ("published", "moment"),
    [
        (None, None),
        ("XXXX-04-18", None),
        ("1970", 0),
        ("1970-01", 0),
        ("1970-01-02", DAY),
        ("1970-XX-XX", 0),
        ("197X", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("1970-01-01T05:00:00+05:00", 0),
        ("1970-01-01T12:00", DAY // 2),
        ("2021-04-13T12:00:00.123456789Z", 1_618_315_200),
        ("0001-01-01T00:00:00+14:00", (1 - 719_163) * DAY - 14 * 3600),
        ("9999-12-31T23:59:59-12:00", (date(9999, 12, 31).toordinal() - 719_163 + 1) * DAY - 1 + 12 * 3600),
    ],
)
def test_a_date_sorts_by_its_first_moment(published: str | None, moment: int | None) -> None:
    days = edtf.days(published) if published is not None else None
    assert published_moment(published, days) == moment


def test_each_version_is_a_document_in_the_order_of_the_log(archive: Archive) -> None:
    positions = add_all(
        archive,
        [
            Clipping(text="Ships came in.", title="Ships", key="k"),
            Clipping(text="Storm"),
            Clipping(text="No ships came in.", title="Ships", key="k"),
        ],
    )
    found = list(documents(archive, 0, archive.size()))
    assert [document.position for document in found] == positions
    assert [document.supersedes for document in found] == [None, None, positions[0]]
    read = [(document.title, document.passages) for document in found[:2]]
    assert read == [("Ships", ("Ships came in.",)), ("", ("Storm",))]
    assert [document.position for document in documents(archive, positions[1], positions[2])] == [positions[1]]


def test_a_capture_older_than_the_current_one_supersedes_itself(archive: Archive) -> None:
    positions = [
        add(archive, text, key="k", captured=f"{year}-01-01T00:00:00Z")
        for text, year in (("one", 2020), ("two", 2022), ("three", 2021), ("four", 2023))
    ]
    superseded = [document.supersedes for document in documents(archive, 0, archive.size())]
    assert superseded == [None, positions[0], positions[2], positions[1]]


def test_names_go_under_the_fields_that_a_query_knows(archive: Archive) -> None:
    add(archive, "Ships", publisher="Harbour News", authors=("Ann Bell", "Cy Dorn"), language="pt-BR", tags=("x",))
    (document,) = documents(archive, 0, archive.size())
    assert document.names == {
        "publisher": ("Harbour News",),
        "author": ("Ann Bell", "Cy Dorn"),
        "language": ("pt-BR",),
        "tag": ("x",),
        "origin": ("given",),
    }


@pytest.mark.parametrize(
    ("published", "days"),
    [
        ("2021", (date(2021, 1, 1), date(2021, 12, 31))),
        ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2021-04-13T23:30:00-11:00", (date(2021, 4, 13), date(2021, 4, 13))),
    ],
)
def test_a_date_is_the_days_that_it_may_mean(archive: Archive, published: str, days: tuple[date, date]) -> None:
    add(archive, "Ships", published=published)
    (document,) = documents(archive, 0, archive.size())
    assert document.days == tuple(day.toordinal() for day in days)


def test_what_has_no_year_has_no_days(archive: Archive) -> None:
    add(archive, "Ships", published="XXXX-04-18")
    (document,) = documents(archive, 0, archive.size())
    assert (document.days, document.published) == (None, None)
