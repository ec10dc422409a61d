"""Decoding: the codec that is recorded gives the text again, exactly."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.decoding import NotTextError, decode

FRENCH = "« Une journée d’été », dit-elle – c’est l’œuvre d’une élève de Genève.\n" * 8
RUSSIAN = "Паром вернулся в порт во вторник вечером, сообщила газета.\n" * 8


@given(st.binary(max_size=400))
def test_the_recorded_codec_gives_the_text_again(data: bytes) -> None:
    try:
        text, codec = decode(data)
    except NotTextError:
        return
    assert data.decode(codec) == text


@given(st.text(min_size=1), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_unicode_is_read_back_whole(text: str, codec: str) -> None:
    # A mark of its own in front would be taken for the encoding's, and NUL for a sign of bytes.
    text = "a" + text.replace("\0", "")
    assert decode(text.encode(codec)) == (text, codec)


def test_big_endian_marks_are_known() -> None:
    assert decode(codecs.BOM_UTF16_BE + "Hafen".encode("utf-16-be")) == ("Hafen", "utf-16")
    assert decode(codecs.BOM_UTF32_BE + "Hafen".encode("utf-32-be")) == ("Hafen", "utf-32")


def test_newlines_are_untouched() -> None:
    assert decode(b"one\r\ntwo\rthree\n")[0] == "one\r\ntwo\rthree\n"


@pytest.mark.parametrize(("text", "codec"), [(FRENCH, "cp1252"), (RUSSIAN, "cp1251")])
def test_other_encodings_are_found_and_recorded(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == (text, codec)


def test_a_long_file_is_judged_by_a_part_of_it() -> None:
    text = "plain words " * 20_000 + FRENCH * 2000
    assert decode(text.encode("cp1252")) == (text, "cp1252")


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", codecs.BOM_UTF8, "\u200b\u00a0\ufeff".encode()])
def test_nothing_to_see_is_empty(data: bytes) -> None:
    with pytest.raises(NotTextError, match="empty: nothing to archive"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL"),
        ("Hafen".encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF8 + b"caf\xe9", "byte 6"),
        (codecs.BOM_UTF16_LE + b"a", "utf-16"),
        (bytes(range(128, 256)) * 4, "not text"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, said: str) -> None:
    with pytest.raises(NotTextError, match=said):
        decode(data)
