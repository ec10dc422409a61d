"""Versions as a list shows them: the same as the versions with all that is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive import codec, events
from archive.changing import Change, change_many, tagging
from archive.errors import DamagedError, NoSuchArticleError
from archive.intake import gather
from archive.listing import listed, text_of
from archive.passages import spans_in_text
from archive.provenance import FIELD_NAMES
from tests.factories import add

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.archive import Archive

NAMES = ("title", "authors", "publisher", "agency", "published", "place", "language", "url", "tags")


def assert_same(archive: Archive, position: int) -> None:
    short, version = listed(archive, position), archive.version(position)
    assert {name: short.metadata.value(name) for name in FIELD_NAMES} == {
        name: version.metadata.value(name) for name in FIELD_NAMES
    }
    assert [getattr(short.metadata, name) for name in NAMES] == [getattr(version.metadata, name) for name in NAMES]
    same = ("position", "event_id", "article_id", "number", "recorded", "run")
    assert [getattr(short, name) for name in same] == [getattr(version, name) for name in same]
    article = version.article
    assert (short.origin, short.digest, short.captured) == (str(article.origin), article.digest, article.captured)
    assert list(short.boilerplate) == spans_in_text(article.boilerplate)
    title = version.metadata.chosen("title")
    if title is not None and title.span is not None and title.span.source == "text":
        assert short.title_span == (title.span.start, title.span.end)
    else:
        assert short.title_span is None
    assert text_of(archive, short) == archive.text(version)


def test_a_listed_version_says_what_the_version_says(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Ferry Runs Aground\n\nQUELLIN, April 18 - Nobody was hurt.\n")
    (tmp_path / "two.jsonl").write_text(
        '{"title": "Fog", "text": "Fog came in.", "url": "https://harbour.example/1"}\n'
    )
    (tmp_path / "three.html").write_text(
        "<html><title>Fog lifts</title><body><nav><a href=/>Home</a></nav><h1>Fog lifts</h1>"
        "<p>The fog over Port Quellin lifted at noon, said the harbour master.</p></body></html>"
    )
    list(archive.add_many(gather([str(tmp_path)])))
    add(archive, "Ships came in.", key="k", authors=("Ann Bell", "Bo Carr"), captured="2030-05-01T10:00:00Z")
    add(archive, "Ships came in late.", key="k", title="Ships")
    versions = [
        event.position for event in archive.events() if events.kind_of(event.attribute("type")) in events.ARTICLE_KINDS
    ]
    assert len(versions) == 5
    for position in versions:
        assert_same(archive, position)
    assert listed(archive, versions[-1]).number == 2


def test_an_event_that_is_no_version_is_refused_as_elsewhere(archive: Archive) -> None:
    for position in (0, 99):
        with pytest.raises(NoSuchArticleError) as whole:
            archive.version(position)
        with pytest.raises(NoSuchArticleError) as short:
            listed(archive, position)
        assert str(short.value) == str(whole.value)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda document: document.pop("fields"),
        lambda document: document.pop("text"),
        lambda document: document.update(captured=1),
        lambda document: document["fields"].update(title=["no candidate"]),
        lambda document: document["fields"]["title"][0].update({"in": "text", "span": [5, 1]}),
    ],
)
def test_a_document_that_lacks_a_member_is_damage(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[codec.Document], object]
) -> None:
    position = add(archive, "Ships came in.", title="Ships")

    def broken(encoded: bytes) -> codec.Document:
        document = whole(encoded)
        if "fields" in document:
            break_it(document)
        return document

    whole = codec.from_bytes
    monkeypatch.setattr(codec, "from_bytes", broken)
    with pytest.raises(DamagedError) as error:
        listed(archive, position)
    assert error.value.position == position


def test_only_an_article_of_which_something_became_is_changed(archive: Archive) -> None:
    first, second = add(archive, "Ships came in.", key="k"), add(archive, "Fog came in.")
    revised = add(archive, "Ships came in late.", key="k")
    assert not any(listed(archive, position).changed for position in (first, second, revised))
    change = Change(tagging(["sea"]), archive.version(first))
    assert [outcome.status for outcome in change_many(archive, [change], command="tag")] == ["tagged"]  # type: ignore[union-attr]
    assert [listed(archive, position).changed for position in (first, second, revised)] == [True, False, True]
