"""The JSON Lines importer: what a record states, and that a bad one costs no other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.jsonl import JsonlImporter
from archive.importers.protocol import Draft, Problem
from tests.archive.importers.parsing import parsed
from tests.archive.importers.spans import check_spans

GOOD = b'{"text": "The ferry is back."}'


def parse(data: bytes, *, max_line: int = 100_000) -> list[Draft | Problem]:
    return parsed(JsonlImporter(max_line=max_line), data)


def draft_of(**record: object) -> Draft:
    (draft,) = parse(json.dumps({"text": "The ferry is back.", **record}).encode())
    assert isinstance(draft, Draft)
    return draft


def problem_of(line: bytes) -> str:
    """Parse a line between two good ones; they must come through, and its problem name it."""
    before, problem, after = parse(GOOD + b"\n" + line + b"\n" + GOOD)
    assert isinstance(before, Draft)
    assert isinstance(after, Draft)
    assert isinstance(problem, Problem)
    assert problem.line == 2
    assert after.line == 3
    return problem.message


def test_a_record_is_a_draft_of_its_own_bytes() -> None:
    first = '{"id": "f-1", "headline": "Fähre zurück", "body": "Sie ist da.\\n"}'.encode()
    found = parse(b"\xef\xbb\xbf" + first + b"\r\n\n  \n" + GOOD)
    assert all(isinstance(draft, Draft) for draft in found)
    one, two = (draft for draft in found if isinstance(draft, Draft))
    assert one.record.original == first
    assert one.text == "Sie ist da.\n"
    assert (one.media_type, one.encoding, one.key, one.line) == ("application/json", "utf-8", "f-1", 1)
    assert (two.record.original, two.line) == (GOOD, 4)


def test_every_member_becomes_its_field() -> None:
    draft = draft_of(
        id=17,
        title="Ferry Is Back",
        url=" https://courier.example/ferry ",
        publisher="Harbour Courier",
        agency="NTB",
        authors=["Jane Doe", "John Roe"],
        published="2021-04-13T12:00:00+05:00",
        place="Oslo",
        language="en",
        tags=["ferry", "storm"],
        captured="2021-04-14T00:00:00Z",
        unknown={"kept": ["in", "the", "original"]},
    )
    assert {field: known.value for field, (known,) in draft.fields.items()} == {
        "title": "Ferry Is Back",
        "url": "https://courier.example/ferry",
        "publisher": "Harbour Courier",
        "agency": "NTB",
        "authors": ("Jane Doe", "John Roe"),
        "published": "2021-04-13T12:00:00+05:00",
        "place": "Oslo",
        "language": "en",
        "tags": ("ferry", "storm"),
    }
    assert (draft.key, draft.captured) == ("17", "2021-04-14T00:00:00Z")
    assert all(known.method == "json" and known.extractor == "jsonl/2" for (known,) in draft.fields.values())


def test_raw_is_what_was_stated_where_it_was_normalised() -> None:
    draft = draft_of(
        title="Ferry\n Is Back", published="Tue, 13 Apr 2021 12:00:00 +0500", tags=["ferry", " ferry"], place="Oslo"
    )
    found = {field: (known.value, known.raw) for field, (known,) in draft.fields.items()}
    assert found == {
        "title": ("Ferry Is Back", "Ferry\\n Is Back"),
        "published": ("2021-04-13T12:00:00+05:00", "Tue, 13 Apr 2021 12:00:00 +0500"),
        "tags": (("ferry",), '["ferry", " ferry"]'),
        "place": ("Oslo", "Oslo"),
    }
    assert check_spans(draft) == 4


def test_a_place_that_two_members_could_be_at_is_not_stated() -> None:
    (draft,) = parse(b'{"related": {"title": "Ferry"}, "title": "Ferry", "place": "Oslo", "text": "a"}')
    assert isinstance(draft, Draft)
    assert draft.fields["title"][0].span is None
    assert draft.fields["place"][0].raw == "Oslo"
    assert check_spans(draft) == 1


def test_objects_are_taken_by_their_names_and_html_as_text() -> None:
    draft = draft_of(
        text=None,
        html="<p>The ferry.<p>Is back.",
        publisher={"name": "Courier"},
        authors=[{"name": "Jane Doe"}, "John Roe"],
        title={"rendered": "Ferry &#8211; back"},
    )
    assert draft.text == "The ferry.\n\nIs back."
    found = {field: known.value for field, (known,) in draft.fields.items()}
    assert found == {"publisher": "Courier", "authors": ("Jane Doe", "John Roe"), "title": "Ferry – back"}


def test_members_that_compete_are_all_candidates_in_the_order_of_the_table() -> None:
    draft = draft_of(
        headline="Back",
        title="Ferry Is Back",
        source="Courier",
        outlet="Courier",
        date="2021-04-14",
        published="2021-04-13",
    )
    assert [known.value for known in draft.fields["title"]] == ["Ferry Is Back", "Back"]
    assert [known.value for known in draft.fields["publisher"]] == ["Courier"]
    assert [known.value for known in draft.fields["published"]] == ["2021-04-13", "2021-04-14"]


@pytest.mark.parametrize(
    ("stated", "authors"),
    [
        ("Jane Doe", ("Jane Doe",)),
        ("By JANE DOE and John Roe", ("Jane Doe", "John Roe")),
        ("Doe, Jane", ("Doe, Jane",)),
        ("Ministry of Health and Welfare", ("Ministry of Health and Welfare",)),
        (["JANE DOE", ""], ("JANE DOE",)),
    ],
)
def test_authors_are_a_list_or_a_byline_and_are_not_taken_apart_in_doubt(
    stated: object, authors: tuple[str, ...]
) -> None:
    (known,) = draft_of(author=stated).fields["authors"]
    assert known.value == authors


def test_keywords_in_one_string_are_split() -> None:
    (known,) = draft_of(keywords="ferry, storm; harbour,").fields["tags"]
    assert known.value == ("ferry", "storm", "harbour")


def test_null_and_empty_members_are_absent() -> None:
    draft = draft_of(title=None, place="", tags=[], published="", id="", url=" ")
    assert draft.fields == {}
    assert draft.key is None


def test_the_text_is_the_first_member_that_holds_one() -> None:
    (draft,) = parse(b'{"text": " ", "body": null, "content": "The ferry.", "articleBody": "No."}')
    assert isinstance(draft, Draft)
    assert draft.text == "The ferry."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"text": "cut', "invalid JSON at character"),
        (b"nonsense", "each line must be one JSON object"),
        (b'["The ferry is back."]', "not a JSON object"),
        (b"{}", "text, body, content, articleBody"),
        (b'{"text": ""}', "'text' is empty"),
        (b'{"body": "\\u200b"}', "'body' is empty"),
        (b'{"text": 5}', "'text' must be a string, not a number"),
        (b'{"text": "a", "title": ["b"]}', "'title' must be a string, not a list"),
        (b'{"text": "a", "authors": {"age": 5}}', "'authors' must be a string or a list of strings, not an object"),
        (b'{"text": "a", "tags": [true]}', "not true or false"),
        (b'{"text": "a", "id": 1.5}', "'id' must be a string or an integer"),
        (b'{"text": "a \\ud800"}', r"'text' holds half of a surrogate pair \(\\ud800\) at character 2"),
        (b'{"text": "a", "title": "\\udc00"}', "'title' holds half"),
        (b'{"text": "a", "text": "b"}', "'text' stands in the record more than once"),
        (b'{"text": "caf\xe9"}', "byte 13 of the line is not valid UTF-8"),
        (b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
        (b'{"text": "a", "x": ' + b'{"x":' * 10_000 + b"1" + b"}" * 10_001, "nested too deep"),
        (b'{"text": "a", "x": ' + b"9" * 5000 + b"}", "invalid JSON"),
    ],
)
def test_a_bad_record_is_a_problem_that_costs_no_other(line: bytes, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(problem_of(line))


def test_a_member_that_is_not_read_may_stand_twice() -> None:
    (draft,) = parse(b'{"text": "a", "x": 1, "x": 2, "y": {"text": 1, "text": 2}}')
    assert isinstance(draft, Draft)


@pytest.mark.parametrize("stated", ["soon", "2021-02-30", 1618300800, ["2021-04-13"]])
def test_a_date_that_is_none_is_left_out_and_reported_but_costs_no_article(stated: object) -> None:
    record = json.dumps({"text": "The ferry is back.", "date": stated}).encode()
    draft, problem = parse(record)
    assert isinstance(draft, Draft)
    assert draft.fields == {}
    assert draft.record.original == record
    assert isinstance(problem, Problem)
    assert problem.line == 1
    assert "'date'" in problem.message
    assert "taken without it" in problem.message


def test_a_line_that_is_too_long_is_skipped_and_the_next_is_read() -> None:
    line = b'{"text": "' + b"x" * 3_000_000 + b'"}'
    problem, draft = parse(line + b"\n" + GOOD, max_line=1000)
    assert isinstance(problem, Problem)
    assert problem.line == 1
    assert "longer than 1,000 bytes" in problem.message
    assert isinstance(draft, Draft)
    assert draft.line == 2


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize(("excess", "kind"), [(0, Draft), (1, Problem)])
def test_the_longest_line_just_fits(end: bytes, excess: int, kind: type) -> None:
    assert [type(found) for found in parse(GOOD + end, max_line=len(GOOD) - excess)] == [kind]


def test_one_record_over_several_lines_is_read() -> None:
    record = json.dumps({"title": "Ferry", "text": "It is back."}, indent=2).encode()
    (draft,) = parse(b"\n" + record + b"\n")
    assert isinstance(draft, Draft)
    assert (draft.record.original, draft.line) == (record, 2)


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_nothing_is_a_problem(data: bytes) -> None:
    assert parse(data) == [Problem(message="empty: nothing to archive")]


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from([GOOD, b"{", b'{"text":', b"\n", b'"a"}', b"\r"])).map(b"".join)
)
def test_no_bytes_raise(data: bytes) -> None:
    for found in parse(data, max_line=100):
        if isinstance(found, Draft):
            assert found.record.original in data
            check_spans(found)
            found.article_text().encode()


WORD = st.text(max_size=8)
SCALAR = st.none() | st.booleans() | st.integers() | WORD
VALUES = SCALAR | st.lists(SCALAR, max_size=3) | st.dictionaries(WORD, SCALAR, max_size=2)
NAMES = st.sampled_from(
    ["text", "body", "title", "authors", "byline", "date", "published", "tags", "id", "captured", "x"]
)


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=5))
def test_any_records_give_drafts_or_problems_line_by_line(records: list[dict[str, object]]) -> None:
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    for found in parse(data):
        if isinstance(found, Draft):
            check_spans(found)
    lines = [found.line for found in parse(data)]
    assert {number for number in lines if number is not None} == set(range(1, len(records) + 1))


@given(st.text(min_size=1).filter(lambda text: text.isprintable() and not text.isspace()), st.booleans())
def test_a_text_comes_through_whole(text: str, ascii_only: bool) -> None:
    (draft,) = parse(json.dumps({"text": text}, ensure_ascii=ascii_only).encode())
    assert isinstance(draft, Draft)
    assert draft.article_text() == text
