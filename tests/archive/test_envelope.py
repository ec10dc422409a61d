"""The envelope: one event has one spelling, and nothing else is read."""

from __future__ import annotations

import json
import re
import string
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive import envelope as forms
from archive.envelope import MAX_BYTES, Envelope, _decoded, cut, decode, encode
from archive.errors import InvalidEventError
from archive.peeking import peek

if TYPE_CHECKING:
    from collections.abc import Callable

ids = st.uuids().map(str)
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1)
names = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
extension_names = names.filter(
    lambda name: (
        not name.endswith("commitment")
        and name not in {"specversion", "id", "source", "type", "subject", "datacontenttype", "time", "data"}
        and name not in {"correlationid", "causationid"}
    )
)
envelopes = st.builds(
    Envelope,
    id=ids,
    source=ids.map("urn:uuid:{}".format),
    type=st.sampled_from(["morgue.article.added.v1", "morgue.run.recorded.v12"]),
    subject=ids,
    time=st.datetimes().map(lambda moment: moment.isoformat(timespec="microseconds") + "Z"),
    correlation=ids,
    causation=st.none() | ids,
    commitments=st.dictionaries(names, hashes, max_size=4),
    extensions=st.dictionaries(extension_names, values, max_size=3),
)
ENVELOPE = Envelope(
    id="018f0000-0000-7000-8000-000000000001",
    source="urn:uuid:018f0000-0000-7000-8000-000000000000",
    type="morgue.article.added.v1",
    subject="018f0000-0000-7000-8000-000000000002",
    time="2021-04-13T12:00:00.000000Z",
    correlation="018f0000-0000-7000-8000-000000000003",
    commitments={"article": "ab" * 32},
)


@given(envelopes)
@example(attrs.evolve(ENVELOPE, extensions={"x": ","}))
def test_what_is_encoded_is_decoded(envelope: Envelope) -> None:
    assert decode(encode(envelope)) == envelope


def test_the_canonical_bytes_are_these() -> None:
    # Written out: whoever changes a byte of it changes the format.
    assert encode(ENVELOPE) == (
        b'{"articlecommitment":"abababababababababababababababababababababababababababababababab",'
        b'"correlationid":"018f0000-0000-7000-8000-000000000003","datacontenttype":"application/json",'
        b'"id":"018f0000-0000-7000-8000-000000000001","source":"urn:uuid:018f0000-0000-7000-8000-000000000000",'
        b'"specversion":"1.0","subject":"018f0000-0000-7000-8000-000000000002",'
        b'"time":"2021-04-13T12:00:00.000000Z","type":"morgue.article.added.v1"}'
    )


@given(envelopes)
def test_every_other_spelling_of_an_event_is_refused(envelope: Envelope) -> None:
    encoded = encode(envelope)
    attributes: dict[str, str] = json.loads(encoded)
    turned = dict(reversed(attributes.items()))
    first, value = next(iter(attributes.items()))
    escaped = f'"{first}":"\\u{ord(value[0]):04x}{value[1:]}"'.encode()
    compact = (",", ":")
    spellings = [
        json.dumps(attributes).encode(),
        json.dumps(turned, separators=compact).encode(),
        encoded + b"\n",
        b"\xef\xbb\xbf" + encoded,
        encoded.decode().encode("utf-16"),
        encoded.replace(f'"{first}":"{value}"'.encode(), escaped),
        b'{"' + first.encode() + b'":"' + value.encode() + b'",' + encoded[1:],
    ]
    for spelling in spellings:
        assert spelling != encoded
        with pytest.raises(InvalidEventError):
            decode(spelling)


@given(envelopes, st.data())
def test_what_is_met_often_is_read_as_it_was_before(envelope: Envelope, data: st.DataObject) -> None:
    # Bytes of a length that was met often are read by their form: the same comes of it, and the same is refused.
    forms._FORMS.clear()
    forms._MET.clear()
    encoded = encode(envelope)
    for _ in range(20):
        assert decode(encoded) == envelope
    place = data.draw(st.integers(0, len(encoded) - 1))
    changed = encoded[:place] + data.draw(st.binary(min_size=1, max_size=1)) + encoded[place + 1 :]
    assert _outcome(decode, changed) == _outcome(_decoded, changed)


@given(envelopes, st.data())
def test_what_is_cut_out_of_an_envelope_is_what_is_read_in_it(envelope: Envelope, data: st.DataObject) -> None:
    forms._FORMS.clear()
    forms._MET.clear()
    encoded = encode(envelope)
    assert cut([encoded]) == [None]
    for _ in range(20):
        decode(encoded)
    found = cut([encoded, encoded + b"x"])
    assert (found[0] is None, found[1]) == (bool(envelope.extensions), None)
    place = data.draw(st.integers(0, len(encoded) - 1))
    changed = encoded[:place] + data.draw(st.binary(min_size=1, max_size=1)) + encoded[place + 1 :]
    for spelled in (encoded, changed):
        [one] = cut([spelled])
        if one is None or not re.fullmatch(b"(?:[0-9a-f]{64})*", one.committed):
            continue
        read = decode(spelled)
        parts = sorted(read.commitments)
        assert one.parts == tuple(parts)
        assert one.committed.decode() == "".join(read.commitments[part] for part in parts)
        assert [value.decode() for value in one[:5]] == [read.id, read.source, read.type, read.subject, read.time]


def test_a_value_may_be_a_comma() -> None:
    envelope = attrs.evolve(ENVELOPE, extensions={"a": ",", "z": ","})
    assert decode(encode(envelope)) == envelope


def _outcome(read: Callable[[bytes], Envelope], encoded: bytes) -> Envelope | str:
    try:
        return read(encoded)
    except InvalidEventError as error:
        return str(error)


@given(envelopes, st.data())
def test_a_changed_bit_is_refused_or_is_another_event(envelope: Envelope, data: st.DataObject) -> None:
    encoded = encode(envelope)
    bit = data.draw(st.integers(0, len(encoded) * 8 - 1))
    changed = bytearray(encoded)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        decoded = decode(bytes(changed))
    except InvalidEventError:
        return
    assert decoded != envelope
    assert encode(decoded) == bytes(changed)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_an_error_of_ours(encoded: bytes) -> None:
    with pytest.raises(InvalidEventError):
        decode(encoded)


@pytest.mark.parametrize(
    "encoded",
    [b"", b"[]", b"null", b'"x"', b"{}", b'{"id":1}', b"[" * 60_000, b'{"id":' * 20_000, b'{"id":"\\ud800"}'],
)
def test_what_is_no_envelope_is_refused(encoded: bytes) -> None:
    with pytest.raises(InvalidEventError):
        decode(encoded)


@pytest.mark.parametrize("value", ['a"b', "a\\b", "a\nb", "é", "\x7f", "", "\x00"])
def test_a_value_that_could_be_spelled_in_two_ways_is_refused(value: str) -> None:
    with pytest.raises(InvalidEventError):
        encode(attrs.evolve(ENVELOPE, extensions={"note": value}))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"id": "018F0000-0000-7000-8000-000000000001"},
        {"source": "https://courier.example/"},
        {"subject": "Jane Doe"},
        {"correlation": "run-1"},
        {"causation": "0"},
        {"causation": ""},
        {"type": "morgue.article.added"},
        {"type": "morgue.article.added.v0"},
        {"type": "article.added.v1"},
        {"time": "2021-04-13T12:00:00Z"},
        {"time": "2021-04-13T12:00:00.000000+00:00"},
        {"time": "٢٠٢١-04-13T12:00:00.000000Z"},
        {"commitments": {"text": "AB" * 32}},
        {"commitments": {"text": "ab" * 31}},
        {"commitments": {"": "ab" * 32}},
        {"commitments": {"Text": "ab" * 32}},
        {"commitments": {"t" * 60: "ab" * 32}},
    ],
)
def test_an_attribute_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidEventError):
        encode(attrs.evolve(ENVELOPE, **changes))


@pytest.mark.parametrize("name", ["id", "time", "causationid", "data", "textcommitment", "Note", "a_b"])
def test_an_extension_takes_no_name_of_the_format(name: str) -> None:
    with pytest.raises(InvalidEventError):
        encode(attrs.evolve(ENVELOPE, extensions={name: "ab" * 32}))


@pytest.mark.parametrize(
    ("old", "new"),
    [('"1.0"', '"1.1"'), ("application/json", "text/plain"), ('"specversion":"1.0",', ""), ("},", ',"zz":"1"},')],
)
def test_another_specification_or_a_lacking_attribute_is_refused(old: str, new: str) -> None:
    encoded = encode(ENVELOPE).decode() + ","
    with pytest.raises(InvalidEventError):
        decode(encoded.replace(old, new).encode())


def test_attributes_of_a_later_version_are_kept() -> None:
    later = attrs.evolve(ENVELOPE, extensions={"traceparent": "00-ab-cd-01"})
    assert decode(encode(later)).extensions == {"traceparent": "00-ab-cd-01"}


def test_the_largest_envelope_has_65535_bytes() -> None:
    spare = MAX_BYTES - len(encode(attrs.evolve(ENVELOPE, extensions={"note": "x"}))) + 1
    assert len(encode(attrs.evolve(ENVELOPE, extensions={"note": "x" * spare}))) == MAX_BYTES
    with pytest.raises(InvalidEventError, match="65535"):
        encode(attrs.evolve(ENVELOPE, extensions={"note": "x" * (spare + 1)}))


@given(envelopes)
def test_peeking_finds_what_decoding_finds(envelope: Envelope) -> None:
    encoded = encode(envelope)
    attributes: dict[str, str] = json.loads(encoded)
    assert {name: peek(encoded, name) for name in attributes} == attributes
    assert peek(encoded, "nosuchname0") == attributes.get("nosuchname0", "")


def test_the_kind_is_the_type_without_prefix_and_version() -> None:
    assert ENVELOPE.kind == "article.added"
