"""Signed notes against keys and notes that others published, and against all that is no note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InvalidValueError, NotProvedError
from archive.proofs.note import (
    SigningKey,
    decode_base64,
    encode_base64,
    new_signing_key,
    open_note,
    parse_signing_key,
    parse_verifier_key,
    sign,
    without_other_signatures,
)

# The documentation of golang.org/x/mod/sumdb/note, and the specification c2sp.org/signed-note.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
C2SP_PUBLIC = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
KEY = SigningKey("morgue.invalid/test", bytes(range(32)))


@pytest.mark.parametrize(("line", "note"), [(GO_PUBLIC, GO_NOTE), (C2SP_PUBLIC, C2SP_NOTE)])
def test_published_notes_are_opened_by_their_keys(line: str, note: str) -> None:
    key = parse_verifier_key(line)
    assert str(key) == line
    assert open_note(note, [KEY.verifier, key], alone=True) == (note.partition("\n\n")[0] + "\n", key)


def test_a_published_key_makes_the_published_note() -> None:
    key = parse_signing_key(GO_PRIVATE)
    assert str(key.verifier) == GO_PUBLIC
    assert key.private_line() == GO_PRIVATE
    assert sign(GO_NOTE.partition("\n\n")[0] + "\n", key) == GO_NOTE


def test_a_key_does_not_show_its_secret() -> None:
    key = parse_signing_key(GO_PRIVATE)
    assert key.private_line().split("+", 4)[4] not in f"{key} {key!r}"


def test_two_new_keys_differ() -> None:
    assert new_signing_key("a").private_line() != new_signing_key("a").private_line()


@given(st.text(st.characters(codec="utf-8", exclude_characters=[chr(code) for code in range(32)]), max_size=200))
def test_what_is_signed_is_opened(line: str) -> None:
    note = sign(line + "\n", KEY)
    assert open_note(note, [KEY.verifier]) == (line + "\n", KEY.verifier)
    with pytest.raises(NotProvedError):
        open_note("x" + note, [KEY.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n— a b\n",
        GO_NOTE.rstrip("\n"),
        GO_NOTE + "\n",
        GO_NOTE + "junk\n",
        GO_NOTE + "— PeterNeumann x08goA==\n",
        GO_NOTE.replace("— ", "- "),
        GO_NOTE.replace("x08go/", "x08go/ "),
        GO_NOTE.replace("answer", "question"),
        GO_NOTE.replace("\n", "\r\n"),
        GO_NOTE.replace("nAM=\n", "nAN=\n"),
        GO_NOTE.replace("nAM=\n", "nAM\n"),
        GO_NOTE.replace("PeterNeumann ", "PeterNeumanN "),
        "\x1b[2J" + GO_NOTE,
        "\ud800" + GO_NOTE,
        "x" * 2_000_000,
    ],
)
def test_what_is_no_note_or_was_changed_is_refused(note: str) -> None:
    with pytest.raises(NotProvedError):
        open_note(note, [parse_verifier_key(GO_PUBLIC)])


def test_signatures_of_others_are_passed_over_unless_there_must_be_one() -> None:
    key = parse_verifier_key(GO_PUBLIC)
    witnessed = GO_NOTE + sign(GO_NOTE.partition("\n\n")[0] + "\n", KEY).rpartition("\n\n")[2]
    assert open_note(witnessed, [key])[1] == key
    assert open_note(witnessed, [KEY.verifier])[1] == KEY.verifier
    with pytest.raises(NotProvedError, match="2 signatures"):
        open_note(witnessed, [key], alone=True)
    assert without_other_signatures(witnessed, key) == GO_NOTE
    # A false signature in the name of a key that is known is no signature of somebody else.
    with pytest.raises(NotProvedError, match="does not hold"):
        open_note(witnessed.replace("nAM=", "nAQ="), [KEY.verifier, key])


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        GO_PUBLIC.replace("+c74f20a3", "+c74f20a4"),
        GO_PUBLIC.replace("PeterNeumann", "PeterNeumanN"),
        GO_PUBLIC.replace("TW", "TX"),
        GO_PUBLIC[:-4],
        "a+00000000+AQ==",
        "a+00000000+" + encode_base64(b"\x02" + bytes(32)),
        "a b+00000000+" + encode_base64(b"\x01" + bytes(32)),
        GO_PRIVATE,
    ],
)
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_verifier_key(line)


@pytest.mark.parametrize("line", ["", GO_PUBLIC, GO_PRIVATE[:-4], GO_PRIVATE.replace("c74f20a3", "c74f20a4")])
def test_what_is_no_private_key_is_refused_without_being_shown(line: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_signing_key(line)
    assert "AYEKFALV" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "a\x7f\x00\n"])
def test_a_text_that_is_not_whole_lines_is_not_signed(text: str) -> None:
    with pytest.raises(InvalidValueError):
        sign(text, KEY)


@pytest.mark.parametrize("text", ["AA=", "AAAA====", "AB==", "A A=", "AA==\n", "-_==", "é"])
def test_base64_has_one_spelling(text: str) -> None:
    assert decode_base64(text) is None
    assert decode_base64("AA==") == b"\x00"
