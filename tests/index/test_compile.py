"""What a query matches: compared with a reading of every article, one by one."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from index import analysis
from index.evaluate import WEIGHTS
from index.query.ast import And, DateRange, InField, InState, Node, Not, Or, Phrase, Word
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex, matched, scored_by_both, segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.reading import View

VOCABULARY = ["ship", "ships", "harbour", "pilot", "storm", "don't"]
PUBLISHERS = ["Harbour Courier", "Pilot News", "The Harbour Pilot", None]
DAYS = {"2020": ((2020, 1, 1), (2020, 12, 31)), "2021-02": ((2021, 2, 1), (2021, 2, 28)), "XXXX-04-18": None}
DAYS |= {"2021-02-03": ((2021, 2, 3), (2021, 2, 3)), "202X": ((2020, 1, 1), (2029, 12, 31))}
DAYS |= {"2021-02-03T23:59:00-11:00": ((2021, 2, 3), (2021, 2, 3))}


def _clippings() -> list[Clipping]:
    """Thirty short articles, a third of them versions of one another."""
    random = Random(5)

    def some(count: int) -> str:
        return " ".join(random.choices(VOCABULARY, k=count))

    return [
        Clipping(
            text=f"{some(random.randint(1, 7))} {number}",
            title=some(random.randint(1, 3)) if random.random() < 0.7 else None,
            key=f"article {random.randint(0, 3)}" if random.random() < 0.4 else None,
            publisher=random.choice(PUBLISHERS),
            authors=tuple(random.choice(["Ann Pilot", "Bo Storm", "Cy"]) for _ in range(random.randint(0, 2))),
            published=random.choice([*DAYS, None]),
        )
        for number in range(30)
    ]


@attrs.frozen
class Corpus:
    """Articles, which of them are current, and a view of an index that holds them in several segments."""

    current: dict[int, Clipping]
    view: View


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Archive.create(tmp_path_factory.mktemp("corpus") / "archive") as archive:
        index = NotedIndex(archive)
        recorded: dict[str, tuple[int, Clipping]] = {}
        clippings = _clippings()
        for start in range(0, 30, 7):
            some = clippings[start : start + 7]
            for position, clipping in zip(add_all(archive, some), some, strict=True):
                recorded[clipping.key or str(position)] = position, clipping
            index.catch_up()
        with index.view() as view:
            assert len(segments(view)) > 2
            yield Corpus(dict(recorded.values()), view)


def answers(clipping: Clipping, node: Node, field: str | None = None) -> bool:  # noqa: PLR0911 - one for each kind
    """Tell by reading whether an article answers a query."""
    match node:
        case And():
            return all(answers(clipping, child, field) for child in node.children)
        case Or():
            return any(answers(clipping, child, field) for child in node.children)
        case Not():
            return not answers(clipping, node.child, field)
        case InField():
            return answers(clipping, node.child, node.field)
        case DateRange():
            days = DAYS[clipping.published] if clipping.published else None
            early = days is None or (node.earliest is not None and days[0] < node.earliest)
            return not (early or days is None or (node.latest is not None and days[1] > node.latest))
        case InState():
            return False
        case Word() | Phrase():
            return any(_stands_in(node.text, value, name) for name, value in _values(clipping, field))
        case _:
            raise TypeError(f"{node} is not generated here")


def _values(clipping: Clipping, field: str | None) -> list[tuple[str, str]]:
    values = {
        "title": [clipping.title or ""],
        "text": [clipping.text],
        "publisher": [clipping.publisher or ""],
        "author": list(clipping.authors),
        "tag": [],
    }
    return [(name, value) for name in (["title", "text"] if field is None else [field]) for value in values[name]]


def _stands_in(wanted: str, value: str, field: str) -> bool:
    read = analysis.terms if field in {"title", "text"} else analysis.names
    terms, there = read(wanted), read(value)
    return any(there[at : at + len(terms)] == terms for at in range(len(there)))


WORDS: st.SearchStrategy[Node] = st.sampled_from([*VOCABULARY, "STORM", "Hárbour", "7", "unheard"]).map(Word)
PHRASES: st.SearchStrategy[Node] = (
    st.lists(st.sampled_from([*VOCABULARY, "pilot"]), min_size=2, max_size=3).map(" ".join).map(Phrase)
)
ENDS = st.dates(date(2019, 6, 1), date(2030, 6, 1)) | st.sampled_from([date(2020, 1, 1), date(2021, 2, 3)])
RANGES: st.SearchStrategy[Node] = st.tuples(ENDS, ENDS, st.integers(0, 2)).map(
    lambda ends: DateRange(
        "published",
        min(ends[:2]).timetuple()[:3] if ends[2] != 1 else None,
        max(ends[:2]).timetuple()[:3] if ends[2] != 2 else None,
    )
)


def _above(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    fields = st.sampled_from(["title", "text", "publisher", "author", "tag"])
    return several.map(And) | several.map(Or) | children.map(Not) | st.builds(InField, fields, children)


QUERIES = st.recursive(WORDS | PHRASES | RANGES, _above, max_leaves=8)


@given(query=QUERIES)
def test_a_query_finds_what_reading_every_article_finds(corpus: Corpus, query: Node) -> None:
    expected = sorted(position for position, clipping in corpus.current.items() if answers(clipping, query))
    assert matched(corpus.view, query) == expected


def test_a_negation_that_matches_earlier_articles_too_still_excludes(archive: Archive, index: NotedIndex) -> None:
    # Whoosh's own AND NOT lets the first match of each segment through there.
    add_all(archive, [Clipping(text="a storm"), Clipping(text="a storm in the harbour"), Clipping(text="harbour")])
    assert index.found("harbour -storm") == [3]
    assert index.found('"the harbour" -storm') == []
    assert index.found("harbour (a OR harbour) -storm a") == []


def test_a_field_named_further_inside_wins(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "ships", title="Harbour", publisher="Courier")
    assert index.found("title:(text:ships publisher:courier harbour)") == [position]
    assert index.found("text:(title:ships)") == []


def test_filters_joined_by_or_find_what_each_finds(corpus: Corpus) -> None:
    # Of three alternatives that score nothing, one implementation of Or takes the first hit only.
    for query in ("publisher:courier OR publisher:news OR author:cy", "author:ann OR author:bo OR published:2020"):
        each = [set(matched(corpus.view, part)) for part in query.split(" OR ")]
        assert len(each[0]) > 1
        assert matched(corpus.view, query) == sorted(set.union(*each))


def test_names_dates_and_negations_only_filter(corpus: Corpus) -> None:
    for query in ("publisher:harbour", "published:2020..", "-ship", "publisher:harbour -ship OR author:ann"):
        found = list(scored_by_both(corpus.view, query))
        assert found
        assert {score for _, score in found} == {0.0}
    plain = dict(scored_by_both(corpus.view, "storm"))
    for document, score in scored_by_both(corpus.view, "storm publisher:harbour -author:bo"):
        assert score == plain[document]


def test_a_word_in_title_and_text_scores_both_and_the_title_weighs_more(archive: Archive, index: NotedIndex) -> None:
    titled = add(archive, "ships came in", title="A harbour")
    texted = add(archive, "a harbour", title="Ships came in")
    assert index.found("harbour") == [titled, texted]
    both = add(archive, "a harbour here", title="A harbour")
    scores = dict(index.scored("harbour"))
    parts = [dict(index.scored(f"{field}:harbour"))[both] for field in ("title", "text")]
    assert scores[both] == pytest.approx(sum(parts))
    assert WEIGHTS["title"] > WEIGHTS["text"]


def test_no_phrase_reaches_from_one_name_into_the_next(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "ships", authors=("Ann Bell", "Cy Dorn"))
    assert index.found('author:"ann bell" author:"cy dorn" author:dorn') == [position]
    assert index.found('author:"bell cy"') == []


def test_a_word_of_several_tokens_is_a_phrase_of_them(archive: Archive, index: NotedIndex) -> None:
    joined = add(archive, "the COVID-19 ward")
    add(archive, "ward 19 without covid")
    assert index.found("covid-19") == index.found("Covid–19") == [joined]


def test_stop_words_are_words(archive: Archive, index: NotedIndex) -> None:
    position = add(archive, "To be or not to be")
    add(archive, "not be to or")
    assert index.found('"to be or not to be"') == [position]


def test_what_no_analysis_reads_is_found_nowhere(archive: Archive, index: NotedIndex) -> None:
    add(archive, "ships ㎏")
    with index.view() as view:
        for nothing in (Word("ʼ"), InField("publisher", Word("ʼ")), And((Word("ʼ"), Word("ships")))):
            assert matched(view, nothing) == []
        assert matched(view, Or((Word("ʼ"), Word("ships")))) == [1]
