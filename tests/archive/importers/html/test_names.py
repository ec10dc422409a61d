"""Names out of what stands around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.html.names import merged, read_names


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Jane Doe", ("Jane Doe",)),
        ("By JANE DOE and JOHN ROE", ("Jane Doe", "John Roe")),
        ("Jane Doe, John Roe and Ann Poe, Staff Writers", ("Jane Doe", "John Roe", "Ann Poe")),
        ("Written by: Jane Doe | The Harbour Courier", ("Jane Doe",)),
        ("Jane Doe\nApril 3, 2021 3:15 PM", ("Jane Doe",)),
        ("Posted by Jane Doe on April 3, 2021", ("Jane Doe",)),
        ("Author Jane Doe", ("Jane Doe",)),
        ("April Jones", ("April Jones",)),
        ("Jane May", ("Jane May",)),
        ("By Jane Doe Published: 14:03 GMT, 3 June 2021", ("Jane Doe",)),
        ("Jane Doe (@jdoe), jane@courier.example", ("Jane Doe",)),
        ("Jane Doe, M.D., Ph.D.", ("Jane Doe",)),
        ("Dr. Jane Doe", ("Jane Doe",)),
        ("J. R. Doe, Jr.", ("J. R. Doe Jr.",)),
        ("Jane Doe Political Editor", ("Jane Doe",)),
        ("Jane Doe is a senior writer at the Courier.", ("Jane Doe",)),
        ("Jane Doe, Skarvik", ("Jane Doe",)),
        ("Jane Doe Jane Doe", ("Jane Doe",)),
        ("By Jane Doe. Photographs by John Roe", ("Jane Doe",)),
        ("Von Anna Schmidt und Karl Maier, Berlin", ("Anna Schmidt", "Karl Maier")),
        ("Par Jeanne Dupont avec AFP", ("Jeanne Dupont",)),
        ("Por Juan Pérez y Ana Gómez", ("Juan Pérez", "Ana Gómez")),
        ("Ludwig van der Berg", ("Ludwig van der Berg",)),
        ("记者：王小明", ("王小明",)),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Jane Doe, Reuters", ("Jane Doe",)),
        ("By JANE DOE Associated Press", ("Jane Doe",)),
        ("The Associated Press", ("The Associated Press",)),
        ("Our Foreign Staff", ("Our Foreign Staff",)),
        ("From Our Special Correspondent", ("Our Special Correspondent",)),
        ("harbourpilot71", ("harbourpilot71",)),
    ],
)
def test_names_are_read(stated: str, names: tuple[str, ...]) -> None:
    assert read_names(stated) == names


@pytest.mark.parametrize(
    "stated",
    ["", "admin", "Staff", "Staff Writer", "By Editorial Board", "https://courier.example/jane", "3 June 2021",
     "harbour-courier.co.uk", "courier.ir", "Courier.com", "jane@courier.example", "Follow", "Updated 5:30 PM", "Leave a comment", "?", "12345"],
)  # fmt: skip
def test_what_is_nobodys_name_is_not_read(stated: str) -> None:
    assert read_names(stated) == ()


@given(st.text(max_size=320))
def test_any_text_is_read(text: str) -> None:
    for name in read_names(text):
        assert name == " ".join(name.split())
        assert 2 <= len(name) <= 60


def test_a_name_is_stated_once() -> None:
    assert merged([("Jane Doe",), ("JANE DOE", "John Roe")]) == ("Jane Doe", "John Roe")
