"""The state of an article: a fold of its history, compared with a plain model of what a user would expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import events
from archive.errors import InvalidEventError
from archive.life_cycle import NOTHING, PARTS, Entry, after, fold, tag_key

if TYPE_CHECKING:
    from archive.life_cycle import State

TAGS = ("ferry", "Ferry", "FERRY ", "harbour", "Ærø", "a\u0308", "ä")
REASONS = ("the date", "the name", "")

documents = {
    events.TAGS: st.lists(st.sampled_from(TAGS), min_size=1, max_size=3).map(lambda tags: {"tags": tags}),
    events.NOTICE: st.sampled_from(REASONS).map(lambda reason: {"reason": reason, "by": "Courier"}),
    events.NOTE: st.sampled_from(REASONS).map(lambda text: {"text": text}),
    events.REASON: st.sampled_from(REASONS).map(lambda reason: {"reason": reason}),
}
said = st.sampled_from(sorted(PARTS)).flatmap(lambda kind: st.tuples(st.just(kind), documents[PARTS[kind]]))
histories = st.lists(said, max_size=12)
stated = st.lists(st.sampled_from(TAGS), max_size=3)


def entries(history: list[tuple[str, dict[str, Any]]]) -> list[Entry]:
    """Return what was said as events that follow one another, some positions apart."""
    return [Entry(3 * number + 1, kind, "2031-03-05", document) for number, (kind, document) in enumerate(history)]


@given(histories, stated)
def test_tags_are_those_stated_and_then_the_last_word_on_each(
    history: list[tuple[str, dict[str, Any]]], stated: list[str]
) -> None:
    last: dict[str, bool] = {}
    for kind, document in history:
        for tag in document.get("tags", []):
            last[tag_key(tag)] = kind == events.ARTICLE_TAGGED
    expected = {tag_key(tag) for tag in stated} | {key for key, on in last.items() if on}
    expected -= {key for key, on in last.items() if not on}
    tags = fold(entries(history)).tags(stated)
    assert {tag_key(tag) for tag in tags} == expected
    assert len(tags) == len(expected)


@given(histories)
def test_the_rest_of_a_state_is_counted_from_the_history(history: list[tuple[str, dict[str, Any]]]) -> None:
    state = fold(entries(history))
    kinds = [kind for kind, _ in history]
    assert len(state.corrections) == kinds.count(events.ARTICLE_CORRECTED)
    assert len(state.retractions) == kinds.count(events.ARTICLE_RETRACTED)
    assert [note.text for note in state.notes] == [
        document["text"] for kind, document in history if kind == events.ARTICLE_ANNOTATED
    ]
    hiding = [kind for kind in kinds if kind in {events.ARTICLE_WITHHELD, events.ARTICLE_RELEASED}]
    assert (state.withheld is not None) == (hiding[-1:] == [events.ARTICLE_WITHHELD])
    assert bool(state) == bool(history)


@given(histories, st.integers(0, 12))
def test_a_state_goes_on_from_any_earlier_one(history: list[tuple[str, dict[str, Any]]], cut: int) -> None:
    state: State = fold(entries(history)[:cut])
    for entry in entries(history)[cut:]:
        state = after(state, entry)
    assert state == fold(entries(history))


def test_what_was_erased_still_counts_and_says_nothing() -> None:
    kinds = sorted(PARTS)
    history = [Entry(number, kind, "2031-03-05", None) for number, kind in enumerate(kinds)]
    state = fold([*history, Entry(9, events.ARTICLE_ERASED, "2031-03-06", None)])
    assert (state.erased, state.retracted) == (9, True)
    assert [one.reason for one in (*state.corrections, *state.retractions)] == ["", ""]
    assert [note.text for note in state.notes] == [""]
    assert state.tags(["ferry"]) == ("ferry",)


def test_a_kind_from_a_later_version_changes_nothing_but_that_it_happened() -> None:
    state = after(NOTHING, Entry(4, "article.praised", "2031-03-05", {}))
    assert attrs.evolve(state, changed={}) == NOTHING
    assert dict(state.changed) == {"article.praised": 4}


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (events.ARTICLE_TAGGED, {"tags": "sea"}),
        (events.ARTICLE_UNTAGGED, {"tags": [1]}),
        (events.ARTICLE_RETRACTED, {"reason": 7}),
        (events.ARTICLE_CORRECTED, {"reason": "x", "date": 2031}),
        (events.ARTICLE_ANNOTATED, {"text": ["x"]}),
    ],
)
def test_a_document_of_another_shape_is_refused(kind: str, document: dict[str, object]) -> None:
    with pytest.raises(InvalidEventError):
        after(NOTHING, Entry(1, kind, "2031-03-05", document))
