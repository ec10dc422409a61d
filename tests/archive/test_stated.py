"""What a version states, read quickly and as every reader reads it: the same, and the same is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import codec
from archive.errors import InvalidEventError
from archive.verification import stated

if TYPE_CHECKING:
    from collections.abc import Callable

TYPE = "morgue.article.added.v1"

ARTICLE: dict[str, Any] = {
    "boilerplate": [{"rule": "menu", "in": "text", "span": [0, 4]}],
    "canonical_url": "https://courier.example/1",
    "captured": "2031-03-07",
    "fields": {
        "authors": [{"value": ["Ada Quell"], "method": "byline", "extractor": "text/1", "raw": "By Ada Quell"}],
        "title": [
            {"value": "Ships", "method": "heading", "extractor": "text/1", "in": "text", "span": [0, 5], "note": "one"}
        ],
    },
    "key": "17",
    "original": {"digest": "ab" * 32, "encoding": "utf-8", "length": 12, "media_type": "text/plain"},
    "text": {"from": "original"},
}
ORIGIN: dict[str, Any] = {"format": "text", "importer": "text/1", "path": "/clippings/1.txt", "line": 3, "label": "a"}

_VALUES = st.none() | st.booleans() | st.integers(-2, 2**70) | st.text(max_size=3) | st.lists(st.integers(), max_size=3)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all members of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in items for place in ((*path, key), *places(item, (*path, key)))]


def slowly(article: bytes, origin: bytes) -> stated.Stated:
    """Read as every reader does."""
    read = codec.article_from_document(codec.from_bytes(article), codec.from_bytes(origin))
    return stated.Stated(
        digest=read.digest,
        key=read.key,
        canonical_url=read.canonical_url,
        captured=read.captured,
        title=read.metadata.title,
        path=read.origin.path,
        encoding=read.encoding,
        text_is_original=read.text_is_original,
    )


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


def test_the_usual_is_read_quickly() -> None:
    found = stated.stated_quickly(TYPE, encoded(ARTICLE), encoded(ORIGIN))
    assert found == slowly(encoded(ARTICLE), encoded(ORIGIN))
    assert found is not None
    assert (found.title, found.key, found.path) == ("Ships", "17", "/clippings/1.txt")


@pytest.mark.parametrize("place", ["boilerplate", "canonical_url", "captured", "key"])
def test_what_may_lack_in_a_version_is_still_read_quickly(place: str) -> None:
    document = {name: value for name, value in ARTICLE.items() if name != place}
    found = stated.stated_quickly(TYPE, encoded(document), encoded(ORIGIN))
    assert found == slowly(encoded(document), encoded(ORIGIN))


@pytest.mark.parametrize(
    "origin", [{"format": "text", "importer": "text/1", "path": "a"}, {**ORIGIN, "line": 0}, {**ORIGIN, "more": "x"}]
)
def test_any_origin_is_read_quickly(origin: dict[str, Any]) -> None:
    found = stated.stated_quickly(TYPE, encoded(ARTICLE), encoded(origin))
    assert found == slowly(encoded(ARTICLE), encoded(origin))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": []},
        {"title": [{"value": ["Ships"], "method": "m", "extractor": "x"}]},
        {"title": [{"value": "Ships", "method": "m", "extractor": "x", "in": "text", "span": [0, 0]}]},
        {"title": [{"value": ["A"], "method": "m", "extractor": "x", "in": "original", "span": [4, 4]}] * 2},
    ],
)
def test_any_candidates_are_read_quickly(fields: dict[str, Any]) -> None:
    document = {**ARTICLE, "fields": fields}
    found = stated.stated_quickly(TYPE, encoded(document), encoded(ORIGIN))
    assert found == slowly(encoded(document), encoded(ORIGIN))


WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    2,
    0.5,
    "x",
    [],
    [1],
    [0, -1],
    [2, 1],
    [0, 1, 2],
    [0.5, 1],
    ["a", "b"],
    {},
    {"a": 1},
)


@pytest.mark.parametrize("place", places([ARTICLE, ORIGIN])[1:], ids=repr)
def test_each_member_is_read_or_refused_alike_whatever_it_is(place: tuple[Any, ...]) -> None:
    *path, last = place
    for number in range(len(WRONG) + 1):
        document = json.loads(encoded([ARTICLE, ORIGIN]))
        inner = document
        for key in path:
            inner = inner[key]
        if number < len(WRONG):
            inner[last] = WRONG[number]
        elif path:
            del inner[last]
        article, origin = map(encoded, document)
        assert outcome(stated.stated, TYPE, article, origin) == outcome(slowly, article, origin)


def outcome(read: Callable[..., stated.Stated], *parts: Any) -> stated.Stated | str:
    try:
        return read(*parts)
    except InvalidEventError as error:
        return str(error)


@given(st.data())
def test_whatever_is_changed_is_read_or_refused_alike(data: st.DataObject) -> None:
    document = json.loads(encoded([ARTICLE, ORIGIN]))
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from([place for place in places(document) if len(place) > 1]))
        inner = document
        for key in path:
            inner = inner[key]
        if data.draw(st.booleans()):
            inner[last] = data.draw(_VALUES)
        else:
            del inner[last]
    article, origin = map(encoded, document)
    try:
        expected = slowly(article, origin)
    except InvalidEventError as error:
        with pytest.raises(InvalidEventError, match="^" + re.escape(str(error)) + "$"):
            stated.stated(TYPE, article, origin)
        return
    assert stated.stated(TYPE, article, origin) == expected


@given(st.binary(max_size=40))
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidEventError):
        stated.stated(TYPE, content, encoded(ORIGIN))


def test_a_lone_surrogate_is_read_as_the_standard_library_reads_it() -> None:
    article = encoded(ARTICLE).replace(b"Ships", b"\\ud800")
    assert stated.stated(TYPE, article, encoded(ORIGIN)).title == "\ud800"
