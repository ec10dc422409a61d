"""JSON that is no JSON Lines: arrays, objects over several lines, feeds, answers of services; and how it is cut."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers import json_scan, parse
from archive.importers.json_document import JsonImporter
from archive.importers.json_scan import items_of, pieces
from archive.importers.protocol import Draft, Problem, Record
from tests.archive.importers.parsing import parsed
from tests.archive.importers.spans import check_spans

FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Port Ansel Gazette",
    "home_page_url": "https://gazette.example/",
    "language": "en",
    "authors": [{"name": "Desk"}],
    "items": [
        {
            "id": "https://gazette.example/1",
            "url": "https://gazette.example/1",
            "title": "Ferry back",
            "content_html": "<p>It sails.</p>",
            "date_published": "2031-04-01T10:00:00+02:00",
            "date_modified": "2031-04-02T00:00:00Z",
            "tags": ["harbour"],
            "authors": [{"name": "Ann Lee"}],
        },
        {"id": 2, "content_text": "Lamp lit."},
    ],
}


def drafts(data: bytes) -> list[Draft]:
    found = parsed(JsonImporter(), data)
    assert all(isinstance(item, Draft) for item in found), found
    return [item for item in found if isinstance(item, Draft)]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_cut_into_the_bytes_of_its_records(indent: int | None) -> None:
    records = [{"title": "Fähre", "text": 'Da: [}]"\\'}, {"text": "b", "tags": ["x", {"y": []}][:1]}]
    data = b"\xef\xbb\xbf" + json.dumps(records, indent=indent, ensure_ascii=False).encode()
    found = drafts(data)
    assert [json.loads(draft.record.original) for draft in found] == records
    assert [draft.record.label for draft in found] == ["1", "2"]
    assert [draft.line for draft in found] == ([1, 1] if indent is None else [2, 6])
    assert all(draft.record.original in data for draft in found)
    assert sum(check_spans(draft) for draft in found) == 2


def test_objects_one_after_the_other_are_records() -> None:
    data = b'{\n "text": "a"\n}\n{\n "text": "b"\n}\n'
    assert [(draft.text, draft.line) for draft in drafts(data)] == [("a", 1), ("b", 4)]


def test_an_item_that_is_broken_costs_no_other() -> None:
    data = b'[{"text": "a"},\n{"text": unquoted},\n5, "six",\n[7],\n{"text": "b"}]'
    found = parsed(JsonImporter(), data)
    assert [item.text for item in found if isinstance(item, Draft)] == ["a", "b"]
    assert [item.line for item in found if isinstance(item, Problem)] == [2, 3, 4]


def test_an_item_that_is_too_long_is_dropped_and_the_next_is_read() -> None:
    data = b'[{"text": "' + b"x" * 3000 + b'"},{"text": "b"}]'
    problem, draft = parsed(JsonImporter(max_record=1000), data)
    assert isinstance(problem, Problem)
    assert "longer than 1,000 bytes" in problem.message
    assert isinstance(draft, Draft)


@pytest.mark.parametrize("data", [b'[{"text": "a"}', b'[{"text": "a"}, {"text": "b', b'[{"text": "a"}, {"text": "\\'])
def test_a_file_that_is_cut_off_says_so(data: bytes) -> None:
    draft, problem = parsed(JsonImporter(), data)
    assert isinstance(draft, Draft)
    assert isinstance(problem, Problem)
    assert "ends within" in problem.message


@pytest.mark.parametrize("data", [b"[]", b"[\n]\n"])
def test_an_empty_array_is_nothing_and_no_problem(data: bytes) -> None:
    assert parsed(JsonImporter(), data) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b'{"text": "a"}}', "was not opened"),
        ('[{"text": "a"}]'.encode("utf-16"), "UTF-16"),
        (b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
        (b'[{"text": "a", "x": ' + b"9" * 5000 + b"}]", "invalid JSON"),
        (b'[{"text": "a \\ud800"}]', "surrogate"),
        (b'[{"text": "caf\xe9"}]', "byte 13 of the record is not valid UTF-8"),
    ],
)
def test_what_cannot_be_read_is_a_problem(data: bytes, said: str) -> None:
    problem = parsed(JsonImporter(), data)[-1]
    assert isinstance(problem, Problem)
    assert said in problem.message


@pytest.mark.parametrize("indent", [None, 2])
def test_the_items_of_a_json_feed_are_articles_of_that_feed(indent: int | None) -> None:
    first, second = drafts(json.dumps(FEED, indent=indent).encode())
    check_spans(first)
    assert {field: known[0].value for field, known in first.fields.items()} == {
        "title": "Ferry back",
        "authors": ("Ann Lee",),
        "publisher": "Port Ansel Gazette",
        "published": "2031-04-01T10:00:00+02:00",
        "language": "en",
        "url": "https://gazette.example/1",
        "tags": ("harbour",),
    }
    assert (first.text, first.key) == ("It sails.", None)
    assert json.loads(first.record.original) == FEED["items"][0]
    assert json.loads(first.record.head or b"") == {**FEED, "items": []}
    assert (second.text, second.key) == ("Lamp lit.", "https://gazette.example/ 2")
    assert second.fields["authors"][0].value == ("Desk",)


def test_an_object_around_a_list_of_articles_is_its_articles() -> None:
    data = b'{"status": "ok",\n"articles": [{"title": "T", "content": "a"},\n{"title": "U", "content": "b"}]}'
    assert [(draft.text, draft.line) for draft in drafts(data)] == [("a", 2), ("b", 3)]


def test_a_record_with_a_list_of_its_own_is_a_record() -> None:
    (draft,) = drafts(b'{\n"title": "T", "text": "a", "images": [{"url": "https://c.example/1.png"}]}')
    assert draft.text == "a"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\[]{},:ä\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='a"\\]', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), max_size=4)


@given(OBJECTS, st.sampled_from([None, 1]), st.booleans(), st.integers(1, 9))
def test_any_array_is_cut_where_its_items_are(
    items: list[dict[str, object]], indent: int | None, ascii_only: bool, at_once: int
) -> None:
    data = json.dumps(items, indent=indent, ensure_ascii=ascii_only).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scan, "_READ_AT_ONCE", at_once)
        found = list(pieces(io.BytesIO(data), limit=10_000))
    assert [json.loads(piece.data) for piece in found] == items
    assert all(piece.data in data and piece.fault is None for piece in found)


@given(OBJECTS, VALUES)
def test_the_array_of_a_member_is_found_wherever_its_name_stands(items: list[dict[str, object]], other: object) -> None:
    data = json.dumps({"x": other, "y": {"items": [other]}, "z": "items", "items": items, "after": other}).encode()
    where = items_of(data, "items")
    assert where is not None
    assert json.loads(data[slice(*where)]) == items


@given(st.binary(max_size=60) | st.text(alphabet='[]{}",\\a:1 \n', max_size=60).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    for found in parse(JsonImporter(max_record=50), io.BytesIO(data)):
        if isinstance(found, Draft):
            assert found.record.original in data
            check_spans(found)


def test_an_array_is_not_read_as_a_whole() -> None:
    class Endless(io.RawIOBase):
        """An array that never ends."""

        def __init__(self) -> None:
            self._rest = b"["
            self.read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            while len(self._rest) < size:
                self._rest += b'{"text": "a"},' * 1000
            chunk, self._rest = self._rest[:size], self._rest[size:]
            self.read_bytes += len(chunk)
            return chunk

    stream = Endless()
    found = JsonImporter().split(stream)  # type: ignore[arg-type]  # it reads, and no more is done with it
    assert all(isinstance(next(found), Record) for _ in range(5000))
    assert stream.read_bytes < 1_000_000
