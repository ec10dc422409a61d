"""Postings and vectors of every format: they come back as Whoosh's formats made them, and are never executed."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from whoosh import fields, formats
from whoosh.analysis import Filter, RegexTokenizer
from whoosh.filedb.filestore import RamStorage
from whoosh.matching import ReadTooFar
from whoosh.reading import TermNotFound

from index.codec.codec import BlockCodec
from index.codec.payload import put_together, take_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.analysis import Token
    from whoosh.reading import TermInfo

    from index.codec.matcher import BlockMatcher
    from index.codec.terms import TermsReader

FORMATS = [
    formats.Existence(field_boost=1.5),
    formats.Frequency(),
    formats.Positions(field_boost=0.1),
    formats.Characters(),
    formats.PositionBoosts(field_boost=2.0),
    formats.CharacterBoosts(),
]
TEXT = "été Straße été ship 日本 ship ship"


class Boosting(Filter):  # type: ignore[misc]
    """Gives every second token a weight of its own."""

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        for number, token in enumerate(tokens):
            token.boost = 1.0 + number % 2 / 3
            yield token


class Backwards(formats.Positions):  # type: ignore[misc]
    """A format of somebody else's."""

    def encode(self, poslist: Any) -> bytes:
        return ",".join(map(str, reversed(poslist))).encode()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return [int(place) for place in reversed(valuestring.decode().split(","))]

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(self.decode_positions(valuestring))


def written(field: fields.FieldType, postings: dict[bytes, list[tuple[int, float, bytes, int]]]) -> TermsReader:
    codec, storage = BlockCodec(), RamStorage()
    segment = codec.new_segment(storage, "test")
    writer = codec.field_writer(storage, segment)
    writer.start_field("f", field)
    for term, items in sorted(postings.items()):
        writer.start_term(term)
        for item in items:
            writer.add(*item)
        writer.finish_term()
    writer.finish_field()
    writer.close()
    return codec.terms_reader(storage, segment)


@pytest.mark.parametrize("format_", [*FORMATS, Backwards()], ids=lambda one: type(one).__name__)
def test_postings_come_back(format_: formats.Format, monkeypatch: pytest.MonkeyPatch) -> None:
    field = fields.FieldType(format=format_, analyzer=RegexTokenizer(r"\w+") | Boosting())
    items = {term: (weight, value) for term, _, weight, value in field.index(TEXT)}
    many = range(0, 1000, 3)
    terms = written(field, {term: [(one, weight, value, 7) for one in many] for term, (weight, value) in items.items()})
    for term, (weight, value) in items.items():
        matcher = terms.matcher("f", term, format_)
        assert list(matcher.all_ids()) == list(many)
        matcher.reset()
        matcher.skip_to(500)
        assert matcher.id() == 501
        assert matcher.value() == value
        assert matcher.weight() == pytest.approx(weight, rel=1e-7)
        assert matcher.copy().id() == 501
        for name in ("frequency", "weight", "positions", "characters", "position_boosts", "character_boosts"):
            if format_.supports(name):
                assert matcher.value_as(name) == format_.decode_as(name, value), name
            else:
                with pytest.raises(AttributeError):
                    matcher.value_as(name)
        info: TermInfo = terms.term_info("f", term)
        assert (info.doc_frequency(), info.min_id(), info.max_id()) == (len(many), 0, 999)
        assert info.weight() == pytest.approx(weight * len(many), rel=1e-6)
        assert info.max_weight() == pytest.approx(weight, rel=1e-7)
        matcher.skip_to(1000)
        assert not matcher.is_active()
        with pytest.raises(ReadTooFar):
            matcher.next()


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: type(one).__name__)
def test_values_are_taken_apart_and_put_together(format_: formats.Format) -> None:
    field = fields.FieldType(format=format_, analyzer=RegexTokenizer(r"\w+") | Boosting())
    for _, _, _, value in field.index(TEXT):
        payload = take_apart(format_, value)
        assert payload is not None
        assert put_together(format_, payload) == value


def test_values_that_no_format_made_are_kept() -> None:
    odd = [b"", b"x", b"\x00\x00\x00\x02" + pickle.dumps([1]), b"\x00\x00\x00\x01" + pickle.dumps([-1])]
    for format_ in FORMATS[1:]:
        field = fields.FieldType(format=format_, analyzer=None)
        terms = written(field, {b"t": [(number, 1.0, value, 0) for number, value in enumerate(odd)]})
        assert [matcher.value() for matcher in _walk(terms.matcher("f", b"t", format_))] == odd


class _Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a posting was executed",)


def test_no_value_is_executed() -> None:
    # As a writer of the file could have it: a pickle where a format of Whoosh's keeps positions.
    value = b"\x00\x00\x00\x01" + pickle.dumps([_Bomb()])
    format_ = formats.Positions()
    assert take_apart(format_, value) is None
    matcher = written(fields.FieldType(format=format_, analyzer=None), {b"t": [(0, 1.0, value, 0)]}).matcher(
        "f", b"t", format_
    )
    assert matcher.value() == value
    for name in ("positions", "frequency"):
        with pytest.raises(ValueError, match="no Positions format made"):
            matcher.value_as(name)


def test_terms_are_bytes() -> None:
    terms = sorted(
        {bytes([one]) for one in range(256)} | {"日本".encode(), b"", b"\xff\xff", "é".encode(), b"x" * 70_000}
    )
    reader = written(fields.ID(), {term: [(0, 1.0, b"", 0)] for term in terms})
    assert [term for _, term in reader.terms()] == terms
    assert [term for _, term in reader.terms_from("f", "日".encode())] == [t for t in terms if t >= "日".encode()]
    assert ("f", b"\xff\xfe") not in reader
    assert ("g", b"") not in reader
    with pytest.raises(TermNotFound):
        reader.matcher("f", b"nothing", formats.Existence())
    with pytest.raises(KeyError):
        reader.term_info("f", b"nothing")


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: type(one).__name__)
def test_vectors_come_back(format_: formats.Format) -> None:
    codec, storage = BlockCodec(), RamStorage()
    segment = codec.new_segment(storage, "test")
    field = fields.TEXT(vector=format_, analyzer=RegexTokenizer(r"\w+") | Boosting())
    writer = codec.per_document_writer(storage, segment)
    expected = {}
    for number, text in enumerate([TEXT, "", "zebra ape été", " ".join(f"w{one}" for one in range(300))]):
        items = sorted((term, weight, value) for term, _, weight, value in format_.word_values(text, field.analyzer))
        expected[number] = items
        writer.start_doc(number)
        writer.add_vector_items("f", field, items)
        writer.finish_doc()
    writer.close()
    segment.set_doc_count(4)
    reader = codec.per_document_reader(storage, segment)
    for number, items in expected.items():
        assert reader.has_vector(number, "f") == bool(items)
        if items:
            found = [(one.id(), one.weight(), one.value()) for one in _walk(reader.vector(number, "f", format_))]
            assert [(term, value) for term, _, value in found] == [(term, value) for term, _, value in items]
            assert [weight for _, weight, _ in found] == pytest.approx([weight for _, weight, _ in items], rel=1e-7)
    assert not reader.has_vector(0, "g")
    with pytest.raises(KeyError):
        reader.vector(1, "f", format_)


def _walk(matcher: BlockMatcher) -> Iterator[BlockMatcher]:
    while matcher.is_active():
        yield matcher
        matcher.next()
