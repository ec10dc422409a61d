"""Proximity: articles in which the words stand together come first."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import proximity
from index.nearness import closeness_of_all
from index.proximity import near_terms, rerank, shortest_stretch
from index.query.grammar import parse
from index.search import Request
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex

FILL = "the ships came in and the ships went out again on that day "


@st.composite
def places(draw: st.DrawFn) -> list[list[int]]:
    """Lists of places, ascending; no place is in two of them, as a token has one term."""
    owners = draw(st.dictionaries(st.integers(0, 30), st.integers(0, 3), min_size=1, max_size=14))
    lists = [sorted(place for place, owner in owners.items() if owner == number) for number in range(4)]
    return [found for found in lists if found]


@given(places())
def test_the_shortest_stretch_is_what_trying_all_finds(lists: list[list[int]]) -> None:
    tried = min(max(chosen) - min(chosen) + 1 for chosen in product(*lists))
    assert shortest_stretch(lists) == tried


def test_words_side_by_side_come_before_words_apart(archive: Archive, index: NotedIndex) -> None:
    apart = add(archive, f"Natanz {FILL * 3} sabotage {FILL}")
    together = add(archive, f"{FILL * 3} Natanz sabotage {FILL}")
    assert index.found("natanz sabotage") == [together, apart]
    assert index.found("sabotage natanz") == [together, apart]


def test_two_words_side_by_side_double_a_score(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "the harbour pilot waited")
    ((_, one),) = index.scored("text:harbour")
    ((_, other),) = index.scored("text:pilot")
    assert dict(index.scored("harbour pilot")) == pytest.approx({position: 2 * (one + other)})
    # Three tokens from the first to the last: half as near.
    ((_, waited),) = index.scored("text:waited")
    assert dict(index.scored("harbour waited")) == pytest.approx({position: 1.5 * (one + waited)})


def test_words_in_different_fields_are_not_together(archive: Archive, index: NotedIndex) -> None:
    add(archive, "the pilot waited", title="In the harbour")
    ((_, both),) = index.scored("harbour pilot")
    parts = [score for word in ("harbour", "pilot") for _, score in index.scored(word)]
    assert both == pytest.approx(sum(parts))


def test_where_any_word_will_do_nothing_has_to_be_near(archive: Archive, index: NotedIndex) -> None:
    add(archive, "harbour pilot one")
    plain = sum(index.scored(word)[0][1] for word in ("harbour", "pilot"))
    assert index.scored("harbour pilot zzz", any_word=True)[0][1] == pytest.approx(plain)
    assert near_terms(parse("(harbour OR pilot) -storm")) == []


def test_near_are_the_words_that_every_hit_has() -> None:
    assert near_terms(parse('ship "old harbours" (a OR b) title:pilot publisher:courier -storm')) == [
        "ship",
        "old",
        "harbour",
        "pilot",
    ]
    # A phrase is near as it is.
    assert near_terms(parse('"old harbours" publisher:courier')) == []


def test_a_hit_below_the_window_never_overtakes(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proximity, "WINDOW", 3)
    positions = add_all(
        archive, [Clipping(text=f"{'harbour ' * (9 - number)} {'x ' * 5} pilot number {number}") for number in range(8)]
    )
    near = add(archive, f"harbour pilot {FILL * 2}")
    hits = index.scored("harbour pilot")
    assert sorted(position for position, _ in hits) == [*positions, near]
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert near in [position for position, _ in hits[3:]]


def test_the_first_hits_are_the_same_however_many_are_wanted(archive: Archive, index: NotedIndex) -> None:
    fills = ["", FILL, FILL * 2, "x", "x y z"]
    texts = [f"harbour {fill} pilot {'harbour ' * (number % 7)} {FILL}" for number, fill in enumerate(fills * 15)]
    add_all(archive, [Clipping(text=f"{text} {number}") for number, text in enumerate(texts)])
    everything = index.scored("harbour pilot")
    for wanted in (1, 5, 30):
        for count in (True, False):
            request = Request(query="harbour pilot", limit=wanted, count=count)
            assert list(index.search(request).page) == everything[:wanted]


def test_one_word_has_nothing_to_stand_near(archive: Archive, index: NotedIndex) -> None:
    add(archive, "harbour")
    with index.view() as view:
        assert rerank(view, [(0, 1.0)], ["harbour"], 5) == [(0, 1.0)]
        assert rerank(view, [], ["harbour", "pilot"], 5) == []


@given(texts=st.lists(st.text("ab x", min_size=1, max_size=60), min_size=1, max_size=12), split=st.integers(0, 12))
@settings(deadline=None, max_examples=30)
def test_how_close_words_stand_is_the_same_with_numpy(texts: list[str], split: int) -> None:
    clippings = [
        Clipping(text=f"{text} a end {number}", title=f"{text[::-1]} b" if number % 2 else None)
        for number, text in enumerate(texts)
    ]
    with TemporaryDirectory() as folder, Archive.create(Path(folder) / "archive") as archive:
        index = NotedIndex(archive)
        for some in (clippings[:split], clippings[split:]):
            add_all(archive, some)
            index.catch_up()
        with index.view() as view:
            every = list(range(view.limit))
            for terms in (["a", "b"], ["b", "end"], ["a", "unheard"], ["a", "b", "end"]):
                found = proximity.closeness(view, every, terms)
                assert closeness_of_all(view, every, terms) == found
