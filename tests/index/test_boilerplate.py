"""Boilerplate is in the archive and not in the index: it is neither found nor shown, and no phrase reaches over it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index.search import Request
from index.segment import collector
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex, matched

if TYPE_CHECKING:
    from index.hits import Hit

MENU = "Home Sport Post a comment"
STORY = "The ferry is back in the harbour."
REST = "Its captain met the council."
TAIL = "Related news\nPilots strike"


def made(*pieces: str, title: str | None = None) -> Clipping:
    """Make a clipping of pieces, those without a full stop being boilerplate."""
    text, spans = "", []
    for piece in pieces:
        if not piece.endswith("."):
            spans.append((len(text), len(text) + len(piece)))
        text += piece + "\n"
    return Clipping(text=text, title=title, boilerplate=tuple(spans))


@pytest.fixture(params=["few", "many"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Index by the way for few tokens, or by the way for many."""
    monkeypatch.setattr(collector, "FEW", 1 << 40 if request.param == "few" else -1)


def only_hit(index: NotedIndex, query: str) -> Hit:
    (hit,) = index.search(Request(query=query))
    return hit


@pytest.mark.usefixtures("either_way")
def test_what_is_boilerplate_is_not_found(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, [made(MENU, STORY, TAIL), made(STORY), made(MENU)])
    with index.view() as view:
        assert matched(view, "comment") == []
        assert matched(view, '"post a comment"') == []
        assert matched(view, "strike OR sport") == []
        assert matched(view, "ferry") == positions[:2]
    assert index.found("strik*") == []


@pytest.mark.usefixtures("either_way")
def test_no_phrase_reaches_over_a_cut(archive: Archive, index: NotedIndex) -> None:
    cut, whole = add_all(archive, [made(STORY, MENU, REST, MENU, STORY), made(STORY, REST)])
    with index.view() as view:
        assert matched(view, '"harbour its captain"') == [whole]
        assert matched(view, '"the council the ferry"') == []
        assert matched(view, '"met the council"') == [cut, whole]
        assert matched(view, '"ferry is back"') == [cut, whole]


def test_the_length_of_a_text_is_what_is_left_of_it(archive: Archive, index: NotedIndex) -> None:
    long, short = add_all(archive, [made(*[MENU] * 40, STORY), made(STORY)])
    scores = dict(index.scored("ferry"))
    assert scores[long] == scores[short]


def test_a_snippet_shows_none_of_it(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, [made(MENU, STORY, TAIL)])
    hit = only_hit(index, "ferry")
    assert hit.snippet.text == STORY
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["ferry"]
    assert hit.heading == STORY


def test_an_article_that_is_all_boilerplate_can_still_be_shown(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, [Clipping(text=MENU, title="Ferry Is Back", boilerplate=((0, len(MENU)),))])
    assert only_hit(index, "title:ferry").snippet.text == MENU


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([MENU, STORY, REST, TAIL]), min_size=1, max_size=6))
def test_a_phrase_is_found_just_where_one_passage_has_it(pieces: list[str]) -> None:
    passages: list[list[str]] = [[]]
    for piece in pieces:
        if piece.endswith("."):
            passages[-1].append(piece)
        else:
            passages.append([])
    with TemporaryDirectory() as folder, Archive.create(Path(folder, "archive")) as archive:
        index = NotedIndex(archive)
        [position] = add_all(archive, [made(*pieces)])
        for query, words in (("harbour its captain", (STORY, REST)), ("council the ferry", (REST, STORY))):
            there = any(words == pair for passage in passages for pair in pairwise(passage))
            assert index.found(f'"{query}"') == ([position] if there else [])
