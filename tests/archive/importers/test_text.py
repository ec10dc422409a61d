"""The text importer: one draft a file, spans that point at what they name, and no exception whatever the bytes."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from archive.importers import importer_for
from archive.importers.protocol import Draft, Problem
from tests.archive.importers.parsing import parsed

ARTICLE = (
    "Ferry Returns After Three Years\r\n\r\nBy JANE DOE and John Roe\r\n\r\n"
    "OSLO, April 13, 2021 (NTB) – The ferry “Möwe” is back in the harbour, its captain said.\r\n"
)
WORDS = st.sampled_from(
    [
        "Ferry",
        "Returns",
        "By",
        "JANE DOE",
        "and",
        "OSLO",
        "(NTB)",
        "–",
        "April 13",
        ",",
        "2021",
        ".",
        ":",
        "the",
        "\n",
        "\r\n",
        "\n\n",
        "\u00a0",
        "é",
    ]
)


def parse(data: bytes) -> list[Draft | Problem]:
    return parsed(importer_for("text"), data)


def only_draft(data: bytes) -> Draft:
    (draft,) = parse(data)
    assert isinstance(draft, Draft)
    return draft


def test_a_file_is_one_draft_with_its_fields() -> None:
    draft = only_draft(ARTICLE.encode())
    assert draft.record.original == ARTICLE.encode()
    assert draft.text is None
    assert draft.boilerplate == ()
    assert (draft.media_type, draft.encoding, draft.line) == ("text/plain", "utf-8", None)
    assert draft.article_text() == ARTICLE
    found = {
        field: (candidate.value, candidate.raw, candidate.method, candidate.extractor)
        for field, (candidate,) in draft.fields.items()
    }
    assert found == {
        "title": ("Ferry Returns After Three Years",) * 2 + ("heading", "text/2"),
        "authors": (("Jane Doe", "John Roe"), "JANE DOE and John Roe", "byline", "text/2"),
        "place": ("Oslo", "OSLO", "dateline", "text/2"),
        "agency": ("NTB", "NTB", "dateline", "text/2"),
        "published": ("2021-04-13", "April 13, 2021", "dateline", "text/2"),
    }


def test_spans_count_code_points_without_a_byte_order_mark() -> None:
    draft = only_draft(("\ufeff" + ARTICLE).encode())
    (title,) = draft.fields["title"]
    assert draft.encoding == "utf-8-sig"
    assert title.span is not None
    assert title.span.start == 0


def test_a_title_is_one_line_with_single_spaces_and_its_raw_is_as_written() -> None:
    draft = only_draft("Ferry\u00a0Returns  After Storm\n\nThe ferry is back.".encode())
    (title,) = draft.fields["title"]
    assert title.value == "Ferry Returns After Storm"
    assert title.raw == "Ferry\u00a0Returns  After Storm"


def test_a_byline_may_stand_behind_a_summary_and_the_dateline_behind_both() -> None:
    draft = only_draft(b"Ferry Is Back\n\nThe town has it again.\n\nBy Jane Doe\n\nOSLO (NTB) - The ferry is back.")
    assert {field: known.value for field, (known,) in draft.fields.items()} == {
        "title": "Ferry Is Back",
        "authors": ("Jane Doe",),
        "place": "Oslo",
        "agency": "NTB",
    }


def test_a_day_that_begins_a_sentence_is_not_when_it_was_published() -> None:
    draft = only_draft(b"Ferry Is Back\n\nApril 13th, the captain of the ferry came to town and met the council.")
    assert "published" not in draft.fields


def test_a_date_alone_in_the_heading_is_not_asserted_as_published() -> None:
    draft = only_draft(b"May 28, 2024\n\nFerry Is Back\n\nThe town has it again.")
    assert set(draft.fields) == {"title", "page_date"}


def test_empty_and_binary_input_are_problems() -> None:
    assert parse(b" \n") == [Problem(message="empty: nothing to archive")]
    (problem,) = parse(b"\x89PNG\r\n\0\0")
    assert isinstance(problem, Problem)
    assert "not text" in problem.message


def test_one_long_line_is_one_draft() -> None:
    draft = only_draft(b"ferry " * 2_000_000)
    assert draft.fields == {}


def check(data: bytes) -> None:
    for draft in parse(data):
        if isinstance(draft, Draft):
            text = draft.article_text()
            for candidates in draft.fields.values():
                for candidate in candidates:
                    assert candidate.span is not None
                    assert text[candidate.span.start : candidate.span.end] == candidate.raw


@given(st.binary(max_size=600))
def test_no_bytes_raise(data: bytes) -> None:
    check(data)


@given(st.text(max_size=600))
@example("\x1cTitle Of It\x85By Jane Doe\u2028OSLO (NTB) - The ferry.")
@example("a" * 4094 + "\r\nTitle")
def test_every_span_points_at_its_raw(text: str) -> None:
    check(text.encode())


@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_every_span_points_at_its_raw_in_what_looks_like_news(text: str) -> None:
    check(text.encode())
