"""`morgue cite`, and citations as formats of `search`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import rispy
from pybtex.database import parse_string

from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.cli.process import Finished
    from tests.sessions import Place


def said(place: Place, *words: str, stdin: bytes = b"") -> Finished:
    return morgue(place, "--archive", "archive", *words, stdin=stdin)


def test_a_file_of_each_style_is_read_by_others(filled: Place) -> None:
    positions = ["1", "2", "3", "4", "5"]
    bibtex = parse_string(said(filled, "cite", *positions, "--style", "bibtex").stdout, "bibtex")
    assert len(bibtex.entries) == 5
    ris = rispy.loads(said(filled, "cite", *positions, "--style", "ris").stdout)
    csl = json.loads(said(filled, "cite", *positions, "--style", "csl-json").stdout)
    assert [one["id"] for one in ris] == [one["id"] for one in csl] == list(bibtex.entries)
    assert [one["custom"]["position"] for one in csl] == [1, 2, 3, 4, 5]
    assert len(said(filled, "cite", *positions).lines) == 5


def test_a_search_cites_what_it_found(filled: Place) -> None:
    cited = json.loads(said(filled, "search", "fits", "--at", "3", "--format", "csl-json").stdout)
    assert [one["custom"]["position"] for one in cited] == [2]
    assert json.loads(said(filled, "search", "zzzz", "--format", "csl-json").stdout) == []
    found = parse_string(said(filled, "search", "lamp", "--format", "bibtex").stdout, "bibtex")
    assert len(found.entries) == 3


def test_two_citations_of_the_same_bytes_have_keys_apart(filled: Place) -> None:
    cited = json.loads(said(filled, "cite", "1", "1", "--style", "csl-json").stdout)
    assert cited[1]["id"] == f"{cited[0]['id']}-2"


def test_ids_are_read_from_standard_input_and_wrong_ones_told(filled: Place) -> None:
    ids = said(filled, "search", "lamp", "--format", "ids").stdout.encode()
    assert len(said(filled, "cite", "-", stdin=ids).lines) == 3
    done = said(filled, "cite", "-", stdin=b"1\n\nnone-such\n3\tadded\n")
    assert (done.code, len(done.lines)) == (3, 2)
    assert done.stderr.startswith("-:3: ")


@pytest.mark.parametrize(("words", "code"), [(["none-such"], 4), (["1", "--style", "apa"], 2), ([], 2)])
def test_what_cannot_be_cited_is_an_error(filled: Place, words: list[str], code: int) -> None:
    assert said(filled, "cite", *words).code == code
