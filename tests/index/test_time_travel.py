"""As of a position: what a search says is what it said then, whatever came later and however the index was made."""

from __future__ import annotations

import random
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import events
from archive.archive import Archive
from archive.changing import Change, change_many, note, notice, tagging, withholding
from archive.erasing import Ground
from index import builder
from index.receipts import from_bytes, receipt_of, to_bytes
from index.replaying import replay
from index.search import SORTS, Request
from tests.archive.test_erased_parts import erase
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.changing import Statement
    from archive.store import Recorded
    from index.receipts import Receipt

WORDS = ["ferry", "ferries", "fog", "quay", "pilot"]
QUERIES = [
    "ferry",
    "ferry fog",
    '"ferry fog"',
    "quay OR pilot",
    "-fog",
    "tag:sea",
    "is:retracted",
    "has:note",
    "ferri* OR qu*",
]
SAID: dict[str, Callable[[str], Statement]] = {
    "correct": lambda text: notice(events.ARTICLE_CORRECTED, reason=text),
    "retract": lambda text: notice(events.ARTICLE_RETRACTED, reason=text),
    "tag": lambda _text: tagging(["sea"]),
    "untag": lambda _text: tagging(["sea"], remove=True),
    "note": note,
    "withhold": lambda text: withholding(reason=text),
    "release": lambda text: withholding(reason=text, release=True),
}
PROSE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5), PROSE),
        st.tuples(st.sampled_from(sorted(SAID)), st.integers(0, 5), st.sampled_from(WORDS)),
        st.tuples(st.just("index"), st.just(0), st.just("")),
    ),
    min_size=1,
    max_size=12,
)


def told(index: NotedIndex, at: int | None) -> list[Any]:
    """Return all that searches tell: total, and hits with scores and passages, in every order."""
    said: list[Any] = []
    for query in QUERIES:
        for sort in SORTS:
            results = index.search(Request(query=query, sort=sort, limit=5), at=at)
            said.append((query, sort, results.total, [hit.as_dict() for hit in results]))
    return said


def happen(archive: Archive, step: tuple[str, int, str]) -> None:
    """Let a step happen: an article that is new, or a new text of one; or something that is said of one."""
    what, which, text = step
    if what == "add":
        add_all(archive, [Clipping(text=f"{text} {archive.size()}", title=text.title(), key=f"n {which}")])
        return
    versions = [event for event in archive.events() if events.kind_of(event.attribute("type")) == events.ARTICLE_ADDED]
    version = archive.find(versions[which % len(versions)].attribute("subject"))
    list(change_many(archive, [Change(SAID[what](text), version)], command=what))


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_a_search_as_of_then_tells_what_it_told_then(steps: list[tuple[str, int, str]]) -> None:
    with ExitStack() as stack:
        archive = stack.enter_context(Archive.create(Path(stack.enter_context(TemporaryDirectory()), "archive")))
        index = NotedIndex(archive)
        add_all(archive, [Clipping(text="a ferry in fog", title="Ferry", key="n 0")])
        recorded: list[tuple[int, list[Any]]] = []
        for step in steps:
            if step[0] == "index":
                index.catch_up()
            else:
                happen(archive, step)
            # What is asked in a process of its own is answered without numpy, as often as not.
            recorded.append((archive.size() - 1, told(NotedIndex(archive), None)))
        for _ in range(2):
            for position, then in recorded:
                assert told(index, position) == then
            # Once as it grew, by many small segments that were merged, once made anew.
            index.rebuild()


def test_receipts_replay_after_much_happened_but_for_what_was_erased(
    archive: Archive, index: NotedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small merges, so that segments are made and merged again and again.
    monkeypatch.setattr(builder, "MERGED_AT_MOST", 200)
    queries = [*QUERIES, "ferry OR fog OR quay", "title:ferry", "pilot -fog", '"quay pilot" OR ferry']
    written: list[bytes] = []
    positions: list[int] = []
    for step in range(20):
        clippings = [
            Clipping(
                text=" ".join(WORDS[(number * factor + step) % len(WORDS)] for factor in range(1, 3 + number % 5)),
                title=WORDS[number % len(WORDS)],
                key=f"n {number * 7 % (step * 10 + 10)}",
            )
            for number in range(20)
        ]
        positions += add_all(archive, clippings)
        for number, what in enumerate(SAID):
            version = archive.find(archive.event(positions[(number * 13 + step) % len(positions)]).attribute("subject"))
            list(change_many(archive, [Change(SAID[what](f"{what} {step}"), version)], command=what))
        requests = [Request(query=query, sort=SORTS[step % 4]) for query in queries[step % 2 :: 2]]
        written += [to_bytes(receipt_of(index.search(request))) for request in requests]
    receipts = [from_bytes(one) for one in written]
    for _ in range(2):
        assert [outcome for one in receipts if not (outcome := replay(archive, index, one)).identical] == []
        index.rebuild()
    victim = archive.find(str(positions[0]))
    history = [event.position for event in archive.history(victim.article_id)]
    erase(archive, *history)
    gone = {archive.event(position).attribute("id") for position in history}
    differing = 0
    for one in receipts:
        outcome = replay(archive, index, one)
        differing += not outcome.identical
        for hit in outcome.hits:
            known = hit.then or hit.now
            assert known is not None
            expected = "erased" if known.event in gone else "erasure"
            assert (hit.status == "same") == (hit.cause is None)
            assert hit.cause is None or hit.cause.name == expected
        assert {cause.name for cause in outcome.causes} <= {"erasure"}
    assert differing > 0


@pytest.mark.slow
def test_two_hundred_receipts_replay_after_five_thousand_events(archive: Archive, index: NotedIndex) -> None:
    chance = random.Random(6)
    words = [f"{first}{second}" for first in ("fer", "har", "bu", "la", "qu") for second in ("ry", "bour", "oy", "mp")]

    def clipping(key: int) -> Clipping:
        chosen = [words[min(int(chance.expovariate(0.25)), len(words) - 1)] for _ in range(chance.randint(5, 60))]
        return Clipping(text=f"{' '.join(chosen)} {chance.random()}", title=" ".join(chosen[:4]), key=f"n {key}")

    def query() -> str:
        one, other = chance.sample(words, 2)
        shapes = (one, f"{one} {other}", f'"{one} {other}"', f"{one} OR {other}", f"{one} -{other}", f"{one[:4]}*")
        return chance.choice(shapes)

    def receipts() -> list[Receipt]:
        requests = [Request(query=query(), sort=chance.choice(SORTS), any_word=number % 9 == 0) for number in range(50)]
        return [from_bytes(to_bytes(receipt_of(index.search(request)))) for request in requests]

    add_all(archive, [clipping(number) for number in range(300)])
    written = receipts()
    for step in range(3):
        add_all(archive, [clipping(chance.randrange(300 + 900 * step)) for _ in range(500)])
        add_all(archive, [clipping(300 + 900 * step + number) for number in range(900)])
        versions = [archive.version(event.position) for event in archive.events(1) if is_version(event)]
        for what in ("retract", "withhold", "tag"):
            changes = [Change(SAID[what](f"{what} {step}"), version) for version in chance.sample(versions, 120)]
            list(change_many(archive, changes, command=what))
        written += receipts()
    assert archive.size() > 5000
    assert len(written) == 200
    for _ in range(2):
        assert [outcome.as_dict() for one in written if not (outcome := replay(archive, index, one)).identical] == []
        index.rebuild()
    # What no index had a hand in: a hit of the first receipts goes.
    hit = next(hit for one in written for hit in one.hits)
    archive.erase(hit.article, Ground(basis="a court order", authority="Court of Port Ansel", reason="test"))
    outcomes = [replay(archive, index, one) for one in written]
    assert any(compared.cause and compared.cause.name == "erased" for one in outcomes for compared in one.hits)
    causes = {compared.cause.name for one in outcomes for compared in one.hits if compared.cause is not None}
    assert causes == {"erased", "erasure"}


def is_version(event: Recorded) -> bool:
    return events.kind_of(event.attribute("type")) in events.ARTICLE_KINDS
