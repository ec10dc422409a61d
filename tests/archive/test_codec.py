"""Documents: what is written is read, in one spelling, tolerantly, and never with an error that is not ours."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import codec
from archive.article import Article, Metadata
from archive.errors import InvalidEventError
from archive.provenance import FIELD_NAMES, Boilerplate, Candidate, Origin, Source, Span
from archive.runs import Run

if TYPE_CHECKING:
    from archive.codec import Document

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
sources: tuple[Source, Source] = ("text", "original")
spans = st.builds(
    lambda source, one, other: Span(source=source, start=min(one, other), end=max(one, other)),
    st.sampled_from(sources),
    st.integers(0, 1 << 40),
    st.integers(0, 1 << 40),
)
candidates = st.builds(
    Candidate,
    value=texts | st.lists(texts, max_size=3).map(tuple),
    method=texts,
    extractor=texts,
    raw=st.none() | texts,
    span=st.none() | spans,
    note=st.none() | texts,
)
fields = st.dictionaries(
    st.sampled_from(FIELD_NAMES) | texts, st.lists(candidates, min_size=1, max_size=3).map(tuple), max_size=4
)
articles = st.builds(
    Article,
    metadata=st.builds(Metadata, fields),
    origin=st.builds(Origin, path=texts, format=texts, importer=texts, line=st.none() | st.integers(1)),
    digest=st.binary(min_size=32, max_size=32).map(bytes.hex),
    length=st.integers(0),
    media_type=texts,
    encoding=texts,
    text_is_original=st.booleans(),
    boilerplate=st.lists(st.builds(Boilerplate, span=spans, rule=texts), max_size=2).map(tuple),
    key=st.none() | texts,
    canonical_url=st.none() | texts,
    captured=st.none() | texts,
)
runs = st.builds(
    Run,
    id=st.uuids().map(str),
    command=texts,
    arguments=st.lists(texts, max_size=3).map(tuple),
    agent=texts,
    tool=texts,
    started=texts,
    ended=texts,
    counts=st.dictionaries(texts, st.integers(0), max_size=3),
    interrupted=st.booleans(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ARTICLE = Article(
    metadata=Metadata({"title": (Candidate(value="T", method="given", extractor="user/1"),)}),
    origin=Origin(path="a.txt", format="text", importer="text/1"),
    digest="ab" * 32,
    length=3,
    media_type="text/plain",
    encoding="utf-8",
    text_is_original=True,
)


@given(articles)
def test_an_article_that_is_written_is_read(article: Article) -> None:
    encoded = codec.to_bytes(codec.article_document(article))
    origin = codec.to_bytes(codec.origin_document(article.origin))
    assert codec.article_from_document(codec.from_bytes(encoded), codec.from_bytes(origin)) == article


@given(articles)
def test_the_chosen_values_are_those_of_the_article(article: Article) -> None:
    values = codec.chosen_values(codec.from_bytes(codec.to_bytes(codec.article_document(article))))
    assert values == {name: candidates[0].value for name, candidates in article.metadata.fields.items() if candidates}


@given(runs)
def test_a_run_that_is_written_is_read(run: Run) -> None:
    encoded = codec.to_bytes(codec.run_document(run))
    assert codec.run_from_document(run.id, codec.from_bytes(encoded)) == run


@given(articles)
def test_a_document_has_one_spelling(article: Article) -> None:
    encoded = codec.to_bytes(codec.article_document(article))
    turned = attrs.evolve(article, metadata=Metadata(dict(reversed(article.metadata.fields.items()))))
    assert codec.to_bytes(codec.article_document(turned)) == encoded
    assert codec.to_bytes(codec.from_bytes(encoded)) == encoded


def test_the_bytes_of_an_article_are_these() -> None:
    # Written out: whoever changes a byte of it needs a new version of the event, and an upcaster.
    full = attrs.evolve(
        ARTICLE,
        metadata=Metadata(
            {
                "authors": (Candidate(value=("Á", "B"), method="json", extractor="jsonl/1", raw="Á, B"),),
                "title": (
                    Candidate(
                        value="T", method="heading", extractor="text/1", span=Span(source="text", start=0, end=1)
                    ),
                ),
            }
        ),
        origin=attrs.evolve(ARTICLE.origin, line=3),
        boilerplate=(Boilerplate(span=Span(source="original", start=4, end=9), rule="menu"),),
        key="17",
        canonical_url="https://courier.example/17",
        captured="2021-04-13",
        text_is_original=False,
    )
    assert codec.to_bytes(codec.article_document(full)).decode() == (
        '{"boilerplate":[{"in":"original","rule":"menu","span":[4,9]}],'
        '"canonical_url":"https://courier.example/17","captured":"2021-04-13","fields":{'
        '"authors":[{"extractor":"jsonl/1","method":"json","raw":"Á, B","value":["Á","B"]}],'
        '"title":[{"extractor":"text/1","in":"text","method":"heading","span":[0,1],"value":"T"}]},'
        '"key":"17",'
        '"original":{"digest":"' + "ab" * 32 + '","encoding":"utf-8","length":3,"media_type":"text/plain"},'
        '"text":{"from":"text"}}'
    )
    origin = codec.to_bytes(codec.origin_document(full.origin)).decode()
    assert origin == '{"format":"text","importer":"text/1","line":3,"path":"a.txt"}'


def test_a_field_without_candidates_is_left_out() -> None:
    bare = attrs.evolve(ARTICLE, metadata=Metadata({"title": ()}))
    assert codec.article_document(bare)["fields"] == {}


def test_members_of_a_later_version_are_ignored() -> None:
    document = codec.article_document(ARTICLE)
    document["sentiment"] = {"score": 1}
    document["fields"]["title"][0]["confidence"] = 0.5
    origin = {**codec.origin_document(ARTICLE.origin), "host": "x"}
    assert codec.article_from_document(document, origin) == ARTICLE


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("original", None),
        ("original.digest", 5),
        ("original.length", "3"),
        ("original.length", True),
        ("text", "original"),
        ("text.from", 1),
        ("fields", []),
        ("fields.title", 5),
        ("fields.title", ["T"]),
        ("fields.title", {"value": "T"}),
        ("fields.title[0].value", None),
        ("fields.title[0].method", 1),
        ("fields.title[0].span", [2, 1]),
        ("fields.title[0].note", 5),
        ("boilerplate", 5),
        ("boilerplate", ["menu"]),
        ("boilerplate", "menu"),
        ("key", 17),
        ("captured", 2021),
    ],
)
def test_a_member_of_another_type_is_named(path: str, value: object) -> None:
    document = codec.article_document(ARTICLE)
    *parents, last = path.replace("[0]", ".0").split(".")
    place: Any = document
    for parent in parents:
        place = place[int(parent) if parent.isdigit() else parent]
    place[last] = value
    with pytest.raises(InvalidEventError) as error:
        codec.article_from_document(document, codec.origin_document(ARTICLE.origin))
    assert str(error.value).startswith(path.removesuffix(".span"))


@pytest.mark.parametrize(("member", "value"), [("path", None), ("line", "3"), ("format", 1), ("importer", [])])
def test_a_member_of_an_origin_of_another_type_is_named(member: str, value: object) -> None:
    origin = {**codec.origin_document(ARTICLE.origin), member: value}
    with pytest.raises(InvalidEventError, match=member):
        codec.article_from_document(codec.article_document(ARTICLE), origin)


@given(json_values, st.sampled_from(["fields", "original", "text", "boilerplate", "key"]))
def test_any_document_is_read_or_refused_with_an_error_of_ours(value: object, member: str) -> None:
    for document in ({member: value}, {**codec.article_document(ARTICLE), member: value}):
        for read in (
            codec.boilerplate_spans,
            lambda read: codec.article_from_document(read, codec.origin_document(ARTICLE.origin)),
            codec.chosen_values,
            codec.text_source,
        ):
            with suppress(InvalidEventError):
                read(document)


@pytest.mark.parametrize("encoded", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 100_000, b"1" * 5000, b'{"a":1}x'])
def test_what_is_no_document_is_refused(encoded: bytes) -> None:
    with pytest.raises(InvalidEventError):
        codec.from_bytes(encoded)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidEventError, match="surrogate"):
        codec.to_bytes({"title": "\ud800"})
    with pytest.raises(InvalidEventError, match="surrogate"):
        codec.text_to_bytes("\udce9")


def test_a_run_without_arguments_is_read() -> None:
    document = json.loads('{"command":"add","agent":"","tool":"t","started":"s","ended":"e","counts":{"added":1}}')
    assert codec.run_from_document("id", document).arguments == ()


@pytest.mark.parametrize("member", ["command", "agent", "tool", "started", "ended", "counts"])
def test_a_run_lacks_nothing_else(member: str) -> None:
    document: Document = {"command": "add", "agent": "", "tool": "t", "started": "s", "ended": "e", "counts": {}}
    del document[member]
    with pytest.raises(InvalidEventError, match=member):
        codec.run_from_document("id", document)


def test_an_articles_fields_are_their_first_candidates() -> None:
    known = Metadata(
        {
            "title": tuple(Candidate(value=value, method="m", extractor="e") for value in ("first", "second")),
            "authors": (Candidate(value=("A", "B"), method="m", extractor="e"),),
            "place": (Candidate(value=("not", "one"), method="m", extractor="e"),),
            "tags": (Candidate(value="not many", method="m", extractor="e"),),
        }
    )
    assert (known.title, known.authors, known.publisher, known.url) == ("first", ("A", "B"), None, None)
    assert (known.place, known.tags) == (None, ())
    assert (known.agency, known.published, known.language) == (None, None, None)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_a_span_runs_forward(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(source="text", start=start, end=end)


def test_spans_of_boilerplate_are_read_without_the_rest_those_in_the_text_only() -> None:
    marks = tuple(Boilerplate(span=Span(source=source, start=4, end=9), rule="menu") for source in ("text", "original"))
    document = codec.article_document(attrs.evolve(ARTICLE, boilerplate=marks))
    assert codec.boilerplate_spans(document) == ((4, 9),)
    assert codec.boilerplate_spans(codec.article_document(ARTICLE)) == ()
