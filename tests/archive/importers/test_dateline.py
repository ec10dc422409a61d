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
            {"place": "New York", "agency": "PRNewswire", "published": "2021-04-13"},
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


@given(st.text(alphabet="OSLO Moscow,.()/-–—April 138thIRNAdeD'’", max_size=120))
def test_every_part_stands_where_it_says(line: str) -> None:
    for part in dateline.read(line) or []:
        raw = line[part.start : part.end]
        assert raw == raw.strip() != ""
        if part.field != "published":
            assert "".join(part.value.split()).casefold() == "".join(raw.split()).casefold()
