"""All of the language, on generated articles: a query finds what reading every article finds, at every moment."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import similar
from index.query.ast import (
    And,
    Boost,
    DateRange,
    Fuzzy,
    InField,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Word,
    to_query,
)
from index.query.errors import QueryError
from tests.factories import Clipping, add, add_all
from tests.index.brute import answers, edits, words_of
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

VOCABULARY = ["ship", "ships", "shape", "harbour", "pilot", "pilots", "happy", "happily", "storm", "don't", "Générale"]
PUBLISHED = ["2020", "2021-02", "2021-02-03", "XXXX-04-18", "202X", None]
CAPTURED = ["2021-02-03T10:00:00Z", "2021-02-04T23:30:00Z", "2021-03-01T00:00:00Z", None]


def _clippings() -> list[Clipping]:
    random = Random(11)

    def some(count: int) -> str:
        return " ".join(random.choices(VOCABULARY, k=count))

    return [
        Clipping(
            text=f"{some(random.randint(1, 12))} {number}",
            title=some(random.randint(1, 4)) if number % 3 else None,
            publisher=random.choice(["Harbour Courier", "Pilot News", "The Harbour Pilot", None]),
            authors=tuple(random.choices(["Ann Pilot", "Bo Storm"], k=number % 3)),
            tags=tuple(random.choices(["ships", "storm warning"], k=number % 2)),
            published=random.choice(PUBLISHED),
            captured=random.choice(CAPTURED),
        )
        for number in range(40)
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NotedIndex, dict[int, Clipping]]]:
    """Forty articles in several segments, by their positions."""
    with Archive.create(tmp_path_factory.mktemp("language") / "archive") as archive:
        index = NotedIndex(archive)
        clippings = _clippings()
        found: dict[int, Clipping] = {}
        for start in range(0, 40, 8):
            some = clippings[start : start + 8]
            found |= zip(add_all(archive, some), some, strict=True)
            index.catch_up()
        yield index, found


WORDS: st.SearchStrategy[Node] = st.sampled_from([*VOCABULARY, "STORM", "7", "unheard"]).map(Word)
PHRASES = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3).map(" ".join).map(Phrase)
EXPANDED: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(["sh", "happ", "pil", "x", "génér"]).map(Prefix),
    st.sampled_from(["sh?p", "*ip*", "h*y", "?ilot*", "p*l*t", "*orm", "gén?rale"]).map(Pattern),
    st.builds(Fuzzy, st.sampled_from(["shup", "pilto", "harbor", "stomr", "hapily"]), st.integers(1, 2)),
)
SINGLE = WORDS | PHRASES | EXPANDED
NEAR = st.builds(
    Near,
    st.lists(SINGLE | st.tuples(SINGLE, SINGLE).map(Or), min_size=2, max_size=3).map(tuple),
    st.integers(1, 6),
    ordered=st.booleans(),
)
DAY = st.sampled_from([(2020, 1, 1), (2021, 2, 3), (2021, 2, 4), (2021, 3, 1), (2029, 12, 31)])


@st.composite
def ranges(draw: st.DrawFn) -> DateRange:
    first, last = sorted([draw(DAY), draw(DAY)])
    field = draw(st.sampled_from(["published", "published", "captured"]))
    opened = draw(st.integers(0, 2))
    return DateRange(
        field,
        None if opened == 1 else first,
        None if opened == 2 else last,
        doubtful=field == "published" and draw(st.booleans()),
    )


def _above(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    fields = st.sampled_from(["title", "text", "publisher", "author", "tag"])
    return st.one_of(
        several.map(And),
        several.map(Or),
        children.map(Not),
        st.builds(InField, fields, children),
        st.builds(Boost, children, st.sampled_from([0.5, 2.0])),
    )


QUERIES = st.recursive(SINGLE | NEAR | ranges(), _above, max_leaves=6)


Corpus = tuple[NotedIndex, dict[int, Clipping]]
MOMENTS = st.none() | st.integers(1, 44)


@settings(max_examples=150)
@given(query=QUERIES, at=MOMENTS)
def test_law_a_query_finds_what_reading_every_article_finds_at_every_moment(
    many: Corpus, query: Node, at: int | None
) -> None:
    _finds_what_reading_finds(many, query, at)


@pytest.mark.slow
@settings(max_examples=3000)
@given(query=QUERIES, at=MOMENTS)
def test_law_thousands_of_queries_find_what_reading_finds(many: Corpus, query: Node, at: int | None) -> None:
    _finds_what_reading_finds(many, query, at)


def _finds_what_reading_finds(many: Corpus, query: Node, at: int | None) -> None:
    index, clippings = many
    there = {position: clipping for position, clipping in clippings.items() if at is None or position <= at}
    lexicon = words_of(there.values())
    expected = [position for position, clipping in there.items() if answers(clipping, query, lexicon)]
    assert sorted(index.found(to_query(query), at=at)) == expected


LETTERS = st.text("abé", min_size=1, max_size=7)


@given(st.lists(LETTERS, max_size=30), LETTERS.filter(lambda word: len(word) > 2), st.integers(1, 2))
def test_law_words_a_few_letters_off_are_all_found(words: list[str], word: str, most: int) -> None:
    found = list(similar.words_like("".join(f"{one}\n" for one in words), word, most))
    assert found == [one for one in words if edits(one, word) <= most]


def test_a_boost_multiplies_what_a_word_scores(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "ships in the harbour", title="Ships")
    add(archive, "storm")
    plain, boosted = (dict(index.scored(query))[position] for query in ("ships", "ships^2.5"))
    assert boosted == pytest.approx(2.5 * plain)
    group = dict(index.scored("(title:ships OR ships)^0.5 OR storm"))[position]
    assert group == pytest.approx((plain + dict(index.scored("title:ships"))[position]) / 2)


def test_an_address_is_found_by_any_part_of_it_and_with_or_without_its_scheme(
    archive: Archive, index: NotedIndex
) -> None:
    from archive.intake import Given, submit_text

    url = "https://www.courier.example/2031/04/harbour-news?page=2&utm_source=feed"
    position = archive.add(submit_text("Ships came in.", given=Given(fields={"url": url}))).position
    add(archive, "Other ships.")
    for query in ("url:courier.example", "url:www.courier.example", "url:harbour-news", "url:2031/04", f"url:{url}"):
        assert index.found(query) == [position], query
    assert index.found("url:courier.example/2032") == []
    assert index.found("url:http://courier.example/2031/04/harbour-news?page=2") == [position]


def test_ids_and_positions_find_their_article(archive: Archive, index: NotedIndex) -> None:
    first = add(archive, "Ships came in.")
    second = add(archive, "A storm came.")
    article = archive.version(second).article_id
    assert index.found(f"id:{article}") == index.found(f"id:{second}") == [second]
    assert index.found(f"came -id:{article}") == [first]
    assert index.found(f"id:{article}", at=first) == []
    assert index.found("id:nothing-like-it") == []


def test_days_of_recording_are_told_by_the_log(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "Ships came in.")
    day = archive.event(position).attribute("time")[:10]
    assert (
        index.found(f"recorded:{day}") == index.found("recorded:today..") == index.found("recorded:2w..") == [position]
    )
    assert index.found("recorded:..2020") == index.found("-recorded:2w..") == []


def test_a_word_in_the_place_of_another_does_not_stand_near_itself(archive: Archive, index: NotedIndex) -> None:
    add(archive, "sanctions")
    twice = add(archive, "sanctions and sanctioned")
    assert index.found("sanctions NEAR/5 sanction*") == [twice]


def test_a_saved_search_stands_for_its_query(archive: Archive, index: NotedIndex) -> None:
    from index.query.grammar import parse

    saved = {"a": "ship OR query:b", "b": '"the storm"^2 NOT calm', "round": "x query:circle", "circle": "query:round"}
    tree = parse("harbour query:a", saved=saved.get)
    assert to_query(tree) == 'harbour AND (ship OR "the storm"^2 AND -calm)'
    for query, message in (
        ("x query:round", "circle → round"),
        ("x query:none", "there is no saved search 'none'"),
        ("x query:(a)", "query: takes one word"),
    ):
        with pytest.raises(QueryError, match=message) as error:
            parse(query, saved=saved.get)
        assert 0 <= error.value.span.start <= error.value.span.end <= len(query)
    doubling = {f"n{number}": f"query:n{number + 1} query:n{number + 1}" for number in range(40)} | {"n40": "word"}
    with pytest.raises(QueryError, match="longer than"):
        parse("query:n0", saved=doubling.get)
