"""Search by other spellings of a name, and by aliases: what is found, how it scores, what is told of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.intake import gather
from index.aliases import Aliases
from index.search import Request
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from archive.archive import Archive
    from index.search import Results
    from tests.index.searching import NotedIndex

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"

NAMES = ["Sergei", "Sergey", "Serghei", "Сергей"]
TREATY = Aliases([["QTA", "Quellin Tide Accord", "ferry deal"]], digest="0" * 64)


def found(results: Results) -> set[int]:
    return {position for position, _ in results.page}


@pytest.mark.parametrize("typed", NAMES)
def test_any_spelling_finds_all_of_them_with_equal_scores(archive: Archive, index: NotedIndex, typed: str) -> None:
    positions = add_all(archive, [Clipping(text=f"{name} Oduya came n{number}") for number, name in enumerate(NAMES)])
    add(archive, "Nobody came")
    for query in (typed, f'"{typed} Oduya"', f"{typed} Oduya", f'"{typed.upper()} Oduya came"'):
        for _ in range(2):
            results = index.search(Request(query=query))
            assert found(results) == set(positions), query
            assert len({score for _, score in results.page}) == 1
            assert results.total == len(NAMES)
            [expansion] = results.expansions
            assert {name for name, _ in expansion.also} == {*map(folded, NAMES)} - {folded(typed)}
            assert {hits for _, hits in expansion.also} == {1}


def test_what_is_counted_is_what_is_found_in_any_order(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, [Clipping(text=f"{name} came n{number}") for number, name in enumerate(NAMES)])
    add_all(archive, [Clipping(text=f"the {name} stands") for name in ("QTA", "Quellin Tide Accord")])
    requests = [
        Request(query=query, exact=exact, aliases=aliases)
        for query in ("Sergei", "QTA", "-Sergey", '"Sergei came"')
        for exact, aliases in ((False, None), (False, TREATY), (True, None))
    ]
    for first in (True, False):
        for request in requests if first else reversed(requests):
            counted = index.count(lambda matching: matching.total, request)
            assert counted == index.search(request).total == index.count(lambda matching: matching.total, request)


def folded(name: str) -> str:
    """Return a name as the table has it, which is without the breve of й."""
    return name.replace("й", "и")


def test_an_exact_search_finds_what_was_typed(archive: Archive, index: NotedIndex) -> None:
    one, _ = add_all(archive, [Clipping(text=f"{name} came") for name in NAMES[:2]])
    results = index.search(Request(query="Sergei", exact=True, aliases=TREATY))
    assert found(results) == {one}
    assert results.expansions == ()


def test_phrases_and_nearness_are_the_same_with_and_without_numpy(archive: Archive, index: NotedIndex) -> None:
    add_all(
        archive,
        [
            Clipping(
                text=f"{NAMES[number % 4]} {'and ' * (number % 5)}Lavrov, {NAMES[number % 3]} " * (1 + number % 3)
                + f"n{number}",
                title=f"{NAMES[number % 3]} Lavrow" if number % 7 == 0 else None,
            )
            for number in range(60)
        ],
    )
    for query in (
        '"Sergei Lavrov"',
        "Sergei Lavrov",
        "Lavrow -Ada",
        '"Lavrov Sergey" OR title:Lavrow',
        "and Sergey",
    ):
        index._last = None
        first = index.search(Request(query=query, limit=None))
        again = index.search(Request(query=query, limit=None))
        assert first.page
        assert first.page == again.page
        assert first.expansions == again.expansions
        assert first.total == again.total == len(first.page)


def test_a_search_of_the_past_is_what_it_was(archive: Archive, index: NotedIndex) -> None:
    before = {}
    for number, name in enumerate(["Sergey", "Ada", "Serghei", "Sergei", "Sergej"]):
        add(archive, f"{name} Oduya came n{number}")
        results = index.search(Request(query="Sergei Oduya"))
        before[archive.size() - 1] = results.page, results.expansions, results.total
    for at, expected in before.items():
        results = index.search(Request(query="Sergei Oduya"), at=at)
        assert (results.page, results.expansions, results.total) == expected


def test_what_is_negated_is_negated_in_all_spellings(archive: Archive, index: NotedIndex) -> None:
    *_, last = add_all(archive, [Clipping(text=f"{name} came") for name in (*NAMES, "Ada")])
    assert found(index.search(Request(query="came -Sergei"))) == {last}


def test_names_in_fields_are_expanded_and_tags_are_not(archive: Archive, index: NotedIndex) -> None:
    one = add(archive, "One came", place="Teheran", authors=("Sergey Oduya",), tags=("Teheran",))
    add(archive, "Two came", place="Port Ansel")
    assert found(index.search(Request(query="place:Tehran"))) == {one}
    assert found(index.search(Request(query='author:"Sergei Oduya"'))) == {one}
    assert found(index.search(Request(query="tag:Tehran"))) == set()


def test_spellings_of_one_place_in_a_hit_are_marked(archive: Archive, index: NotedIndex) -> None:
    add(archive, "The talks in Teheran went on.")
    [hit] = index.search(Request(query="Tehran"))
    assert [hit.snippet.text[begin:end] for begin, end in hit.snippet.marks] == ["Teheran"]


@pytest.mark.parametrize("query", ["QTA", '"quellin tide accord"', '"ferry deal"', "text:QTA"])
def test_an_alias_finds_all_names_of_its_set(archive: Archive, index: NotedIndex, query: str) -> None:
    positions = add_all(
        archive,
        [
            Clipping(text="The QTA was signed today"),
            Clipping(text="The Quellin Tide Accord was signed"),
            Clipping(text="The ferry deal was signed today"),
        ],
    )
    add(archive, "No deal on the ferry, no accord, no tide at Quellin")
    pages = []
    for _ in range(2):
        results = index.search(Request(query=query, aliases=TREATY))
        assert found(results) == set(positions)
        pages.append((results.page, results.total))
        [expansion] = results.expansions
        assert sum(hits for _, hits in expansion.also) == 2
    assert pages[0] == pages[1]
    assert found(index.search(Request(query="QTA"))) == {positions[0]}


def test_an_alias_counts_as_one_word(archive: Archive, index: NotedIndex) -> None:
    long, short = add_all(
        archive,
        [Clipping(text="The Quellin Tide Accord was signed"), Clipping(text="The QTA was signed this noon")],
    )
    scores = dict(index.search(Request(query="QTA", aliases=TREATY)).page)
    assert scores[long] == scores[short]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the scraped texts are not beside this checkout")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("Sergei Lavrov", {"001", "002", "003", "004"}),
        ("Tehran", {"001", "002", "003", "004"}),
        ("Teheran", {"001", "002", "003", "004"}),
    ],
)
def test_the_scraped_texts_are_found_by_any_spelling(
    archive: Archive, index: NotedIndex, query: str, numbers: set[str]
) -> None:
    assert len(list(archive.add_many(gather([str(SEEDS)])))) == 5
    results = index.search(Request(query=query))
    origins = {re.search(r"\d{3}", Path(str(hit.as_dict()["origin"])).name)[0] for hit in results}  # type: ignore[index]
    assert origins == numbers
    assert results.expansions
