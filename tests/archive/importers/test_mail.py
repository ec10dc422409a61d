"""Mails: the header's fields with their places, the body that a reader would read, and mboxes."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers import parse
from archive.importers.mail import MailImporter
from archive.importers.protocol import Draft, Problem
from tests.archive.importers.parsing import only_draft, parsed
from tests.archive.importers.spans import check_spans

HEADER = b"""\
Return-Path: <bounce@gazette.example>
From: =?utf-8?q?Port_Ansel_Gaz=C3=A8tte?= <news@gazette.example>
To: reader@home.example
Subject: Ferry back,
 =?utf-8?B?w6k=?= =?utf-8?B?w6k=?=
Date: Tue, 1 Apr 2031 10:00:00 +0200 (CEST)
Message-ID: <1.2@gazette.example>
List-Id: "Morning Brief" <brief.gazette.example>
Archived-At: <https://gazette.example/brief/1>
Content-Language: en
Keywords: harbour, storm
MIME-Version: 1.0
"""
BASE64 = b"Content-Transfer-Encoding: base64\n\n"
PLAIN = HEADER + b"Content-Type: text/plain; charset=utf-8\n\nThe ferry is back.\n"


def alternative(plain: str, html: str) -> bytes:
    return (
        HEADER
        + (
            "Content-Type: multipart/alternative; boundary=b\n\n"
            f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
        ).encode()
    )


def body(content_type: str, data: bytes) -> str:
    return only_draft(MailImporter(), HEADER + f"Content-Type: {content_type}\n".encode() + data).article_text()


def test_the_header_states_the_fields() -> None:
    draft = only_draft(MailImporter(), PLAIN)
    assert check_spans(draft) == sum(len(known) for known in draft.fields.values())
    assert {field: [one.value for one in known] for field, known in draft.fields.items()} == {
        "title": ["Ferry back, éé"],
        "publisher": ["Morning Brief", "Port Ansel Gazètte"],
        "authors": [("Port Ansel Gazètte",)],
        "published": ["2031-04-01T10:00:00+02:00"],
        "language": ["en"],
        "url": ["https://gazette.example/brief/1"],
        "tags": [("harbour", "storm")],
    }
    assert (draft.text, draft.key, draft.media_type) == (
        "The ferry is back.",
        "mid:1.2@gazette.example",
        "message/rfc822",
    )
    assert draft.fields["title"][0].raw == "Ferry back,\n =?utf-8?B?w6k=?= =?utf-8?B?w6k=?="
    assert draft.record.original == PLAIN


def test_the_plain_text_is_read_unless_it_is_a_stub() -> None:
    html = "<p>The ferry is back, and it sails again today.</p>"
    plain = "The ferry is back, and it sails again."
    assert only_draft(MailImporter(), alternative(plain, html)).text == plain
    assert only_draft(MailImporter(), alternative("See online.", html)).text == html[3:-4]


@pytest.mark.parametrize(
    ("content_type", "data", "text"),
    [
        ("text/plain; charset=iso-8859-1", b"\nF\xe4hre", "Fähre"),
        ("text/plain; charset=no-such", "\nFähre".encode(), "Fähre"),
        ("text/plain; charset=us-ascii", "\nFähre".encode(), "Fähre"),
        ("text/plain", b"Content-Transfer-Encoding: quoted-printable\n\nF=C3=A4hre=\n!", "Fähre!"),
        ("text/plain", BASE64 + base64.b64encode(b"The ferry!")[:-1] + b"\n!!", "The ferry!"),
        ("text/plain", BASE64 + base64.b64encode(b"The ferry sails")[:9], "The fe"),
        ("text/plain; format=flowed", b"\nThe ferry \nis back.\n", "The ferry is back."),
        ("text/html", b"\n<p>The ferry<p>is back", "The ferry\n\nis back"),
        ("image/png", b"\n\x89PNG", ""),
        (
            "multipart/mixed; boundary=b",
            b"\n--b\n\nThe ferry.\n--b\nContent-Disposition: attachment\n\nNot this.\n--b--\n",
            "The ferry.",
        ),
        (
            "multipart/mixed; boundary=b",
            b"\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nThe forwarded ferry.\n--b--\n",
            "The forwarded ferry.",
        ),
        ("multipart/mixed; boundary=missing", b"\nThe ferry.\n", "The ferry."),
    ],
)  # fmt: skip
def test_bodies_are_read_as_well_as_they_can_be(content_type: str, data: bytes, text: str) -> None:
    assert body(content_type, data) == text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?b?A?=", "=?utf-8?b?A?="),
        (b"=?idna?q?Ferry?=", "Ferry"),
        (b"=?undefined?q?Ferry?= back", "Ferry back"),
        (b"=?a\0b?q?Ferry?=", "Ferry"),
    ],
)
def test_a_broken_encoded_word_does_not_cost_the_message(subject: bytes, title: str) -> None:
    draft = only_draft(MailImporter(), b"From: a@b.example\nSubject: " + subject + b"\n\nThe ferry is back.\n")
    assert draft.article_text() == "The ferry is back."
    assert draft.fields["title"][0].value == title


def test_comments_without_end_do_not_cost_the_message() -> None:
    data = b"From: " + b"(" * 5000 + b"\nSubject: Ferry\n\nThe ferry is back.\n"
    assert only_draft(MailImporter(), data).fields["title"][0].value == "Ferry"


def test_an_encrypted_message_says_so() -> None:
    draft, problem = parsed(MailImporter(), HEADER + b"Content-Type: multipart/encrypted; boundary=b\n\n--b--\n")
    assert isinstance(draft, Draft)
    assert isinstance(problem, Problem)
    assert "encrypted" in problem.message


def test_a_date_that_is_none_is_left_out_and_reported() -> None:
    draft, problem = parsed(MailImporter(), b"Date: yesterday\nSubject: Ferry\nFrom: a@x\n\nBack.")
    assert isinstance(draft, Draft)
    assert "published" not in draft.fields
    assert draft.fields["publisher"][0].value == "a@x"
    assert "authors" not in draft.fields
    assert isinstance(problem, Problem)
    assert problem.partial


def test_an_mbox_is_its_messages() -> None:
    separator = b"From news@gazette.example Tue Apr  1 10:00:00 2031\n"
    second = b"Subject: Two\nFrom: a@x\n\n>From here it sails.\nFrom there, too.\n"
    data = separator + PLAIN + b"\n" + separator + second + b"\n"
    assert MailImporter().detect(data)
    first, other = parsed(MailImporter(), data)
    assert isinstance(first, Draft)
    assert isinstance(other, Draft)
    assert (first.record.original, first.record.container, first.record.label) == (PLAIN, "mbox", "1")
    assert (other.record.original, other.line) == (second, 19)
    assert other.text == "From here it sails.\nFrom there, too."


@pytest.mark.parametrize("data", [b"", b"\n\n", b"X-Nothing: 1\n\n\n"])
def test_a_message_that_says_nothing_is_a_problem(data: bytes) -> None:
    (problem,) = parsed(MailImporter(), data)
    assert isinstance(problem, Problem)
    assert "nothing to archive" in problem.message


def test_parts_without_end_are_a_problem_and_no_crash() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(3000)
    )
    found = parsed(MailImporter(), HEADER + nested + b"Content-Type: text/plain\n\nDeep.\n")
    assert all(isinstance(item, Draft | Problem) for item in found)
    assert found


LINES = st.sampled_from(
    [b"Subject: a", b" folded", b"From: =?x?q?=FF?= <a", b"Date: 1 Apr", b"Content-Type: multipart/mixed; boundary=b",
     b"Content-Type: text/html; charset=x", b"", b"--b", b"--b--", b"text \xff", b"Content-Transfer-Encoding: base64",
     b"=?utf-8?b?!!?=", b":", b"From x 10:00 2031", b"Subject: =?utf-8?b?/w==?="]
)  # fmt: skip


@given(st.lists(LINES, max_size=12).map(b"\n".join) | st.binary(max_size=60))
def test_no_message_raises_and_every_place_holds(data: bytes) -> None:
    for found in parse(MailImporter(), io.BytesIO(data)):
        if isinstance(found, Draft):
            assert found.record.original in data
            check_spans(found)
            found.article_text().encode()
