"""Search by the beginning of a word: `nucl*` finds what any word that begins so would find, and scores as one word."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from index import analysis, evaluate
from index.evaluate import plan_query
from index.query.errors import QueryError
from index.query.grammar import parse
from index.search import Request
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex, evaluated_with_numpy

if TYPE_CHECKING:
    from collections.abc import Iterator

# The terms of `happy` and `happily` are `happi`; those of `générale` and `general` are the same without accents.
WORDS = ["happy", "happiness", "happily", "haps", "hapless", "ship", "ships", "shipping", "Générale", "generals", "x7"]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NotedIndex, dict[int, Clipping]]]:
    """Articles in three segments, made of words with common beginnings."""
    with Archive.create(tmp_path_factory.mktemp("prefixes") / "archive") as archive:
        index = NotedIndex(archive)
        clippings = [
            Clipping(
                text=" ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 2 + number % 7)) + f" n{number}",
                title=WORDS[number % len(WORDS)] if number % 4 == 0 else None,
            )
            for number in range(90)
        ]
        found: dict[int, Clipping] = {}
        for start in range(0, 90, 30):
            some = clippings[start : start + 30]
            found |= zip(add_all(archive, some), some, strict=True)
            index.catch_up()
        yield index, found


def begins(text: str, beginning: str) -> set[str]:
    """Return the terms of the words in a text that begin so."""
    return {analysis.term_of(form) for form in analysis.forms(text) if analysis.fold(form).startswith(beginning)}


@settings(deadline=None, max_examples=60)
@given(word=st.sampled_from(WORDS), length=st.integers(1, 9))
def test_found_is_what_has_a_word_like_one_that_begins_so(
    many: tuple[NotedIndex, dict[int, Clipping]], word: str, length: int
) -> None:
    index, clippings = many
    beginning = analysis.fold(word[:length])
    whole = " ".join(f"{clipping.title or ''} {clipping.text}" for clipping in clippings.values())
    terms = begins(whole, beginning)
    expected = [
        position
        for position, clipping in clippings.items()
        if terms.intersection(analysis.terms(f"{clipping.title or ''} {clipping.text}"))
    ]
    assert sorted(index.found(f"{word[:length]}*")) == expected
    with index.view() as view:
        node = parse(f"{word[:length]}*")
        assert evaluated_with_numpy(view, node) == list(evaluate.evaluate(view, node))


def test_the_words_of_a_beginning_score_as_one_word(archive: Archive, index: NotedIndex) -> None:
    first = add(archive, "nuclear nucleus nuclei talks one")
    second = add(archive, "nuclear talks on the dam two")
    add(archive, "the dam alone three")
    found = dict(index.scored("text:nucl*"))
    average = (5 + 6 + 4) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    def bm25(frequency: int, length: int) -> float:
        return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))

    assert found == {first: pytest.approx(bm25(3, 5)), second: pytest.approx(bm25(1, 6))}


def test_a_beginning_stands_with_words_fields_and_negation(archive: Archive, index: NotedIndex) -> None:
    one = add(archive, "Natanz nuclear site", title="Nuclear plant")
    two = add(archive, "nucleus of a cell", publisher="Tasnim")
    assert index.found("nucl* natanz") == [one]
    assert index.found("title:nucl*") == [one]
    assert index.found("nucl* -natanz") == [two]
    assert index.found("publisher:tas*") == [two]
    assert index.found("publisher:nim*") == []
    assert index.found("zzz*") == []
    assert sorted(index.found("natanz OR cel*")) == [one, two]


def test_words_that_begin_so_are_marked_in_a_hit(archive: Archive, index: NotedIndex) -> None:
    add(archive, "A nuclear plant, and the nucleus of a cell.")
    [hit] = index.search(Request(query="nucl*"))
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["nuclear", "nucleus"]


def test_a_beginning_of_too_many_words_is_refused_with_its_place(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(archive, "aa ab ac ad")
    monkeypatch.setattr(evaluate, "MOST_TERMS", 3)
    with pytest.raises(QueryError, match="4 different words begin with a") as error:
        index.found("dam OR a*")
    assert error.value.query[slice(*error.value.span)] == "a*"
    assert index.found("aa*") != []


def test_as_of_an_earlier_event_only_words_count_that_were_there(archive: Archive, index: NotedIndex) -> None:
    first = add(archive, "a happy man spoke")
    second = add(archive, "happiness is rare")
    # `happiness`, which has the same stem as `happy`, was not there yet.
    assert index.found("happi*", at=first) == []
    assert index.found("happy*", at=first) == [first]
    assert index.found("publisher:happi*", at=first) == []
    assert sorted(index.found("happi*", at=second)) == sorted(index.found("happi*")) == [first, second]


@settings(deadline=None, max_examples=60)
@given(word=st.sampled_from(WORDS), length=st.integers(1, 9), share=st.floats(0, 1))
def test_as_of_an_earlier_event_found_is_what_was_found_then(
    many: tuple[NotedIndex, dict[int, Clipping]], word: str, length: int, share: float
) -> None:
    index, clippings = many
    beginning = analysis.fold(word[:length])
    at = list(clippings)[int(share * (len(clippings) - 1))]
    then = {position: clipping for position, clipping in clippings.items() if position <= at}
    terms = begins(" ".join(f"{clipping.title or ''} {clipping.text}" for clipping in then.values()), beginning)
    assert sorted(index.found(f"{word[:length]}*", at=at)) == [
        position
        for position, clipping in then.items()
        if terms.intersection(analysis.terms(f"{clipping.title or ''} {clipping.text}"))
    ]


def test_a_beginning_as_of_an_earlier_event_knows_the_words_that_were_there(
    archive: Archive, index: NotedIndex
) -> None:
    first = add(archive, "a happy man spoke", publisher="Happiness Weekly")
    second = add(archive, "happiness is rare", publisher="Hapless Review", title="Spoken")
    for _ in range(2):
        # `happiness`, which has the same stem as `happy`, was not there yet.
        assert index.found("happin*", at=first) == []
        assert index.found("happy*", at=first) == index.found("hap*", at=first) == [first]
        assert index.found("publisher:hap*", at=first) == [first]
        assert index.found("spoke*", at=first) == [first]
        assert sorted(index.found("happin*")) == [first, second]
        index.rebuild()


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_a_beginning_as_of_an_earlier_event_finds_what_it_found_then(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = data.draw(st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), min_size=2, max_size=8))
    queries = sorted({word[:length] + "*" for word in WORDS for length in (1, 3, 5, 9)} - {"x7*"})
    with Archive.create(tmp_path_factory.mktemp("then") / "archive") as archive:
        index = NotedIndex(archive)
        then = []
        for number, text in enumerate(texts):
            add(archive, f"{text} {number}", title=text[:9] or None)
            then.append((archive.size() - 1, {query: index.scored(query) for query in queries}))
        for _ in range(2):
            for position, found in then:
                assert {query: index.scored(query, at=position) for query in queries} == found
            index.rebuild()


def test_a_plan_of_a_beginning_is_made_once_for_each_field(archive: Archive, index: NotedIndex) -> None:
    add(archive, "nuclear", title="nucleus")
    with index.view() as view:
        assert len(list(plan_query(view, parse("nucl*")).leaves())) == 2
