"""Frames: what goes in comes out, however the pipe cuts it, and what is no frame is not believed."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.given import Given, Terms
from archive.importers.protocol import Problem, Record, Skipped
from archive.submission import Failure, Submission
from archive.submitting import Source, read_record
from archive.workers import messages
from archive.workers.framing import BadFrameError, FrameReader, Message, encode

texts = st.text(st.characters(codec=None), max_size=20)
documents = st.dictionaries(st.text(max_size=8).filter(lambda name: name != "sizes"), texts, max_size=4)
made = st.builds(Message, documents, st.lists(st.binary(max_size=300), max_size=5))


def read(data: bytes, cuts: list[int]) -> list[Message]:
    reader, found, start = FrameReader(), [], 0
    for cut in [*sorted(cuts), len(data)]:
        found += list(reader.feed(data[start:cut]))
        start = max(start, cut)
    return found


@settings(deadline=None)
@given(st.lists(made, max_size=5), st.lists(st.integers(0, 2000), max_size=10))
def test_messages_come_back_however_they_are_cut(sent: list[Message], cuts: list[int]) -> None:
    data = b"".join(encode(message) for message in sent)
    found = read(data, [min(cut, len(data)) for cut in cuts])
    assert [list(message.blobs) for message in found] == [list(message.blobs) for message in sent]
    assert [{k: v for k, v in message.document.items() if k != "sizes"} for message in found] == [
        message.document for message in sent
    ]


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack(">IQ", 0xFFFFFFFF, 0),
        struct.pack(">IQ", 2, 1 << 60) + b"{}",
        struct.pack(">IQ", 3, 0) + b"[1]",
        struct.pack(">IQ", 2, 0) + b"{]",
        struct.pack(">IQ", 2, 5) + b"{}12345",
        struct.pack(">IQ", 13, 3) + b'{"sizes":[4]}123',
        struct.pack(">IQ", 14, 3) + b'{"sizes":[-1]}123',
        struct.pack(">IQ", 15, 3) + b'{"sizes":["a"]}123',
        struct.pack(">IQ", 16, 3) + b'{"sizes":[true]}123',
        struct.pack(">IQ", 100_000, 0) + b"[" * 100_000,
    ],
)
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(BadFrameError):
        list(FrameReader().feed(frame))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_frames_or_refused(data: bytes) -> None:
    try:
        list(FrameReader().feed(data))
    except BadFrameError:
        return


def test_records_and_what_was_made_of_them_come_back() -> None:
    records = [
        Record(original=b'{"text": "Ferry.", "title": "\xc3\xa9"}', format="jsonl", line=3),
        Record(original=b"x\x00y", format="text", capture=b"c", head=b"h", container="warc", label="<urn:uuid:1>"),
        Record(original=b"", format="text"),
    ]
    source = Source("na\udcffme", "/na\\xffme")
    [order] = FrameReader().feed(encode(messages.read_message(records, source)))
    assert messages.read_from(order) == (records, source)
    terms = Terms.of(Given(fields={"tags": ("sea",), "publisher": "Courier"}, captured="2021-04-14"))
    [stated] = FrameReader().feed(encode(messages.terms_message(terms)))
    assert messages.terms_from(stated).candidates == terms.candidates
    answers = [list(read_record(record, source, terms)) for record in records]
    [answer] = FrameReader().feed(encode(messages.items_message(answers, records)))
    found = messages.items_from(answer, records)
    for there, here in zip(answers, found, strict=True):
        for one, other in zip(there, here, strict=True):
            if isinstance(one, Failure):
                assert other == one
                continue
            assert isinstance(other, Submission)
            assert (other.article, other.text, other.original) == (one.article, one.text, one.original)
            assert (other.capture, other.head, other.named) == (one.capture, one.head, one.named)
            assert (other.identifiers(), other.content()) == (one.identifiers(), one.content())


def test_answers_need_no_other_writer_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record(original=b'{"text": "Ferry.", "title": "\xc3\xa9"}', format="jsonl", line=3)
    made = list(read_record(record, Source("f", "/f"), Terms.of(Given())))
    monkeypatch.delattr("archive.workers.framing.json.dumps")
    assert encode(messages.items_message([made], [record]))


def test_what_was_split_off_comes_back() -> None:
    for item in (
        Record(original=b"a", format="text", label="1"),
        Problem(message="no", line=3, label="x", partial=True),
        Skipped(reason="image/png"),
    ):
        [answer] = FrameReader().feed(encode(messages.items_message([[item]])))
        assert messages.items_from(answer) == [[item]]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"items": 3},
        {"items": [[{"is": "record"}]]},
        {"items": [[{"is": "submission", "parts": [["a", "b", [0]]]}]]},
        {"items": [[{"is": "failure", "wrong": 1}]]},
        {"items": [[3]]},
        {"items": []},
    ],
)
def test_an_answer_that_lacks_something_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(BadFrameError):
        messages.items_from(Message(document))
