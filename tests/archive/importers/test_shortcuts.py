"""What is told at once is what the whole rule would have told: shortcuts change nothing but the time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from archive.codec import to_bytes
from archive.importers import (
    boilerplate,
    credit_lines,
    dateline,
    furniture,
    heading,
    json_records,
    lines,
    masthead,
    reading,
)
from archive.importers.reading import read_text

if TYPE_CHECKING:
    import pytest

PHRASES = st.sampled_from(
    [
        phrase.strip(" :…")
        for row in furniture._TABLE.strip().splitlines()
        for phrase in row.partition(" = ")[2].split(";")
    ]
)
LINES = st.one_of(
    st.text(max_size=60),
    st.tuples(PHRASES, st.sampled_from(["", ":", " 3", " us", "…", " the ferry", " © 2021"])).map("".join),
    st.sampled_from(
        [
            "Moscow, April 18, IRNA – The ferry sank.",
            "WASHINGTON (AP) — The ferry sank on its way home.",
            "(서울=연합뉴스) 김 기자 = 오늘",
            "LONDON: The ferry sank today and many were hurt, as the police said on Sunday morning.",
            "This story was first published by Reuters.",
            "The Associated Press contributed to this report.",
            "It ended well. — with AP",
            "© 2021 Harbour Courier. All rights reserved.",
            "ALL RIGHTS REſERVED",
            "tuttı ı dırıttı rıservatı",
            "Home > World > Ferries",
            "Home\u0345 > World",
            "### ",
            "END",
            "A ferry at sea. Photograph: Jane Doe",
            "The ferry (Jane Doe/AP)",
            "Ferry Returns | Harbour Courier",
            "Source: Xinhua",
            "Original News :",
        ]
    ),
)
ENDINGS = st.sampled_from(
    ["", " (Reuters)", " — AP.", " (Reporting by Jane Doe; editing by John Roe)", " Original News :"]
)


@given(LINES)
def test_a_line_that_may_not_be_furniture_is_none(line: str) -> None:
    words = furniture._tokens(line)
    if furniture._phrase(line, words) or furniture._bar(words):
        assert furniture._may_be(line)
    if furniture._COPYRIGHT.match(line):
        assert furniture._may_be_owned(line)


@given(LINES)
def test_a_line_without_the_signs_of_a_dateline_has_none(line: str) -> None:
    assert dateline.read(line) == dateline._read.__wrapped__(line)


@given(LINES)
def test_a_line_without_the_words_of_a_credit_has_none(line: str) -> None:
    folded = line.lower() if line.isascii() else None
    owned, sourced = credit_lines._COPYRIGHT.match(line), credit_lines._SOURCE.match(line)
    produced, helped = credit_lines._PUBLISHED_BY.match(line), credit_lines._CONTRIBUTED.match(line)
    assert (credit_lines._owner(line, folded) is None) == (owned is None)
    assert (credit_lines._producer(line, folded) is None) == (produced is None and sourced is None)
    assert (credit_lines._helper(line, folded) is None) == (helped is None and credit_lines._WITH.match(line) is None)


@given(LINES, ENDINGS)
def test_a_line_without_a_name_behind_its_last_sentence_ends_with_no_wire(line: str, ending: str) -> None:
    whole = lines.Line(0, len(line + ending), line + ending, follows=False, cut=False)
    tail = (line + ending)[-100:]
    if credit_lines._LAST_WORD.match(tail):
        assert credit_lines._OPENS_NAME.search(tail)
    assert list(credit_lines._last_words(whole)) == [
        credit
        for match in [credit_lines._LAST_WORD.match(tail)]
        if match
        for credit in credit_lines._wires("agency", whole, match, max(0, len(line + ending) - 100))
    ]


@given(LINES)
def test_a_line_without_the_signs_of_what_no_title_has_may_be_one(line: str) -> None:
    if heading._NOT_IN_TITLES.search(line):
        assert heading._SIGN.search(line)
    if heading._CAPTION.search(line):
        assert heading._names_a_picture(line)
    if heading._ABOUT_SOURCE.search(line):
        assert not line.isascii()
    if masthead._BAR.search(line):
        assert masthead._SIGN.search(line)
    if furniture._MARKS.fullmatch(line):
        assert not line[:1].isalpha() or line[0] in "EF"


@given(
    st.lists(st.tuples(LINES, st.integers(280, 330), ENDINGS), min_size=1, max_size=4),
    st.sampled_from([None, "The ferry sank"]),
    st.sampled_from([None, "https://harbour.example/2021/04/18/ferry"]),
)
def test_a_text_of_paragraphs_is_read_as_any_other(
    parts: list[tuple[str, int, str]], title: str | None, url: str | None
) -> None:
    text = "\n".join(line + " ferry" * (length // 6) + ending for line, length, ending in parts)
    quick = read_text(text, extractor="test/1", title=title, url=url)
    longer, reading._PARAGRAPH = reading._PARAGRAPH, 1 << 40
    try:
        assert read_text(text, extractor="test/1", title=title, url=url) == quick
    finally:
        reading._PARAGRAPH = longer


def test_long_paragraphs_are_read_by_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def at_the_top(lines: object) -> dict[int, str]:
        asked.append(lines)
        return {}

    monkeypatch.setattr(boilerplate, "at_the_top", at_the_top)
    read_text("The ferry sank. " * 40, extractor="test/1")
    assert not asked
    read_text("The ferry sank.\n" * 40, extractor="test/1")
    assert asked


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.lists(
    st.tuples(st.sampled_from(["text", "id", "title", 'a"b', "x\\"]) | st.text(max_size=5), VALUES), max_size=5
)


@given(MEMBERS, st.booleans())
@example([("id", 1 << 70)], True)
@example([("text", "a"), ("text", "b")], True)
@example([("text", '"'), ("te\\", "\\\\")], False)
def test_the_fast_parser_gives_what_the_other_one_does_or_nothing(
    members: list[tuple[str, object]],
    escaped: bool,
) -> None:
    record = (
        "{"
        + ", ".join(
            f"{json.dumps(name, ensure_ascii=escaped)}: {json.dumps(value, ensure_ascii=escaped)}"
            for name, value in members
        )
        + "}"
    )
    found = json_records._plain(record.encode(errors="surrogatepass"))
    if found is not None:
        names = [name for name, _ in members]
        assert len(names) == len(set(names))
        assert json.dumps(found) == json.dumps(json.loads(record))


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers(0, 1 << 70) | st.lists(st.text(), max_size=3)))
def test_a_document_is_the_bytes_that_the_format_states(document: dict[str, object]) -> None:
    expected = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert to_bytes(document) == expected
