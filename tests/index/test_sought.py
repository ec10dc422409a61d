"""What is marked in hits: words that are wanted together only where they stand so, in any spelling."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.aliases import Aliases
from index.evaluate import plan_query
from index.query.grammar import parse, parse_literal
from index.search import Request
from index.snippets import snippet
from index.sought import Together, Way, sought_of, standing
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from archive.archive import Archive
    from tests.index.searching import NotedIndex

WORDS = "abcd"
ONE = st.frozensets(st.sampled_from(WORDS), min_size=1, max_size=2)
WAYS = st.lists(ONE, min_size=1, max_size=2).map(tuple)
OPERANDS = st.lists(st.lists(WAYS, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple)
SOUGHT = st.builds(Together, OPERANDS, st.integers(1, 3), st.booleans())


def chains(words: list[str], together: Together) -> set[int]:
    """Return the places in all choices of an occurrence of each operand that stand near one another, one by one."""

    def occurrences(way: Way) -> list[range]:
        starts = range(len(words) - len(way) + 1)
        return [range(at, at + len(way)) for at in starts if all(words[at + n] in terms for n, terms in enumerate(way))]

    def near(one: range, other: range) -> bool:
        if one.stop <= other.start:
            return other.start - one.stop < together.distance
        return not together.ordered and other.stop <= one.start and one.start - other.stop < together.distance

    choices = product(*([found for way in ways for found in occurrences(way)] for ways in together.operands))
    return {
        place
        for choice in choices
        if all(near(one, other) for one, other in pairwise(choice))
        for found in choice
        for place in found
    }


@given(st.lists(st.sampled_from([*WORDS, "e"]), max_size=12), SOUGHT)
def test_law_those_places_stand_together_that_are_in_a_chain(words: list[str], together: Together) -> None:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    expected = chains(words, together)
    assert standing(together, places) == expected
    shown = snippet(" ".join(words), (), together=[together], width=1000)
    assert len(shown.marks) == len(expected)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ('"dark harbour"', "dark harbour"),
        ("dark NEAR/2 harbour", "harbour dark dark harbour"),
        ("harbour ADJ/2 dark", "harbour dark"),
        ('"dark harbour" OR pilot', "pilot dark harbour"),
        ('"dark harbour" dark', "dark dark dark harbour"),
        ('dark -"old harbour"', "dark dark dark"),
        ("dark-harbour", "dark harbour"),
        ("dark ADJ/1 harb*", "dark harbour"),
        ('text:"Sergei Oduya"', "Sergey Oduya"),
        ("QTA", "Quellin Tide Accord"),
        ('publisher:"Dark Harbour" pilot', "pilot"),
    ],
)
def test_words_that_are_wanted_together_are_marked_where_they_stand_so(
    archive: Archive, index: NotedIndex, query: str, marked: str
) -> None:
    text = (
        "The harbour was dark. A dark night, the pilot said. Into a dark harbour came Sergey Oduya of the Quellin Tide "
        "Accord. Oduya met Sergey when the Accord was in the tide."
    )
    add(archive, text, publisher="Dark Harbour")
    aliases = Aliases([["QTA", "Quellin Tide Accord"]], digest="0" * 64)
    [hit] = index.search(Request(query=query, context=1000, aliases=aliases))
    assert " ".join(hit.snippet.text[begin:end] for begin, end in hit.snippet.marks) == marked


def test_the_passage_where_they_stand_together_is_shown(archive: Archive, index: NotedIndex) -> None:
    fill = "and it was said again on that day. " * 9
    add(archive, f"The harbour and the dark. {fill} A dark, old harbour. {fill}")
    [hit] = index.search(Request(query="dark NEAR/2 harbour"))
    assert "A dark, old harbour." in hit.snippet.text


def test_nothing_stands_together_across_boilerplate(archive: Archive, index: NotedIndex) -> None:
    text = "A dark\nShare\nharbour. Later on, the harbour, dark."
    start = text.index("Share")
    add_all(archive, [Clipping(text=text, boilerplate=((start, start + 5),))])
    [hit] = index.search(Request(query="dark NEAR/1 harbour"))
    assert [hit.snippet.text[begin:end] for begin, end in hit.snippet.marks] == ["harbour", "dark"]


def test_what_is_sought_are_words_of_title_and_text_and_none_that_is_not_wanted(
    archive: Archive, index: NotedIndex
) -> None:
    add(archive, "A storm")
    query = 'Ships "old harbours" -storm title:pilot publisher:courier (a OR NOT b) ship published:2020'
    with index.view() as view:
        found = sought_of(plan_query(view, parse(query)))
        assert found.terms == {"ship", "pilot", "a"}
        assert found.together == (Together((((frozenset({"old"}), frozenset({"harbour"})),),)),)
        assert sought_of(plan_query(view, parse_literal("ʼa ʼ"))).terms == {"a"}
