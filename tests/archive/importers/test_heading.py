"""Titles: the last line of the heading or the repeated one, and none where it is in doubt."""

from __future__ import annotations

import pytest

from archive.importers import heading
from archive.importers.lines import top_lines

PROSE = (
    "The ferry returned to the harbour on Tuesday, three years after the storm that had torn it from its moorings, "
    "and the town's council voted to keep it in service until the bridge is finished next summer."
)
SHORT = "The ferry is back."
TITLE = "Ferry Returns After Three Years"


def title(text: str) -> str | None:
    found = heading.read(top_lines(text)).title
    return None if found is None else text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}\n\n{PROSE}",
        f"{TITLE}\n{PROSE}",
        f"{TITLE}\r\n\r\n{PROSE}",
        f"\n\n  {TITLE}  \n{PROSE}",
        f"{TITLE}\n{SHORT}",
        f"{TITLE}\nOSLO (NTB) – The ferry is back, at last",
        f"May 28, 2024\n\nHarbour News\n\nAll the News of the Port\n\n{TITLE}\n\n{PROSE}",
        f"{TITLE}\n\nMay 28, 2024\n\n{PROSE}",
        f"{TITLE}\nUpdated 3:04 PM EDT, Tue May 28, 2024\n{PROSE}",
        f"{TITLE}\n3 hours ago\n{PROSE}",
        f"{TITLE}\n\nBy Jane Doe\n\n{PROSE}",
        f"{TITLE}\nBy Jane Doe, Staff Writer\nA Caption Without a Stop\n{PROSE}",
        f"By Jane Doe\n{TITLE}\n{PROSE}",
        f"{TITLE}\nSource of the photo:\n{PROSE}",
        f"{TITLE}\nShare this\nPrint\n{PROSE}",
        f"Home | News | Port\n{TITLE}\n{PROSE}",
        f"{TITLE}\nPhoto: Jane Doe\n{PROSE}",
        f"{TITLE}\nhttps://courier.example/ferry\n{PROSE}",
        f"{TITLE}\n\n{TITLE}\n\n{PROSE}",
        f"Harbour Courier {TITLE}\n{TITLE}\n\n{TITLE}\n\nby NTBPress\n\n{PROSE}",
        # What says in other words what the title says is its summary.
        f"{TITLE}\nTown Votes for Crossing\nThe ferry returns after three years. {PROSE}",
    ],
)
def test_the_title_is_found(text: str) -> None:
    assert title(text) == TITLE


def test_a_repeated_line_may_be_a_sentence() -> None:
    sentence = "The ferry has returned to the harbour after three years."
    assert title(f"Home Port {sentence}\n{sentence}\n\n{sentence}\n\n{PROSE}") == sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        PROSE,
        SHORT,
        TITLE,
        f"{SHORT}\n\n{PROSE}",
        f"{PROSE}\n\n{TITLE}\n\n{PROSE}",
        f"Source of the photo:\n\n{PROSE}",
        f"May 28, 2024\n\n{PROSE}",
        f"By Jane Doe\n\n{PROSE}",
        f"Ferry\n\n{PROSE}",
        f"ferry returns after three years\n\n{PROSE}",
        "The ferry returned to the harbour on Tuesday, three years after the\nstorm that had torn it away.\n\nBack.",
        "The mayor of the town by the sea spoke on the telephone with\nMinister Doe.\n\nHe is back.",
        f"The Ferry Returns to the Harbour After Three Years of Repairs and\nOther Delays\n\n{SHORT}\n",
        f"The ferry is back,\n\n{PROSE}",
        f"The ferry returned. Nobody had thought that it would return again\n\n{PROSE}",
        f"LONDON (PA) — {PROSE}\n\n{PROSE}",
        "\n".join(["Home Page", "The Port", "The Town", "The Sea"] * 5) + f"\n{PROSE}",
        "One Line\nOther Line\nThird Line",
        "x" * 10_000,
        f"{'A word ' * 30}\n{PROSE}",
    ],
)
def test_there_is_none_where_it_is_in_doubt(text: str) -> None:
    assert title(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "May 28, 2024",
        "Tuesday, 28 May 2024",
        "28.05.2024",
        "2024-05-28 12:00 GMT",
        "Published: May 28, 2024 at 3:04 pm",
        "Last updated 28 May 2024",
        "2 hours ago",
    ],
)
def test_a_line_of_a_date_is_known(line: str) -> None:
    assert heading.is_date(line)


@pytest.mark.parametrize("line", ["May Day", "28 Dead in Ferry Storm", "The ferry of 2024", ""])
def test_a_line_with_more_than_a_date_is_none(line: str) -> None:
    assert not heading.is_date(line)
