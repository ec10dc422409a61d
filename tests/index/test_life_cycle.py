"""What a search finds of articles that were tagged, corrected, retracted, withheld, at every moment."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import events
from archive.archive import Archive
from archive.changing import Change, Changed, Statement, change_many, note, notice, tagging, withholding
from archive.verification import verify
from index.evaluate import evaluate, plan_query
from index.query.errors import QueryError
from index.query.grammar import parse
from index.search import SORTS, Request
from index.segment.policy import MOST
from index.topk import total_of
from tests.archive.test_erased_parts import erase
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex, evaluated_with_numpy

if TYPE_CHECKING:
    from collections.abc import Callable

TAGS = ("sea", "Sea fog", "fog", "land")

SAID: dict[str, Callable[[str], Statement]] = {
    "tag": lambda tag: tagging([tag]),
    "untag": lambda tag: tagging([tag], remove=True),
    "correct": lambda tag: notice(events.ARTICLE_CORRECTED, reason=tag),
    "retract": lambda tag: notice(events.ARTICLE_RETRACTED, reason=tag),
    "note": note,
    "withhold": lambda tag: withholding(reason=tag),
    "release": lambda tag: withholding(reason=tag, release=True),
}


@attrs.define
class Model:
    """An article as a user thinks of it."""

    stated: tuple[str, ...] = ()
    said: dict[str, bool] = attrs.field(factory=dict)
    corrected: bool = False
    retracted: bool = False
    noted: bool = False
    withheld: bool = False

    def say(self, what: str, tag: str) -> None:
        # What is so already is not recorded, and does not outlive a version that states otherwise.
        if what in {"tag", "untag"} and (tag.lower() in self.tags()) != (what == "tag"):
            self.said[tag.lower()] = what == "tag"
        self.corrected |= what == "correct"
        self.retracted |= what == "retract"
        self.noted |= what == "note"
        self.withheld = what == "withhold" or (self.withheld and what != "release")

    def tags(self) -> set[str]:
        tags = {tag.lower() for tag in self.stated} | self.said.keys()
        return {tag for tag in tags if self.said.get(tag, True)}

    def words(self) -> set[str]:
        return {word for tag in self.tags() for word in tag.split()}


QUERIES: dict[str, Callable[[Model], bool]] = {
    "ferry": lambda model: not model.withheld,
    "tag:sea": lambda model: "sea" in model.words() and not model.withheld,
    "tag:fo*": lambda model: "fog" in model.words() and not model.withheld,
    'ferry tag:"sea fog"': lambda model: "sea fog" in model.tags() and not model.withheld,
    "ferry -tag:fog": lambda model: "fog" not in model.words() and not model.withheld,
    "tag:land OR is:retracted": lambda model: ("land" in model.words() or model.retracted) and not model.withheld,
    "is:retracted ferry": lambda model: model.retracted and not model.withheld,
    "has:correction -is:retracted": lambda model: model.corrected and not (model.retracted or model.withheld),
    "has:note": lambda model: model.noted and not model.withheld,
    "is:withheld": lambda model: model.withheld,
    "is:withheld has:note ferry": lambda model: model.withheld and model.noted,
    "ferry -is:withheld": lambda model: not model.withheld,
}


Step = tuple[str, int, str]
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(SAID)), st.integers(0, 2), st.sampled_from(TAGS)),
        st.tuples(st.just("revise"), st.integers(0, 2), st.sampled_from(TAGS)),
        st.tuples(st.just("index"), st.just(0), st.just("")),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_a_search_finds_what_a_reader_of_the_log_expects_at_every_moment(history: list[Step]) -> None:
    with ExitStack() as stack:
        archive = stack.enter_context(Archive.create(Path(stack.enter_context(TemporaryDirectory()), "archive")))
        index = NotedIndex(archive)
        models = [Model(stated=("sea",)), Model(stated=("Sea fog", "land")), Model()]
        clippings = [Clipping(text=f"ferry {n}", key=f"n {n}", tags=model.stated) for n, model in enumerate(models)]
        current = add_all(archive, clippings)
        moments: list[tuple[int, dict[str, list[int]]]] = []

        def remember() -> None:
            expected = {
                query: [at for at, model in zip(current, models, strict=True) if answers(model)]
                for query, answers in QUERIES.items()
            }
            moments.append((archive.size() - 1, {query: sorted(found) for query, found in expected.items()}))

        remember()
        for number, (what, which, tag) in enumerate(history):
            if what == "index":
                index.catch_up()
            elif what == "revise":
                models[which].stated = (tag,)
                current[which] = add(archive, f"ferry {which} again {number}", key=f"n {which}", tags=(tag,))
            else:
                version = archive.version(current[which])
                [result] = change_many(archive, [Change(SAID[what](tag), version)], command=what)
                assert isinstance(result, Changed)
                models[which].say(what, tag)
            remember()
        assert list(verify(archive)) == []
        for _ in range(2):
            for position, expected in moments:
                found = {
                    query: index.found(query, at=position, sort="position") for query in expected if "*" not in query
                }
                assert found == {query: positions for query, positions in expected.items() if "*" not in query}
            assert index.found("tag:fo*", sort="position") == moments[-1][1]["tag:fo*"]
            # Once caught up in steps, once built anew.
            index.rebuild()


@settings(max_examples=20, deadline=None)
@given(steps, st.sampled_from(sorted(QUERIES)))
def test_every_way_to_answer_gives_the_same(history: list[Step], query: str) -> None:
    with ExitStack() as stack:
        archive = stack.enter_context(Archive.create(Path(stack.enter_context(TemporaryDirectory()), "archive")))
        clippings = [Clipping(text=f"ferry {n}", key=f"n {n}", tags=("sea",) if n % 2 else ()) for n in range(3)]
        positions = add_all(archive, clippings)
        for what, which, tag in history:
            if what in SAID:
                list(change_many(archive, [Change(SAID[what](tag), archive.version(positions[which]))], command=what))
        index = NotedIndex(archive)
        with index.view() as view:
            node = parse(query)
            one_by_one = list(evaluate(view, node))
            assert evaluated_with_numpy(view, node) == one_by_one
            plan = plan_query(view, node)
            assert total_of(view, plan) == len(one_by_one)
            view.searches = 2
            assert total_of(view, plan) == len(one_by_one)
        if "is:withheld" in query:
            return
        results = index.search(Request(query=query))
        assert results.total == len(results.page) == len(one_by_one)
        found = {sort: dict(index.scored(query, sort=sort)) for sort in SORTS}
        assert all(one == found["relevance"] for one in found.values())


@pytest.fixture
def said(archive: Archive) -> Callable[[int, Statement], int]:
    """Give a way to say something of the article at a position, which returns where that is recorded."""

    def say(position: int, statement: Statement) -> int:
        [result] = change_many(archive, [Change(statement, archive.version(position))], command="test")
        assert isinstance(result, Changed)
        return result.position

    return say


def test_a_withheld_article_is_not_even_counted(
    archive: Archive, index: NotedIndex, said: Callable[[int, Statement], int]
) -> None:
    first, second = add_all(archive, [Clipping(text="a ferry in fog"), Clipping(text="a ferry in mist")])
    before = index.scored("ferry")
    withheld = said(first, withholding(reason="asked"))
    results = index.search(Request(query="ferry"))
    assert (results.total, [position for position, _ in results.page]) == (1, [second])
    # What the others score does not tell that one is missing, nor that one was withheld.
    assert dict(before)[second] == dict(results.page)[second]
    assert index.found("fog OR fo* OR -mist") == []
    assert index.scored("ferry", at=withheld - 1) == before
    said(first, withholding(reason="done", release=True))
    assert index.scored("ferry") == before
    assert index.scored("ferry", at=withheld) == list(results.page)


def test_what_is_withheld_is_found_by_who_asks_for_it_and_never_among_others(
    archive: Archive, index: NotedIndex, said: Callable[[int, Statement], int]
) -> None:
    first, second = add_all(archive, [Clipping(text="a ferry in fog"), Clipping(text="a ferry in mist")])
    said(first, withholding(reason="asked"))
    assert index.found("is:withheld") == index.found("is:withheld ferry") == index.found("IS:Withheld fog") == [first]
    assert index.found("is:withheld mist") == []
    assert index.found("-is:withheld") == [second]
    for query in ("ferry OR is:withheld", "mist (fog OR is:withheld)", "(is:withheld ferry) OR mist"):
        with pytest.raises(QueryError) as refused:
            index.found(query)
        assert query[slice(*refused.value.span)] == "is:withheld"
    with pytest.raises(QueryError):
        index.found("mist is:withheld", any_word=True)


def test_a_hit_tells_the_state_of_its_article_as_of_the_search(
    archive: Archive, index: NotedIndex, said: Callable[[int, Statement], int]
) -> None:
    position = add(archive, "a ferry in fog", tags=("sea",))

    def hit(at: int | None = None) -> dict[str, object]:
        [found] = index.search(Request(query="ferry"), at=at)
        members = found.as_dict()
        return {name: members[name] for name in ("retracted", "corrections", "notes", "withheld", "tags")}

    nothing = {"retracted": False, "corrections": 0, "notes": 0, "withheld": False, "tags": ["sea"]}
    assert hit() == nothing
    corrected = said(position, notice(events.ARTICLE_CORRECTED, reason="x"))
    said(position, note("y"))
    said(position, tagging(["fog"]))
    retracted = said(position, notice(events.ARTICLE_RETRACTED, reason="z"))
    assert hit() == nothing | {"retracted": True, "corrections": 1, "notes": 1, "tags": ["sea", "fog"]}
    assert hit(retracted - 1) == hit() | {"retracted": False}
    assert hit(corrected) == nothing | {"corrections": 1}
    assert hit(corrected - 1) == nothing


def test_catching_up_with_changes_only_writes_small_segments_and_merges_them(
    archive: Archive, index: NotedIndex, said: Callable[[int, Statement], int]
) -> None:
    positions = add_all(archive, [Clipping(text=f"ferry {number} in a long fog") for number in range(50)])
    index.catch_up()
    for number in range(30):
        said(positions[number], tagging([f"tag {number}"]))
        state = index.catch_up().state
        assert len(state.segments) <= MOST
        assert state.documents == 50
        assert index.found(f'tag:"tag {number}"') == [positions[number]]
    assert index.found("tag:tag", sort="position") == positions[:30]
    index.rebuild()
    assert index.found("tag:tag", sort="position") == positions[:30]


def test_a_range_of_the_log_with_neither_versions_nor_changes_has_no_segment(
    archive: Archive, index: NotedIndex
) -> None:
    assert index.catch_up().state.segments == ()


def test_a_phrase_does_not_reach_from_one_tag_into_the_next(
    archive: Archive, index: NotedIndex, said: Callable[[int, Statement], int]
) -> None:
    position = add(archive, "a ferry", tags=("sea",))
    said(position, tagging(["dense fog", "harbour"]))
    assert index.found('tag:"dense fog"') == index.found("tag:harbour") == index.found("tag:sea") == [position]
    assert index.found('tag:"fog harbour"') == []
    said(position, tagging(["dense fog"], remove=True))
    assert index.found("tag:fog") == []


def test_an_erased_article_is_hidden_by_an_index_that_has_it_and_left_out_of_a_new_one(
    archive: Archive, index: NotedIndex, said: Callable[[int, Statement], int]
) -> None:
    first, second = add_all(archive, [Clipping(text="a ferry", tags=("sea",)), Clipping(text="a ferry again")])
    add(archive, "a third ferry", title="x")
    tagged = said(first, tagging(["fog"]))
    withheld = said(second, withholding(reason="asked"))
    index.catch_up()
    erase(archive, first, tagged)
    erase(archive, second, withheld)
    for _ in range(2):
        assert index.found("ferry", sort="position") == [second + 2]
        assert index.found("is:withheld") == index.found("tag:fog") == index.found("tag:sea") == []
        index.rebuild()
    assert index.found("ferry", at=tagged) == [second + 2]
