"""Explaining: why a value was chosen, what agrees with it, and what stood around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Metadata
from archive.explaining import AROUND, Excerpts, explain, explain_field
from archive.precedence import METHODS, RULES, arranged, rank
from archive.provenance import FIELD_NAMES, Candidate, Span
from tests.archive.making import submission

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.explaining import Excerpt, FieldExplanation
    from archive.provenance import Value


def candidate(value: Value, method: str) -> Candidate:
    return Candidate(value=value, method=method, extractor="test/1")


def explained(name: str, *candidates: tuple[str, Value]) -> FieldExplanation:
    fields = {name: tuple(candidate(value, method) for method, value in candidates)}
    return explain_field(Metadata(fields), name)


def agreeing(name: str, chosen: Value, other: Value) -> bool:
    explanation = explained(name, ("dateline", chosen), ("url", other))
    assert len(explanation.agreeing) + len(explanation.disagreeing) == 1
    return bool(explanation.agreeing)


# Why


def test_what_nothing_says_has_no_reason() -> None:
    explanation = explain_field(Metadata({}), "title")
    assert (explanation.candidates, explanation.reason, explanation.outdated) == ((), "", False)


def test_a_single_value_was_no_choice() -> None:
    assert explained("title", ("heading", "Ferry")).reason == ""


def test_the_row_of_the_table_is_the_reason() -> None:
    explanation = explained("published", ("dateline", "2031-03-05"), ("url", "2031-03"), ("http", "2031-03-06"))
    assert explanation.reason == "dateline is believed before url and http"
    explanation = explained("published", ("dateline", "2031-03-05"), ("dateline", "2031-03-06"), ("url", "2031-03"))
    assert explanation.reason == "dateline is believed before url"
    assert not explanation.outdated


def test_of_one_method_the_first_is_chosen() -> None:
    assert explained("title", ("meta", "a"), ("meta", "b"), ("meta", "a")).reason == "the first of 3 from meta"


def test_what_was_chosen_by_other_rules_is_told() -> None:
    explanation = explained("published", ("url", "2031-03"), ("dateline", "2031-03-05"))
    assert explanation.outdated
    assert explanation.reason == "today dateline would be believed before url"


@given(st.lists(st.sampled_from([*METHODS, "unheard-of"]), min_size=1), st.sampled_from(FIELD_NAMES))
def test_what_the_table_arranges_is_never_outdated(methods: list[str], name: str) -> None:
    fields = arranged({name: tuple(candidate(str(number), method) for number, method in enumerate(methods))})
    explanation = explain_field(Metadata(fields), name)
    assert not explanation.outdated
    assert bool(explanation.reason) == (len(methods) > 1)
    ranks = [rank(name, one.method) for one in explanation.candidates]
    assert ranks == sorted(ranks)


def test_every_field_has_a_row_and_every_method_a_meaning() -> None:
    assert tuple(RULES) == FIELD_NAMES
    assert {method for methods in RULES.values() for method in methods} == set(METHODS)


def test_all_fields_are_explained_also_those_of_later_versions() -> None:
    names = [one.name for one in explain(Metadata({"section": (candidate("sport", "meta"),)}))]
    assert names == [*FIELD_NAMES, "section"]


# Who agrees


@pytest.mark.parametrize(
    ("name", "chosen", "other"),
    [
        ("title", "Ferry Runs Aground", "ferry runs  aground"),
        ("authors", ("Joan Arkwright", "Tam Oduya"), ("TAM ODUYA", "Joan Arkwright")),
        ("published", "2031-03-05", "2031-03"),
        ("published", "2031-03", "2031-03-05T18:00:00Z"),
        ("published", "2031-03-05", "XXXX-03-05"),
        ("published", "203X", "2031-03-05"),
        ("published", "2031-03-05T18:00:00+02:00", "2031-03-05T16:00:00Z"),
        ("published", "2031-03-05T23:00:00Z", "2031-03-06T01:00:00+02:00"),
    ],
)
def test_what_agrees(name: str, chosen: Value, other: Value) -> None:
    assert agreeing(name, chosen, other)
    assert agreeing(name, other, chosen)


@pytest.mark.parametrize(
    ("name", "chosen", "other"),
    [
        ("title", "Ferry runs aground", "Ferry runs aground - The Courier"),
        ("authors", ("Joan Arkwright",), ("Joan Arkwright", "Tam Oduya")),
        ("authors", ("Joan Arkwright",), "Joan Arkwright"),
        ("published", "2031-03-05", "2031-03-06"),
        ("published", "2031-03-05T18:00:00+02:00", "2031-03-05T18:00:00Z"),
        ("published", "2031-03-05T18:00:00", "2031-03-05T16:00:00Z"),
    ],
)
def test_what_does_not_agree(name: str, chosen: Value, other: Value) -> None:
    assert not agreeing(name, chosen, other)


# What stood around it


def excerpt(archive: Archive, text: str, start: int, end: int) -> Excerpt | None:
    outcome = archive.add(submission(text))
    return Excerpts(archive, archive.version(outcome.position)).around(Span(source="text", start=start, end=end))


def test_words_around_a_place_are_cut_at_words(archive: Archive) -> None:
    words = " ".join(f"word{number}" for number in range(100))
    start = words.index("word50")
    found = excerpt(archive, words, start, start + 6)
    assert found is not None
    assert found.text[found.start : found.end] == "word50"
    assert found.text.startswith("… word4")
    assert found.text.endswith(" …")
    assert set(found.text.split()) <= {*words.split(), "…"}
    assert len(found.text) <= 6 + 2 * (AROUND + 2)


@given(st.text(max_size=300), st.data())
def test_an_excerpt_of_a_text_marks_the_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 150)))
    excerpts = Excerpts.__new__(Excerpts)
    excerpts.__dict__["_text"] = text
    found = excerpts.around(Span(source="text", start=start, end=end))
    assert found is not None
    assert found.text[found.start : found.end] == text[start:end]
    assert found.text[: found.start].removeprefix("… ") in text
    assert found.text[found.end :].removesuffix(" …") in text


def test_a_place_outside_the_text_has_no_words(archive: Archive) -> None:
    assert excerpt(archive, "The ferry.", 8, 11) is None


def test_of_a_long_place_the_middle_is_left_out(archive: Archive) -> None:
    found = excerpt(archive, "a" * 500 + "b" * 500, 0, 1000)
    assert found is not None
    assert found.text == "a" * 80 + " … " + "b" * 80


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "shift_jis"])
def test_words_of_the_original_are_decoded_by_its_encoding(archive: Archive, encoding: str) -> None:
    text = {"cp1252": "Fähre läuft auf", "shift_jis": "港の灯台、再び点灯"}.get(encoding, "Фähre 港 läuft auf")
    around = text * 30
    place = text[2:7]
    encoded = around.encode(encoding)
    bom = len(encoded) - len(around.encode(_plain(encoding)))
    start = bom + len((text * 15 + text[:2]).encode(_plain(encoding)))
    end = start + len(place.encode(_plain(encoding)))
    one = submission("x")
    article = attrs.evolve(one.article, encoding=encoding, text_is_original=False)
    outcome = archive.add(attrs.evolve(one, original=encoded, article=article))
    excerpts = Excerpts(archive, archive.version(outcome.position))
    found = excerpts.around(Span(source="original", start=start, end=end))
    assert found is not None
    assert found.text[found.start : found.end] == place
    assert "\ufffd" not in found.text


def _plain(encoding: str) -> str:
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)


def test_an_encoding_that_is_not_known_is_read_byte_by_byte(archive: Archive) -> None:
    one = submission("x")
    article = attrs.evolve(one.article, encoding="klingon-8", text_is_original=False)
    outcome = archive.add(attrs.evolve(one, original=b"abc", article=article))
    excerpts = Excerpts(archive, archive.version(outcome.position))
    found = excerpts.around(Span(source="original", start=1, end=2))
    assert found is not None
    assert found.text == "abc"
