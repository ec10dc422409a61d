"""Receipts: what a search answered can be answered again, and what cannot is explained."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import events
from archive.archive import Archive
from archive.changing import Change, change_many, notice, withholding
from archive.errors import InvalidValueError
from archive.moving.merging import merge
from archive.moving.sources import source_at
from index import receipts
from index.query.ast import And, InField, Not, Or, Phrase, Prefix, Word
from index.query.grammar import parse
from index.query.trees import node_of, tree_of
from index.receipts import digest_of, from_bytes, receipt_of, to_bytes
from index.replaying import replay
from index.search import SORTS, Request
from tests.archive.test_erased_parts import erase
from tests.factories import Clipping, add, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.query.ast import Node
    from index.receipts import Document
    from index.replaying import Replay
    from index.search import Sort

TEXTS = ["a ferry in fog", "a ferry in mist, and another ferry", "fog on the quay", "the quay at night, and a ferry"]


@pytest.fixture
def articles(archive: Archive) -> list[int]:
    """Give the positions of some articles."""
    return add_all(archive, [Clipping(text=text, title=f"Piece {number}") for number, text in enumerate(TEXTS)])


def receipt(index: NotedIndex, query: str, *, at: int | None = None, **options: object) -> bytes:
    """Search, and return the receipt as it is written."""
    return to_bytes(receipt_of(index.search(Request(query=query, **options), at=at)))  # type: ignore[arg-type]


def again(archive: Archive, index: NotedIndex, written: bytes) -> Replay:
    return replay(archive, index, from_bytes(written))


def signed(document: Document) -> bytes:
    """Return a receipt that was changed by somebody who knows what a digest is."""
    return to_bytes({**document, "digest": digest_of(document)})


# What is in one


def test_a_receipt_names_what_was_asked_and_what_was_answered(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    results = index.search(Request(query="Ferry -mist", limit=5))
    document = json.loads(to_bytes(receipt_of(results)))
    assert document["query"] == {
        "text": "Ferry -mist",
        "canonical": "Ferry AND -mist",
        "tree": {
            "node": "And",
            "children": [
                {"node": "Word", "text": "Ferry"},
                {"node": "Not", "child": {"node": "Word", "text": "mist"}},
            ],
        },
        "any": False,
        "literal": False,
        "exact": False,
        "aliases": None,
    }
    assert document["archive"] == {"id": archive.id, "size": archive.size(), "root": archive.root().hex()}
    assert document["as_of"]["position"] == archive.size() - 1
    assert document["as_of"]["root"] == archive.root().hex()
    assert document["statistics"]["documents"] == len(articles)
    frequencies = {(one["field"], *one["terms"]): one["documents"] for one in document["statistics"]["frequencies"]}
    # How rare a word is does not depend on the field: `View.word_frequency`.
    assert frequencies == {("title", "ferri"): 3, ("text", "ferri"): 3}
    assert document["total"] == 2
    assert [hit["event"] for hit in document["hits"]] == [hit.version.event_id for hit in results]
    assert [hit["digest"] for hit in document["hits"]] == [hit.version.digest for hit in results]
    assert [(hit["position"], hit["score"]) for hit in document["hits"]] == list(results.page)


def test_a_receipt_repeats_nothing_of_the_articles(index: NotedIndex, articles: list[int]) -> None:
    written = receipt(index, "ferry")
    assert len(articles) == 4
    assert b"mist" not in written
    assert b"Piece" not in written


def test_the_digest_is_that_of_the_line_without_it(index: NotedIndex, articles: list[int]) -> None:
    assert articles
    written = receipt(index, "ferry")
    document = json.loads(written)
    stated = document["digest"]
    without = written.rstrip(b"\n").replace(f'"digest":"{stated}",'.encode(), b"", 1)
    assert json.loads(without) == {name: value for name, value in document.items() if name != "digest"}
    assert hashlib.sha256(without).hexdigest() == stated


TREES = st.recursive(
    st.sampled_from(
        [Word("U.S."), Phrase("a dark buoy"), Prefix("nucl"), parse("published:2021-04.."), parse("is:retracted")]
    ),
    lambda nodes: st.one_of(
        st.tuples(nodes, nodes).map(And),
        st.tuples(nodes, nodes, nodes).map(Or),
        nodes.map(Not),
        nodes.map(lambda node: InField("title", node)),
    ),
    max_leaves=12,
)


@given(TREES)
def test_a_tree_survives_json(node: Node) -> None:
    assert node_of(json.loads(json.dumps(tree_of(node)))) == node


@pytest.mark.parametrize("tree", [None, 3, {}, {"node": "View"}, {"node": "Word"}, {"node": "Word", "text": 3}])
def test_what_is_no_tree_is_refused(tree: object) -> None:
    with pytest.raises(ValueError, match="this version of morgue"):
        node_of(tree)


# Replaying


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", ["ferry", '"in fog" OR quay', "-mist", "title:piece ferry", "zzz"])
def test_it_replays_identically_whatever_comes_later(
    archive: Archive, index: NotedIndex, articles: list[int], query: str, sort: Sort
) -> None:
    written = receipt(index, query, sort=sort, limit=2)
    add_all(archive, [Clipping(text=f"a ferry in fog {number}") for number in range(20)])
    first, second, *_ = (archive.version(position) for position in articles)
    for change in (notice(events.ARTICLE_RETRACTED, reason="wrong"), withholding(reason="asked")):
        list(change_many(archive, [Change(change, first), Change(change, second)], command="test"))
    for _ in range(2):
        outcome = again(archive, index, written)
        assert outcome.identical
        assert outcome.causes == ()
        index.rebuild()


def test_an_erased_hit_is_called_so_and_what_others_score_is_explained(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    written = receipt(index, "ferry", sort="position")
    erase(archive, articles[0])
    outcome = again(archive, index, written)
    assert not outcome.identical
    assert [hit.status for hit in outcome.hits] == ["gone", "rescored", "rescored"]
    assert [hit.cause and hit.cause.name for hit in outcome.hits] == ["erased", "erasure", "erasure"]
    assert [cause.name for cause in outcome.causes] == ["erasure"]
    assert "1 version was erased" in outcome.causes[0].sentence
    # What was erased before is no difference.
    assert again(archive, index, receipt(index, "ferry")).identical


def test_an_erasure_among_the_later_articles_makes_no_difference(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    assert articles
    written = receipt(index, "ferry")
    later = add(archive, "another ferry")
    erase(archive, later)
    assert again(archive, index, written).identical


def test_a_hit_that_comes_up_because_another_went_is_new(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    written = receipt(index, "ferry", sort="position", limit=1)
    erase(archive, articles[0])
    gone, new = again(archive, index, written).hits
    assert (gone.status, new.status) == ("gone", "new")
    assert new.cause is not None
    assert new.cause.name == "erasure"


def changed(written: bytes, change: Callable[[Document], object]) -> bytes:
    document = json.loads(written)
    change(document)
    return signed(document)


def test_another_history_is_told_even_where_the_hits_are_the_same(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    assert articles
    written = changed(receipt(index, "ferry"), lambda document: document["archive"].update(root="00" * 32))
    outcome = again(archive, index, written)
    assert [cause.name for cause in outcome.causes] == ["history"]
    assert all(hit.status == "same" for hit in outcome.hits)
    assert not outcome.identical


def test_an_older_copy_of_the_archive_replays_what_it_holds(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    written = receipt(index, "ferry", at=articles[-1])
    shorter = changed(written, lambda document: document["archive"].update(size=1000))
    outcome = again(archive, index, shorter)
    assert [cause.name for cause in outcome.causes] == ["shorter"]
    assert outcome.identical
    lost = changed(shorter, lambda document: document["as_of"].update(position=900))
    outcome = again(archive, index, lost)
    assert (outcome.position, outcome.identical) == (None, False)
    assert {hit.cause and hit.cause.name for hit in outcome.hits} == {"history"}


def test_another_analysis_is_told(archive: Archive, index: NotedIndex, articles: list[int]) -> None:
    assert articles
    written = receipt(index, "ferry")
    outcome = again(archive, index, changed(written, lambda document: document["versions"].update(analysis=0)))
    # Where it makes no difference to this search, that is told and no more.
    assert outcome.identical
    assert [cause.name for cause in outcome.causes] == ["versions"]
    assert "analysis 0 then" in outcome.causes[0].sentence

    def rescored(document: Document) -> None:
        document["versions"]["analysis"] = 0
        document["hits"][0]["score"] += 1.0

    outcome = again(archive, index, changed(written, rescored))
    assert [hit.status for hit in outcome.hits] == ["rescored", "same", "same"]
    assert outcome.hits[0].cause is not None
    assert outcome.hits[0].cause.name == "versions"


def test_a_difference_that_nothing_explains_is_called_unexplained(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    assert articles
    other = changed(receipt(index, "ferry"), lambda document: document["hits"][0].update(digest="ab" * 32))
    outcome = again(archive, index, other)
    assert [hit.status for hit in outcome.hits] == ["changed", "same", "same"]
    assert outcome.hits[0].cause is not None
    assert outcome.hits[0].cause.name == "unexplained"


def take_in(archive: Archive, other: Archive) -> None:
    with source_at(other.path, lock_timeout=5.0) as source:
        merge(archive, source)


def test_in_an_archive_that_took_the_other_one_in_ids_count_and_positions_do_not(
    archive: Archive, index: NotedIndex, articles: list[int], tmp_path: Path
) -> None:
    assert articles
    written = receipt(index, "ferry")
    with Archive.create(tmp_path / "second") as second:
        take_in(second, archive)
        outcome = again(second, NotedIndex(second), written)
        assert outcome.identical
        assert outcome.position != outcome.receipt.as_of
        assert [cause.name for cause in outcome.causes] == ["another-archive"]
    with Archive.create(tmp_path / "third") as third:
        add(third, "a ferry of our own")
        take_in(third, archive)
        outcome = again(third, NotedIndex(third), written)
        assert not outcome.identical
        assert {hit.cause and hit.cause.name for hit in outcome.hits} == {"another-archive"}
        assert sorted(hit.status for hit in outcome.hits) == ["new", "rescored", "rescored", "rescored"]
    with Archive.create(tmp_path / "fourth") as fourth:
        outcome = again(fourth, NotedIndex(fourth), written)
        assert (outcome.identical, outcome.position) == (False, None)
        assert [hit.status for hit in outcome.hits] == ["gone"] * 3


# What is none


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"{", b"[]", b"3", b"{}", b'{"receipt": NaN}', b"[" * 100_000, b'{"receipt": 1}']
)
def test_what_is_no_receipt_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidValueError):
        from_bytes(content)


def test_a_receipt_that_was_changed_is_refused(index: NotedIndex, articles: list[int]) -> None:
    assert articles
    written = receipt(index, "ferry")
    with pytest.raises(InvalidValueError, match="changed since"):
        from_bytes(written.replace(b'"total":3', b'"total":4'))


def test_a_receipt_of_a_later_version_is_refused(index: NotedIndex, articles: list[int]) -> None:
    assert articles
    later = receipts.VERSION + 1
    written = changed(receipt(index, "ferry"), lambda document: document.update(receipt=later))
    with pytest.raises(InvalidValueError, match=f"version {later}"):
        from_bytes(written)


@pytest.mark.parametrize(
    ("member", "value"),
    [("query", 3), ("options", {}), ("hits", [3]), ("total", -1), ("total", True), ("as_of", None), ("archive", "x")],
)
def test_a_receipt_with_a_member_of_another_kind_is_refused(
    index: NotedIndex, articles: list[int], member: str, value: object
) -> None:
    assert articles
    written = changed(receipt(index, "ferry"), lambda document: document.update({member: value}))
    with pytest.raises(InvalidValueError, match="not a receipt"):
        from_bytes(written)


def test_what_a_receipt_asks_for_is_its_tree_whatever_its_text_means_by_now(
    archive: Archive, index: NotedIndex, articles: list[int]
) -> None:
    stated = receipts.StatedRequest(Word("mist"), query="fog quay")
    for _ in range(3):
        assert [position for position, _ in index.search(stated).page] == [articles[1]]
