"""What reading an archive does with parts that were erased: it knows them from damage, and passes over them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs
import pytest

from archive import events, lookup
from archive.amending import current_versions
from archive.errors import DamagedError, ErasedError
from archive.ids import new_id
from archive.new_events import NewEvent, article_erased
from archive.verification import Problem, verify
from archive.verification.erasures import Erasures
from index.index import Index
from index.search import Request
from tests.archive.making import add_all, numbered
from tests.archive.raw import connected, unguarded

if TYPE_CHECKING:
    from archive.archive import Archive


def erase(archive: Archive, *positions: int, zero: bool = True) -> str:
    """Erase versions as an erasure does, and nothing besides; return the article's id."""
    recorded = [archive.event(position) for position in positions]
    article_id = recorded[0].attribute("subject")
    parts = {event.position: set(event.envelope.commitments) for event in recorded}
    erased = article_erased(
        article_id=article_id,
        run_id=new_id(),
        causation=None,
        ground={"basis": "a court order", "authority": "Court of Port Ansel"},
        suppressed={},
        parts={event.envelope.id: parts[event.position] for event in recorded},
    )
    with archive.store.appending() as appender:
        if zero:
            appender.erase(parts, article_id)
        appender.append(erased, lookup.life_cycle_keys(events.ARTICLE_ERASED, article_id))
    return article_id


def test_an_erased_part_is_not_taken_for_damage(archive: Archive) -> None:
    add_all(archive, numbered(3))
    article_id = erase(archive, 2)
    with pytest.raises(ErasedError, match="position 2 was erased, as the event at position 5 records") as raised:
        archive.store.part(2, "article")
    assert (raised.value.article_id, raised.value.erased_at) == (article_id, 5)
    assert archive.store.erased_parts(2) == {"article", "origin", "original"}
    assert archive.store.erased_parts(1) == archive.store.erased_parts(4) == frozenset()
    assert list(verify(archive)) == []


def test_zeros_that_no_erasure_names_are_damage(archive: Archive) -> None:
    add_all(archive, numbered(3))
    erase(archive, 2)
    with archive.store.appending() as appender:
        appender.erase({1: {"origin"}}, new_id())
    with pytest.raises(DamagedError, match="position 1 is damaged"):
        archive.store.part(1, "origin")
    assert [problem.position for problem in verify(archive)][:1] == [1]


def test_what_was_to_be_erased_and_is_there_is_told(archive: Archive) -> None:
    add_all(archive, numbered(3))
    erase(archive, 2, zero=False)
    assert "purge pending" in " ".join(problem.message for problem in verify(archive) if problem.position == 2)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"[]", "part 'erased': a document is not a JSON object"),
        (b'{"parts":7}', "part 'erased' names no parts by event"),
        (b'{"parts":{"one":["text"],"other":7}}', "part 'erased' names no parts by event"),
        (None, "its envelope commits to no part 'erased'"),
    ],
)
def test_an_erasure_that_does_not_say_what_it_erased_is_told(
    archive: Archive, document: bytes | None, message: str
) -> None:
    add_all(archive, numbered(3))
    subject = archive.event(2).attribute("subject")
    parts = {"erasure": b"{}"} if document is None else {"erased": document}
    event = NewEvent(type="morgue.article.erased.v1", subject=subject, correlation=new_id(), parts=parts)
    with archive.store.appending() as appender:
        position, _ = appender.append(event, lookup.life_cycle_keys(events.ARTICLE_ERASED, subject))
    assert list(verify(archive)) == [Problem(position, message)]


@pytest.mark.parametrize("own", [True, False])
def test_an_erasure_of_another_source_is_in_force_where_it_is_accepted(archive: Archive, own: bool) -> None:
    add_all(archive, numbered(3))
    named = Erasures()
    recorded = archive.event(2).envelope
    source = recorded.source if own else f"urn:uuid:{new_id()}"
    contents = {"erased": json.dumps({"parts": {recorded.id: ["text", "origin"], new_id(): ["text"]}}).encode()}
    assert named.add_named(attrs.evolve(recorded, source=source), contents) is None
    told = [problem.position for problem in named.problems(archive.store, 0)]
    # An event that this archive never had is none, nor a part that its envelope does not commit to.
    assert told == ([2] if own else [])


def test_what_was_to_be_erased_and_has_lost_its_lookups_is_told_once(archive: Archive) -> None:
    add_all(archive, numbered(3))
    article_id = erase(archive, 2, zero=False)
    with connected(archive.path) as connection:
        connection.execute(
            "DELETE FROM lookup WHERE position = 2 AND key NOT IN (?, ?)",
            (lookup.article_key(article_id), lookup.ERASURES),
        )
    told = list(verify(archive))
    assert {problem.position for problem in told} == {2}
    assert all("purge pending" in problem.message for problem in told)


def test_an_erasure_that_was_rolled_back_is_none(archive: Archive) -> None:
    add_all(archive, numbered(2))
    with suppress(RuntimeError), archive.store.appending() as appender:
        article_id = archive.event(1).attribute("subject")
        gone = {archive.event(1).attribute("id"): {"article"}}
        event = article_erased(
            article_id=article_id, run_id=new_id(), causation=None, ground={}, suppressed={}, parts=gone
        )
        appender.append(event, lookup.life_cycle_keys(events.ARTICLE_ERASED, article_id))
        assert archive.store.erased_parts(1) == {"article"}
        raise RuntimeError
    add_all(archive, numbered(1, 5))
    assert archive.store.erased_parts(1) == frozenset()


def test_versions_replay_and_index_pass_over_what_was_erased(archive: Archive) -> None:
    add_all(archive, numbered(4))
    article_id = erase(archive, 2)
    assert archive.versions(article_id) == []
    assert [recorded.position for recorded in archive.articles()] == [1, 3, 4]
    assert [version.position for version in current_versions(archive)] == [1, 3, 4]
    assert [hit.version.position for hit in Index(archive).search(Request(query="harbour"))] == [1, 3, 4]
    for identifier in ("2", article_id):
        with pytest.raises(ErasedError):
            archive.find(identifier)
    assert [event.envelope.kind for event in archive.history(article_id)] == ["article.added", "article.erased"]


def test_damage_stays_damage_where_something_else_was_erased(archive: Archive) -> None:
    add_all(archive, numbered(3))
    erase(archive, 2)
    with unguarded(archive.path) as database:
        database.execute("UPDATE payload SET data = zeroblob(length(data)) WHERE position = 3")
    with pytest.raises(DamagedError):
        archive.version(3)
