"""Bylines: the names without roles, and lines that only begin like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers import byline


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("by YCPress", ("YCPress",)),
        ("By Jane Doe", ("Jane Doe",)),
        ("By: Jane Doe", ("Jane Doe",)),
        ("Written by Jane Doe", ("Jane Doe",)),
        ("Author: Jean-Luc de la Tour", ("Jean-Luc de la Tour",)),
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("By Jane Doe, John Roe, and Ann Poe", ("Jane Doe", "John Roe", "Ann Poe")),
        ("BY JANE DOE AND JOHN ROE", ("Jane Doe", "John Roe")),
        ("By JANE DOE, Staff Writer", ("Jane Doe",)),
        ("By J.D. O'NEIL-ROE, Harbour Courier Press", ("J.D. O'Neil-Roe",)),
        ("By Jane Doe, Jr., and John Roe III", ("Jane Doe, Jr.", "John Roe III")),
        ("By Dr. Jane Doe", ("Jane Doe",)),
        ("By Senators Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("By Jane Doe in Oslo", ("Jane Doe",)),
        ("By Jane Doe for the Harbour Courier", ("Jane Doe",)),
        ("By Jane Doe | May 5, 2021", ("Jane Doe",)),
        ("By Jane Doe (Oslo)", ("Jane Doe",)),
        ("By JANE DOE and JOHN ROE April 13, 2021 GMT", ("Jane Doe", "John Roe")),
        ("By Jane Doe 13 April 2021", ("Jane Doe",)),
        ("By May Smith", ("May Smith",)),
        ("By REUTERS", ("Reuters",)),
        ("By The Associated Press", ("AP",)),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Autor: Jane Doe", ("Jane Doe",)),
        ("Text: Jane Doe", ("Jane Doe",)),
        ("By Jane Doe jane@harbour.example", ("Jane Doe",)),
        ("By Jane Doe and Jane Doe", ("Jane Doe",)),
    ],
)
def test_a_byline_gives_its_names(line: str, names: tuple[str, ...]) -> None:
    found = byline.read(line)
    assert found is not None
    assert found.names == names
    assert line[found.start : found.end].casefold().startswith(names[0].casefold()[:3]) or found.agency is not None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Von Jane Doe und John Roe", ("Jane Doe", "John Roe")),
        ("Par Jane Doe et John Roe", ("Jane Doe", "John Roe")),
        ("Por Juana Pérez", ("Juana Pérez",)),
        ("Jane Doe, Staff Writer", ("Jane Doe",)),
    ],
)
def test_what_may_be_something_else_is_a_byline_behind_a_title_only(line: str, names: tuple[str, ...]) -> None:
    found = byline.read(line, behind_title=True)
    assert found is not None
    assert found.names == names
    assert byline.read(line) is None


@pytest.mark.parametrize(
    ("line", "agency", "written"),
    [
        ("By Jane Doe, Reuters", "Reuters", "Reuters"),
        ("By JANE DOE, Associated Press Writer", "AP", "Associated Press"),
        ("By Jane Doe and John Roe | AP", "AP", "AP"),
        ("By Jane Doe (Reuters)", "Reuters", "Reuters"),
        ("By Jane Doe for AFP", "AFP", "AFP"),
        ("By Jane Doe and Reuters", "Reuters", "Reuters"),
        ("By Agence France-Presse", "AFP", "Agence France-Presse"),
        ("By Reuters Staff", "Reuters", "Reuters Staff"),
    ],
)
def test_a_wire_in_a_byline_is_kept_apart_from_the_names(line: str, agency: str, written: str) -> None:
    found = byline.read(line)
    assert found is not None
    assert found.agency is not None
    assert found.agency.name == agency
    assert line[found.agency.start : found.agency.end] == written


@pytest.mark.parametrize("line", ["By Jane Doe, Harbour Courier", "By Jane Doe, BBC News", "By Jane Doe | Oslo"])
def test_an_outlet_in_a_byline_is_no_wire(line: str) -> None:
    found = byline.read(line)
    assert found is not None
    assert found.agency is None


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the town was cut off",
        "By Monday",
        "By Land and Sea",
        "By the river",
        "By Popular Demand",
        "By The Numbers",
        "By Oslo",
        "By",
        "Bystanders Saw It",
        "Von Trapp Family Returns",
        "Doe and Roe, Editors",
        "Jane Doe, Oslo",
        "Par for the Course",
        "Jane Doe",
        "By " + "Jane Doe, " * 40,
    ],
)
def test_a_line_that_only_begins_like_a_byline_is_none(line: str) -> None:
    assert byline.read(line) is None


@given(st.text(alphabet="By JaneDOE,;&|and.'-inSr ", max_size=130))
def test_names_stand_where_they_say(text: str) -> None:
    found = byline.read("By " + text)
    if found is not None:
        raw = ("By " + text)[found.start : found.end]
        assert raw == raw.strip() != ""
        assert all(name.split()[0].casefold() in raw.casefold() for name in found.names)
