"""Datelines: place, agency and day, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers import dateline

TEXT = "The ferry returned to the harbour on Tuesday, three years after the storm, its captain said."


def read(line: str) -> dict[str, str] | None:
    parts = dateline.read(line)
    return None if parts is None else {part.field: part.value for part in parts}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Moscow, April 18, IRNA – ", {"place": "Moscow", "agency": "IRNA", "published": "XXXX-04-18"}),
        ("TEHRAN (Tasnim) – ", {"place": "Tehran", "agency": "Tasnim"}),
        ("WASHINGTON (AP) — ", {"place": "Washington", "agency": "AP"}),
        ("LONDON, April 13 (Reuters) - ", {"place": "London", "agency": "Reuters", "published": "XXXX-04-13"}),
        ("LONDON, April 13 (REUTERS) -", {"place": "London", "agency": "Reuters", "published": "XXXX-04-13"}),
        ("TEHRAN, Apr. 13, 2021 (Xinhua) -- ", {"place": "Tehran", "agency": "Xinhua", "published": "2021-04-13"}),
        ("MOSCOW, April 13. /TASS/. ", {"place": "Moscow", "agency": "TASS", "published": "XXXX-04-13"}),
        (
            "NEW YORK, 13 April 2021 /PRNewswire/ -- ",
            {"place": "New York", "agency": "PR Newswire", "published": "2021-04-13"},
        ),
        ("Oslo, Tuesday, April 13th (NTB) – ", {"place": "Oslo", "agency": "NTB", "published": "XXXX-04-13"}),
        ("PARIS, 2021-04-13 — ", {"place": "Paris", "published": "2021-04-13"}),
        ("Washington, D.C. — ", {"place": "Washington, D.C."}),
        ("WASHINGTON, DC - ", {"place": "Washington, DC"}),
        ("ST. LOUIS, Mo. (AP) — ", {"place": "St. Louis, Mo.", "agency": "AP"}),
        ("PARIS — ", {"place": "Paris"}),
        ("PARIS—", {"place": "Paris"}),
        ("RIO DE JANEIRO (AFP) - ", {"place": "Rio de Janeiro", "agency": "AFP"}),
        ("PORT-AU-PRINCE, Haiti (AP) — ", {"place": "Port-au-Prince, Haiti", "agency": "AP"}),
        ("LEE'S SUMMIT, MO - ", {"place": "Lee's Summit, MO"}),
        ("McALLEN, Texas (AP) -- ", {"place": "McAllen, Texas", "agency": "AP"}),
        (
            "MOSCOW/TEHRAN, April 13 (Reuters) - ",
            {"place": "Moscow/Tehran", "agency": "Reuters", "published": "XXXX-04-13"},
        ),
        ("KYIV (Harbour Courier) — ", {"place": "Kyiv", "agency": "Harbour Courier"}),
        ("(Reuters) - ", {"agency": "Reuters"}),
        ("PARIS/BERLIN, Jan 5 (Reuters) -", {"place": "Paris/Berlin", "agency": "Reuters", "published": "XXXX-01-05"}),
        ("BEIJING, March 2 (Xinhua) --", {"place": "Beijing", "agency": "Xinhua", "published": "XXXX-03-02"}),
        ("KYIV, Ukraine (AP) —", {"place": "Kyiv, Ukraine", "agency": "AP"}),
        ("NEW DELHI (PTI): ", {"place": "New Delhi", "agency": "PTI"}),
        ("LONDON: ", {"place": "London"}),
        ("NEW DELHI/MUMBAI: ", {"place": "New Delhi/Mumbai"}),
        ("KARACHI, April 13: ", {"place": "Karachi", "published": "XXXX-04-13"}),
        ("Paris, 3 mai (AFP) ", {"place": "Paris", "agency": "AFP", "published": "XXXX-05-03"}),
        ("Paris, 1er mai 2021 (AFP) - ", {"place": "Paris", "agency": "AFP", "published": "2021-05-01"}),
        ("PARIS, lundi 3 mai (AFP) – ", {"place": "Paris", "agency": "AFP", "published": "XXXX-05-03"}),
        ("BERLIN (dpa) - ", {"place": "Berlin", "agency": "dpa"}),
        ("Berlin, 13. April (DPA) – ", {"place": "Berlin", "agency": "dpa", "published": "XXXX-04-13"}),
        ("MADRID (EFE).- ", {"place": "Madrid", "agency": "EFE"}),
        ("Madrid, 13 abr (EFE).- ", {"place": "Madrid", "agency": "EFE", "published": "XXXX-04-13"}),
        ("Lisboa, 13 de abril de 2021 (Lusa) – ", {"place": "Lisboa", "agency": "Lusa", "published": "2021-04-13"}),
        ("(ANSA) - ROMA, 13 APR - ", {"place": "Roma", "agency": "ANSA", "published": "XXXX-04-13"}),
        ("МОСКВА, 13 апр — РИА Новости. ", {"place": "Москва", "agency": "RIA Novosti", "published": "XXXX-04-13"}),
        ("МОСКВА, 13 апреля. /ТАСС/. ", {"place": "Москва", "agency": "TASS", "published": "XXXX-04-13"}),
        ("Москва. 13 апреля. INTERFAX.RU - ", {"place": "Москва", "agency": "Interfax", "published": "XXXX-04-13"}),
        ("TEHRAN – Tasnim – ", {"place": "Tehran", "agency": "Tasnim"}),
        ("Tehran, Iran – ", {"place": "Tehran, Iran"}),
        ("MOSCOW. April 13 (Interfax) - ", {"place": "Moscow", "agency": "Interfax", "published": "XXXX-04-13"}),
        ("新华社北京4月13日电 ", {"place": "北京", "agency": "Xinhua", "published": "XXXX-04-13"}),
        ("(서울=연합뉴스) ", {"place": "서울", "agency": "Yonhap"}),
    ],
)
def test_a_dateline_gives_what_it_states(head: str, expected: dict[str, str]) -> None:
    assert read(head + TEXT) == expected


@pytest.mark.parametrize(
    "line",
    [
        TEXT,
        f"April 13th, {TEXT}",
        f"April 13 – {TEXT}",
        f"Tuesday – {TEXT}",
        f"BREAKING — {TEXT}",
        f"UPDATE 1 - {TEXT}",
        f"NATO – {TEXT}",
        f"U.S. – {TEXT}",
        f"Captain – {TEXT}",
        f"Wailuku, Maui - {TEXT}",
        f"Jane Doe, April 13, 2021 – {TEXT}",
        f"JANE DOE (D-HI) - {TEXT}",
        f"Jane Doe (Harbour) - {TEXT}",
        f"COUNCIL COMMENTS ON FERRY - {TEXT}",
        f"OSLO, Feb. 30 (NTB) – {TEXT}",
        f"OSLO, 13/4/2021 (NTB) – {TEXT}",
        f"OSLO, Harbour, Pier, Ferry (NTB) – {TEXT}",
        f"LONDON BRIDGE: {TEXT}",
        f"NOTE: {TEXT}",
        f"HARBOUR: {TEXT}",
        f"Captain Doe: {TEXT}",
        f"London: the {TEXT}",
        f"Jane Doe (Harbour) {TEXT}",
        f"Oslo (AP) {TEXT}",
        "LONDON: Ten Days in the City",
        "The captain – Jane Doe – said that the ferry would return.",
        "Oslo–Bergen trains: The line opens again on Tuesday.",
        "LONDON — Ten Days in the City",
        "OSLO (NTB) – and back",
        "OSLO (NTB) –",
        "— ",
        "",
    ],
)
def test_what_is_not_plainly_a_dateline_gives_nothing(line: str) -> None:
    assert read(line) is None


def test_a_credit_that_names_two_agencies_gives_both_the_first_one_first() -> None:
    parts = dateline.read(f"PARIS (AFP/Reuters) - {TEXT}")
    assert parts is not None
    assert [part.value for part in parts if part.field == "agency"] == ["AFP", "Reuters"]


@given(st.text(alphabet="OSLO Moscow,.()/-–—April 138thIRNAdeD'’", max_size=120))
def test_every_part_stands_where_it_says(line: str) -> None:
    for part in dateline.read(line) or []:
        raw = line[part.start : part.end]
        assert raw == raw.strip() != ""
        if part.field == "place":
            assert "".join(part.value.split()).casefold() == "".join(raw.split()).casefold()
