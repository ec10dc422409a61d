"""Feeds of three parsers' own test suites: each is read or refused with a reason, and says what is expected of it.

What is compared, and what is not:

- feedparser's files state a Python expression. Comparisons of an entry's title, link, dates, authors, tags, text and
  source with a literal are made; what is expected of the feed itself, of fields that morgue has not (enclosures,
  geography, podcasts), of parsed dates and of warnings is counted as left out. So are files that rest on HTTP headers,
  as the headers are not part of the file.
- gofeed's `translator` has the expected article beside each feed, in JSON. All that morgue has a field for is compared.
- gofeed's `parser` states the tree of elements ahead of any reading, and node-feedparser's files state nothing: they
  must be read, or refused with a reason.
"""

from __future__ import annotations

import ast
import io
import json
import re
import xml.parsers.expat
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from archive.importers import parse
from archive.importers.feed import FeedImporter
from archive.importers.feed_markup import entries, is_feed, markup_of, root_of
from archive.importers.feed_reading import reading_of
from archive.importers.fragments import text_of
from archive.importers.json_document import JsonImporter
from archive.importers.lines import one_line
from archive.importers.protocol import Draft, Problem, Record
from tests.archive.importers import corpora
from tests.archive.importers.spans import check_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.feed_fields import Reading
    from archive.provenance import Candidate

pytestmark = pytest.mark.skipif(not corpora.DATA.is_dir(), reason="the feeds are not beside this checkout")

_EXPECT = re.compile(rb"^\s*Expect:\s*(.+?)\s*$", re.MULTILINE)
_FIELDS = {
    ("title",): "title", ("link",): "url", ("published",): "published", ("updated",): "published",
    ("created",): "published", ("summary",): "text", ("description",): "text", ("content", "value"): "text",
    ("tags", "label"): "tags", ("tags", "term"): "tags", ("author_detail", "name"): "authors",
    ("authors", "name"): "authors", ("source", "title"): "publisher", ("publisher",): "publisher",
}  # fmt: skip
_OTHERWISE = {
    "entry_category_term.xml": "a label is stated besides, and is the tag",
    "entry_category_term_non_ascii.xml": "a label is stated besides, and is the tag",
    "entry_content_and_summary.xml": "the content is the text",
    "item_description_and_summary.xml": "one of two summaries is the text",
    "item_summary_and_description.xml": "one of two summaries is the text",
    "http_item_link_base_docuri.xml": "rests on the address of the feed, which a file does not state",
    "bozo_linenoise.xml": "UTF-8 with a wrong byte is read as that, not as another encoding",
    "entry_content_base64.xml": "said to be binary, which is no text",
    "entry_content_base64_2.xml": "said to be binary, which is no text",
    "entry_summary_base64.xml": "said to be binary, which is no text",
    "entry_summary_base64_2.xml": "said to be binary, which is no text",
    "item_description_not_a_doctype.xml": "is no text but the beginning of a comment",
    "item_content_encoded_script_nested_cdata.xml": "marks of CDATA within CDATA are no text",
}
"""Files whose expectation is not met, and why."""


def feeds(under: str) -> Iterator[tuple[str, bytes]]:
    for path, data in corpora.files("feeds").items():
        if path.startswith(under) and path.endswith((".xml", ".atom", ".rss")):
            yield path, data


def records(data: bytes) -> list[Record]:
    return [item for item in FeedImporter().split(io.BytesIO(data)) if isinstance(item, Record)]


def reading(record: Record) -> Reading:
    found = reading_of(record, extractor="feed/1")
    assert found is not None
    return found


def test_every_file_is_read_or_refused_with_a_reason() -> None:
    seen: Counter[str] = Counter()
    placed = 0
    for path, data in feeds("feeds_"):
        outcome = "nothing"
        for found in parse(FeedImporter(), io.BytesIO(data)):
            outcome = type(found).__name__
            if isinstance(found, Draft):
                assert found.record.original, path
                placed += check_spans(found)
            elif isinstance(found, Problem):
                assert found.message, path
            seen[type(found).__name__] += 1
        seen[f"files: {outcome}"] += 1
    # A collection that is not what it was would make these tests say nothing.
    assert sum(count for name, count in seen.items() if name.startswith("files")) > 2000
    assert seen["Draft"] > 800
    assert placed > 900


def test_entries_are_where_an_xml_parser_finds_them() -> None:
    compared = 0
    for path, data in feeds("feeds_"):
        markup = markup_of(data)
        places = _expat_entries(data)
        if markup.decoded or places is None or not is_feed(root_of(markup.text)):
            continue
        found = list(entries(markup.text))
        assert [entry.start + markup.mark for entry in found] == places, path
        assert all(entry.closed for entry in found), path
        compared += 1
    assert compared > 2000


def _expat_entries(data: bytes) -> list[int] | None:
    """Return the offsets at which entries begin, None where expat cannot read the feed."""
    parser = xml.parsers.expat.ParserCreate()
    found: list[int] = []
    within: list[str] = []

    def start(name: str, _: object) -> None:
        if name.lower().rpartition(":")[2] in {"item", "entry"}:
            if not within:
                found.append(parser.CurrentByteIndex)
            within.append(name)

    def end(name: str) -> None:
        if within and within[-1] == name:
            within.pop()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError):
        return None
    return found


def test_what_feedparser_expects_is_found() -> None:
    compared: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    otherwise: set[str] = set()
    missed = []
    for path, data in feeds("feeds_feedparser/"):
        expectation = _EXPECT.search(data) if b"\0" not in data[:200] else None
        if expectation is None:
            left_out["states nothing that can be read"] += 1
            continue
        if b"Header:" in data[: expectation.start()]:
            left_out["rests on HTTP headers"] += 1
            continue
        found = [reading(record) for record in records(data)]
        for number, names, value in _comparisons(expectation[1].decode("utf-8", "replace"), left_out):
            field = _FIELDS.get(names)
            if field is None or not text_of(value):
                left_out["no text expected" if field else f"no field: {'.'.join(names)}"] += 1
            elif path.rpartition("/")[2] in _OTHERWISE:
                otherwise.add(path.rpartition("/")[2])
            else:
                compared[field] += 1
                if number >= len(found) or not _says(found[number], field, value):
                    missed.append((path, names, value, found[number : number + 1]))
    assert missed == []
    # Most of the rest is about the feed, or about what sanitizing leaves of markup that has no text.
    assert sum(compared.values()) > 300
    assert compared.keys() == {"title", "url", "published", "text", "tags", "authors", "publisher"}
    assert otherwise == _OTHERWISE.keys()


def _comparisons(expression: str, left_out: Counter[str]) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Yield what an expectation compares entries with: number of the entry, names on the way to the value, literal."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError:
        left_out["no expression"] += 1
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq):
            continue
        steps: list[object] = []
        left = node.left
        while isinstance(left, ast.Subscript | ast.Attribute):
            if isinstance(left, ast.Attribute):
                steps.append(left.attr)
            else:
                steps.append(left.slice.value if isinstance(left.slice, ast.Constant) else None)
            left = left.value
        right = node.comparators[0]
        if not isinstance(left, ast.Name) or left.id != "entries":
            left_out["of the feed, not of an entry"] += 1
        elif not isinstance(right, ast.Constant) or not isinstance(right.value, str):
            left_out["no string"] += 1
        else:
            number, *names = reversed(steps)
            if isinstance(number, int):
                yield number, tuple(str(name) for name in names if isinstance(name, str)), right.value


def _says(found: Reading, field: str, value: str) -> bool:
    """Tell whether a reading says what is expected: of HTML its text, of a list one of its items."""
    if field == "text":
        return found.text.split() in (text_of(value).split(), value.split())
    known = found.fields.get(field, ())
    if field == "published":
        return value in {candidate.raw or candidate.value for candidate in known}
    return bool({one_line(value), one_line(text_of(value))} & _values(known))


def _values(known: tuple[Candidate, ...]) -> set[str]:
    return {item for one in known for item in ((one.value,) if isinstance(one.value, str) else one.value)}


def test_what_gofeed_expects_is_found() -> None:
    compared: Counter[str] = Counter()
    collection = corpora.files("feeds")
    for path, data in feeds("feeds_gofeed/testdata/translator/"):
        expected = json.loads(collection[path.removesuffix(".xml") + ".json"])["items"]
        found = [reading(record) for record in records(data)]
        assert len(found) == len(expected), path
        for article, wanted in zip(found, expected, strict=True):
            for field, value in _wanted(wanted):
                compared[field] += 1
                assert _says(article, field, value), (path, field, value, article)
    assert compared.keys() == {"title", "url", "published", "authors", "tags", "text"}
    assert sum(compared.values()) > 40


def _wanted(item: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, field in (("title", "title"), ("link", "url"), ("published", "published"), ("updated", "published")):
        if isinstance(value := item.get(name), str):
            yield field, value
    text = item.get("content") or item.get("description")
    if isinstance(text, str):
        yield "text", text
    categories, authors = item.get("categories"), item.get("authors")
    for category in categories if isinstance(categories, list) else ():
        yield "tags", category
    for author in authors if isinstance(authors, list) else ():
        yield "authors", author.get("name") or author.get("email")


def test_json_feeds_are_read_as_gofeed_does() -> None:
    compared = 0
    collection = corpora.files("feeds")
    for path, data in collection.items():
        if not re.search(r"gofeed/testdata/translator/json/[^/]*(?<!expected)\.json$", path):
            continue
        expected = json.loads(collection[path.replace(".json", "_expected.json")])["items"]
        # Its files state the version as a number; the specification has the address of its text there.
        feed = re.sub(rb'"version": "1\.([01])"', rb'"version": "https://jsonfeed.org/version/1.\1"', data)
        found = [item for item in parse(JsonImporter(), io.BytesIO(feed)) if isinstance(item, Draft)]
        assert len(found) == len(expected), path
        for draft, wanted in zip(found, expected, strict=True):
            check_spans(draft)
            for field, value in _wanted(wanted):
                if field == "text" and draft.text == "content_text":
                    continue  # Stated both as text and as HTML; gofeed takes the latter.
                assert value in {*_values(draft.fields.get(field, ())), draft.text}, (path, field, value)
                compared += 1
    assert compared > 10
