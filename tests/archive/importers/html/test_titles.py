"""Titles without the name of their site."""

from __future__ import annotations

import pytest

from archive.importers.html.titles import likeness, pieces, without_ending, without_site

SITES = ("The Harbour Courier", "harbourcourier.example", "harbourcourier")


@pytest.mark.parametrize(
    ("title", "bare", "site"),
    [
        ("Ferry sails again | The Harbour Courier", "Ferry sails again", "The Harbour Courier"),
        ("Ferry sails again - Harbour Courier", "Ferry sails again", "Harbour Courier"),
        ("The Harbour Courier: Ferry sails again", "The Harbour Courier: Ferry sails again", None),
        ("HarbourCourier.example :: Ferry sails again", "Ferry sails again", "HarbourCourier.example"),
        ("Ferry sails again | World | The Harbour Courier", "Ferry sails again | World", "The Harbour Courier"),
        ("Ferry sails again – a harbour waits", "Ferry sails again – a harbour waits", None),
        ("The Harbour Courier", "The Harbour Courier", None),
        ("Well-known ferry sails", "Well-known ferry sails", None),
    ],
)
def test_the_name_of_the_site_is_cut_off_where_it_is_known(title: str, bare: str, site: str | None) -> None:
    assert without_site(title, SITES) == (bare, site)


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Ferry sails again after storm - Island News", "Ferry sails again after storm"),
        ("Storm - Ferry sails again after nine days", "Storm - Ferry sails again after nine days"),
        ("Ferry sails - Island News", "Ferry sails - Island News"),
        ("Ferry sails again", "Ferry sails again"),
    ],
)
def test_a_short_ending_is_cut_off_a_longer_title(title: str, bare: str) -> None:
    assert without_ending(title) == bare


def test_likeness_counts_words_without_case_and_accents() -> None:
    assert likeness("Die Fähre fährt wieder", "DIE FAHRE FAHRT WIEDER") == 1
    assert likeness("Ferry sails again", "Bank raises rates") == 0
    assert likeness("", "Ferry") == 0


def test_pieces_are_all_stretches_between_bars() -> None:
    assert pieces("a | b | c") == ["a", "a | b", "a | b | c", "b", "b | c", "c"]
