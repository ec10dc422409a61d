"""Replay: it reads in bulk and by other ways what versions read one by one, and comes to the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import codec, parts
from archive.errors import DamagedError, InvalidEventError
from tests.archive.raw import unguarded
from tests.factories import Clipping, add, add_all

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.codec import Document


def _rewrite(archive: Archive, encoded: bytes) -> None:
    """Put other bytes in the place of part `article` of the first article."""
    checksum = parts.checksum(parts.RAW, encoded)
    with unguarded(archive.path) as database:
        database.execute(
            "UPDATE payload SET codec = ?, data = ?, checksum = ? WHERE position = 1 AND part = 'article'",
            (parts.RAW, encoded, checksum),
        )


def _stored(archive: Archive) -> Document:
    return codec.from_bytes(archive.store.part(1, "article"))


@pytest.mark.parametrize("value", ["half \ud800 a pair", "\x00", "é"])
def test_what_is_chosen_is_read_whatever_characters_it_has(archive: Archive, value: str) -> None:
    add(archive, "The dam broke.", title="Dam")
    document = _stored(archive)
    document["fields"]["title"][0]["value"] = value
    _rewrite(archive, json.dumps(document).encode())
    [found] = archive.articles()
    assert found.values["title"] == value


def test_a_number_above_64_bits_is_the_number_that_it_is(archive: Archive) -> None:
    add(archive, "The dam broke.")
    document = _stored(archive) | {"boilerplate": [{"in": "text", "span": [3, 1 << 70], "rule": "a/1"}]}
    _rewrite(archive, json.dumps(document).encode())
    [found] = archive.articles()
    assert found.boilerplate == ((3, 1 << 70),)


@pytest.mark.parametrize("encoded", [b"", b"[]", b"{", b'{"text":{"from":"text"},"fields":[]}', b'{"fields":{}}'])
def test_a_document_that_cannot_be_read_is_damage(archive: Archive, encoded: bytes) -> None:
    add(archive, "The dam broke.")
    _rewrite(archive, encoded)
    with pytest.raises(DamagedError, match="cannot be read"):
        list(archive.articles())


def test_an_event_that_is_missing_between_others_is_damage(archive: Archive) -> None:
    add_all(archive, [Clipping(text=f"ships {number}") for number in range(4)])
    with unguarded(archive.path) as database:
        database.execute("DELETE FROM event WHERE position = 2")
    with pytest.raises(DamagedError, match="its event is missing"):
        list(archive.articles())


def test_a_text_of_several_chunks_is_read_whole(archive: Archive) -> None:
    text = "A long statement. " * 120_000
    position = add(archive, text)
    assert [(found.position, found.text) for found in archive.articles()] == [(position, text)]


_values = st.one_of(st.text(max_size=5), st.lists(st.text(max_size=3), max_size=2), st.integers(), st.none())
_candidates = st.one_of(
    st.text(max_size=3),
    st.dictionaries(st.sampled_from(["value", "method"]), _values),
    st.lists(st.one_of(st.text(max_size=3), st.dictionaries(st.sampled_from(["value", "raw"]), _values)), max_size=2),
)


@given(st.dictionaries(st.text(max_size=3), _candidates, max_size=2))
def test_only_lists_of_candidates_with_values_are_chosen_from(fields: Document) -> None:
    def good(items: object) -> bool:
        return (
            isinstance(items, list)
            and len(items) > 0
            and isinstance(items[0], dict)
            and isinstance(items[0].get("value"), str | list)
        )

    if all(map(good, fields.values())):
        assert codec.chosen_values({"fields": fields}).keys() == fields.keys()
    else:
        with pytest.raises(InvalidEventError):
            codec.chosen_values({"fields": fields})
