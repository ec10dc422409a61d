"""Credits: whose text it is, who only helped, and lines that only mention an agency."""

from __future__ import annotations

import pytest

from archive.importers import credit_lines
from archive.importers.agencies import agency_named, known_agency, known_wire
from archive.importers.lines import top_lines
from archive.importers.months import month_number, weekday_number

SENTENCE = "The ferry returned to the harbour on Tuesday, three years after the storm, its captain said."


def at_the_end(line: str) -> list[tuple[str, object]]:
    found = list(credit_lines.at_the_end(top_lines(line)))
    for credit in found:
        if isinstance(credit.value, str) and credit.field == "publisher":
            assert line[credit.start : credit.end] == credit.value
    return [(credit.field, credit.value) for credit in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("© AFP 2021", [("agency", "AFP")]),
        ("© 2021 AFP", [("agency", "AFP")]),
        ("(c) 2021 dpa", [("agency", "dpa")]),
        ("Copyright 2021 The Associated Press. All rights reserved.", [("agency", "AP")]),
        ("© 2021 Harbour Courier. All rights reserved.", [("publisher", "Harbour Courier")]),
        ("Copyright © 2019-2021 Harbour Courier", [("publisher", "Harbour Courier")]),
        ("© J. Doe 2021", [("publisher", "J. Doe")]),
        ("Source: Xinhua", [("agency", "Xinhua")]),
        ("Source: Xinhua| 2021-04-13 23:35:08|Editor: doe", [("agency", "Xinhua")]),
        ("Quelle: dpa", [("agency", "dpa")]),
        ("Источник: ТАСС", [("agency", "TASS")]),
        ("Source: Reuters/AFP", [("agency", "Reuters"), ("agency", "AFP")]),
        ("(AFP)", [("agency", "AFP")]),
        ("(dpa/jd)", [("agency", "dpa")]),
        ("Reporting by Jane Doe; Editing by John Roe", [("authors", ("Jane Doe",))]),
        ("— Reuters", [("agency", "Reuters")]),
        (f"{SENTENCE} (Reuters)", [("agency", "Reuters")]),
        (f"{SENTENCE} — AP", [("agency", "AP")]),
        (f"{SENTENCE} /APA/", [("agency", "APA")]),
        ("This article was originally published by Reuters", [("agency", "Reuters")]),
        ("The Associated Press contributed to this report.", [("contributor", "AP")]),
        ("AFP and Reuters contributed to this report.", [("contributor", "AFP"), ("contributor", "Reuters")]),
        ("— with AP", [("contributor", "AP")]),
        ("(With inputs from PTI)", [("contributor", "PTI")]),
        ("Mit Material von dpa", [("contributor", "dpa")]),
        ("(Le Courrier avec AFP)", [("contributor", "AFP")]),
        ("Con información de EFE", [("contributor", "EFE")]),
        (
            "(Reporting by Jane Doe in Oslo and John Roe in New Quay; Editing by Ann Poe)",
            [("authors", ("Jane Doe", "John Roe"))],
        ),
        (f"{SENTENCE} (Reporting by Jane Doe)", [("authors", ("Jane Doe",))]),
    ],
)
def test_a_credit_says_whose_it_is(line: str, expected: list[tuple[str, object]]) -> None:
    assert at_the_end(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        SENTENCE,
        "Jane Doe contributed to this report.",
        "The captain told Reuters",
        "Source: the captain",
        "Copyright law must change",
        "© All rights reserved",
        "Copyright holders met the council",
        "(Additional reporting by John Roe)",
        f"{SENTENCE} (Harbour)",
        "The talks went on with AP Moller",
        "Photo: AP",
        "CNN",
        "",
    ],
)
def test_other_lines_credit_nobody(line: str) -> None:
    assert at_the_end(line) == []


@pytest.mark.parametrize(("line", "agency"), [("Associated Press", "AP"), ("Source: Xinhua", "Xinhua"), ("(AP)", "AP")])
def test_a_line_of_a_heading_may_be_a_credit(line: str, agency: str) -> None:
    (credit,) = credit_lines.in_heading(top_lines(line))
    assert (credit.field, credit.value) == ("agency", agency)


def test_a_line_of_a_heading_that_says_more_is_none() -> None:
    assert list(credit_lines.in_heading(top_lines("Reuters Moves Its Harbour Desk\nOslo"))) == []


# The table of agencies


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("REUTERS", "Reuters"),
        ("The Associated Press", "AP"),
        ("the Tasnim News Agency", "Tasnim"),
        ("Agencia EFE", "EFE"),
        ("ТАСС", "TASS"),
        ("新华社", "Xinhua"),
        ("Islamic Republic News Agency", "IRNA"),
        ("DPA", "dpa"),
    ],
)
def test_an_agency_has_one_name(written: str, name: str) -> None:
    assert known_agency(written) == known_wire(written) == name


@pytest.mark.parametrize("name", ["Spa", "map", "Harbour Courier", "", "News", "The", "x" * 100])
def test_what_is_no_agencys_name_is_none(name: str) -> None:
    assert known_agency(name) is None


def test_a_broadcaster_is_no_wire() -> None:
    assert known_agency("CNN") == "CNN"
    assert known_wire("CNN") is None


def test_every_agency_has_the_country_of_its_seat() -> None:
    irna = agency_named("IRNA")
    assert irna is not None
    assert (irna.name, irna.country, irna.wire) == ("IRNA", "IR", True)


# Months and weekdays


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("April", 4),
        ("avr.", 4),
        ("März", 3),
        ("enero", 1),
        ("dicembre", 12),
        ("outubro", 10),
        ("апреля", 4),
        ("Sept.", 9),
    ],
)
def test_months_are_known_in_seven_languages(name: str, number: int) -> None:
    assert month_number(name) == number


def test_weekdays_count_from_monday_and_other_words_are_none() -> None:
    assert [weekday_number(name) for name in ("Monday", "dienstag", "mercredi", "domingo")] == [1, 2, 3, 7]
    assert month_number("Harbour") is None
    assert weekday_number("") is None
