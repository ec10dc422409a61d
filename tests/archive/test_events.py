"""Events and their evolution: what an earlier version wrote is read by today's reader, and stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from archive import codec, events
from archive.errors import DamagedError, InvalidEventError
from archive.events import ARTICLE, ARTICLE_ADDED, ORIGIN, ORIGINAL
from archive.ids import new_id
from archive.new_events import NewEvent, article_parts, run_recorded
from archive.runs import Run
from tests.archive.making import submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.archive import Archive
    from archive.codec import Document

    Upcasters = dict[tuple[str, str, int], Callable[[Document], Document]]


def _headline_became_a_field(document: Document) -> Document:
    """Make a document of version 2 from one of a made-up version 1, which had a bare headline and its bytes' digest."""
    rest = {name: value for name, value in document.items() if name not in {"headline", "sha256", "size"}}
    return {
        **rest,
        "fields": {"title": [{"value": document["headline"], "method": "unknown", "extractor": "unknown"}]},
        "original": {"digest": document["sha256"], "length": document["size"], "media_type": "text/plain"},
    }


def _the_encoding_was_utf_8(document: Document) -> Document:
    """Make a document of version 3: until then all was UTF-8, so nobody wrote it down."""
    return {**document, "original": {"encoding": "utf-8", **document["original"]}}


OLD: Document = {
    "headline": "Ferry Is Back",
    "sha256": "ab" * 32,
    "size": 14,
    "text": {"from": "original"},
}


@pytest.fixture
def third_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let articles be at version 3, with a step from each version to the next."""
    upcasters = cast("Upcasters", events.UPCASTERS)
    monkeypatch.setitem(upcasters, (ARTICLE_ADDED, ARTICLE, 1), _headline_became_a_field)
    monkeypatch.setitem(upcasters, (ARTICLE_ADDED, ARTICLE, 2), _the_encoding_was_utf_8)
    monkeypatch.setitem(cast("dict[str, int]", events.VERSIONS), ARTICLE_ADDED, 3)


def _append(archive: Archive, event_type: str, document: Document) -> int:
    original = b"The ferry ran."
    origin = codec.to_bytes({"format": "text", "importer": "text/0", "path": "ferry.txt"})
    parts = {ARTICLE: codec.to_bytes(document), ORIGIN: origin, ORIGINAL: original}
    with archive.store.appending() as appender:
        position, _ = appender.append(NewEvent(type=event_type, subject=new_id(), correlation=new_id(), parts=parts))
    return position


@pytest.mark.usefixtures("third_version")
def test_an_article_of_version_1_is_read_as_one_of_version_3(archive: Archive) -> None:
    position = _append(archive, "morgue.article.added.v1", OLD)
    stored = archive.store.part(position, ARTICLE)
    version = archive.version(position)
    assert version.metadata.title == "Ferry Is Back"
    assert (version.article.digest, version.article.encoding) == ("ab" * 32, "utf-8")
    assert archive.text(version) == "The ferry ran."
    assert [article.values["title"] for article in archive.articles()] == ["Ferry Is Back"]
    assert archive.store.part(position, ARTICLE) == stored == codec.to_bytes(OLD)


@pytest.mark.usefixtures("third_version")
def test_an_article_between_the_versions_takes_the_later_step_only(archive: Archive) -> None:
    position = _append(archive, "morgue.article.added.v2", _headline_became_a_field(OLD))
    assert archive.version(position).article.encoding == "utf-8"


@pytest.mark.usefixtures("third_version")
def test_what_is_added_today_is_of_todays_version(archive: Archive) -> None:
    outcome = archive.add(submission("Text.", title="Title"))
    assert archive.event(outcome.position).attribute("type") == "morgue.article.added.v3"
    assert archive.find(outcome.article_id).metadata.title == "Title"


def test_without_its_upcaster_an_old_document_is_not_half_read(archive: Archive) -> None:
    position = _append(archive, "morgue.article.added.v1", OLD)
    with pytest.raises(DamagedError, match="original") as error:
        archive.version(position)
    assert error.value.position == position


def test_a_version_from_the_future_is_read_as_far_as_it_is_known(archive: Archive) -> None:
    document = {**codec.article_document(submission("The ferry ran.").article), "mood": "calm"}
    position = _append(archive, "morgue.article.added.v9", document)
    assert archive.text(archive.version(position)) == "The ferry ran."


def test_a_kind_from_the_future_is_passed_over(archive: Archive) -> None:
    outcome = archive.add(submission("Text.", title="Title"))
    _append(archive, "morgue.article.translated.v1", {"language": "en"})
    assert [article.position for article in archive.articles()] == [outcome.position]
    assert archive.find(outcome.article_id).position == outcome.position


def test_upcasting_leaves_the_stored_document_alone() -> None:
    before = codec.to_bytes(OLD)
    steps: Upcasters = {
        (ARTICLE_ADDED, ARTICLE, 1): _headline_became_a_field,
        (ARTICLE_ADDED, ARTICLE, 2): _the_encoding_was_utf_8,
    }
    assert "fields" in events.upcast("morgue.article.added.v1", ARTICLE, OLD, steps)
    assert codec.to_bytes(OLD) == before


def test_another_kind_is_not_upcast() -> None:
    steps: Upcasters = {(ARTICLE_ADDED, ARTICLE, 1): _headline_became_a_field}
    assert events.upcast("morgue.article.revised.v1", ARTICLE, OLD, steps) == OLD


@pytest.mark.parametrize("event_type", ["", "morgue.article.added", "morgue.article.added.v", "x.v" + "9" * 5000])
def test_a_type_without_a_version_is_refused(event_type: str) -> None:
    with pytest.raises(InvalidEventError):
        events.upcast(event_type, ARTICLE, {})


@pytest.mark.parametrize("kind", sorted(events.VERSIONS))
def test_type_and_kind_belong_to_each_other(kind: str) -> None:
    assert events.kind_of(events.type_of(kind)) == kind


def test_every_version_that_was_ever_written_has_its_steps() -> None:
    for kind, current in events.VERSIONS.items():
        steps = {version for of_kind, _, version in events.UPCASTERS if of_kind == kind}
        assert steps == set(range(1, current))


def test_a_text_that_is_the_original_is_not_stored_twice() -> None:
    made = submission("Text.")
    assert set(article_parts(made)) == {ARTICLE, ORIGIN, ORIGINAL}


def test_all_that_identifies_is_in_a_part() -> None:
    run = Run(
        id=new_id(),
        command="add",
        arguments=("secret.txt",),
        agent="Jane Doe",
        tool="t",
        started="s",
        ended="e",
        counts={},
    )
    event = run_recorded(run)
    assert b"secret.txt" in event.parts[events.RUN]
    assert b"Jane Doe" in event.parts[events.RUN]
    assert {event.subject, event.correlation} == {run.id}
