"""Files that are out to do harm, by what they do it with; and small seeds of each format to be damaged at random."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from tests.archive.importers.warcs import arc, arc_head, http, members, record, text_record

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20

_ENTITIES = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
_BOMB = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ferry">{_ENTITIES}]>'
_EXTERNAL = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def _in_warc(payload: bytes, media_type: str) -> bytes:
    return text_record(1) + record(2, http(payload, media_type=media_type)) + text_record(3)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "tags nested 100,000 deep": lambda: b"<html><body>" + b"<div>" * 100_000 + b"text" + b"</div>" * 100_000,
    "tags never closed": lambda: b"<!doctype html>" + b"<a href=x><b><i><table><tr><td>" * 30_000,
    "100 MB in one line": lambda: b"x" * (100 * MIB),
    "100 MB in one line of JSON": lambda: b'{"text": "' + b"x" * (100 * MIB) + b'"}\n{"text": "short"}\n',
    "NUL bytes": lambda: b"A title\0\n\nA text\0 with NUL.\n",
    "only NUL bytes": lambda: bytes(5 * MIB),
    "lone surrogates": lambda: b'{"text": "a", "title": "\\ud800"}\n{"text": "\\udfff"}\n{"text": "whole"}\n',
    "surrogates in UTF-8": lambda: b"A title \xed\xa0\x80\n\nA text.\n",
    "a gzip bomb": lambda: gzip.compress(bytes(300 * MIB), 9),
    "a gzip bomb of lines": lambda: gzip.compress(b'{"text": "' + b" " * (200 * MIB) + b'"}\n', 9),
    "a zip archive": lambda: b"PK\x03\x04" + bytes(10_000),
    "an entity bomb in a feed": (_BOMB + "<rss><channel><item><title>&l9;</title></item></channel></rss>").encode,
    "an entity bomb in a page": (_BOMB + "<html><body>&l9;</body></html>").encode,
    "an external entity": (_EXTERNAL + "<rss><channel><item><title>&x;</title></item></channel></rss>").encode,
    "JSON 10,000 levels deep": lambda: b'{"text": ' + b"[" * 10_000 + b"]" * 10_000 + b"}\n",
    "objects 100,000 levels deep": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n",
    "an array of objects": lambda: b"[" + b'{"text": "a"},' * 50_000 + b'{"text": "b"}]',
    "a million members": lambda: json.dumps({str(n): n for n in range(300_000)} | {"text": "a"}).encode(),
    "a number of a million digits": lambda: b'{"text": "a", "id": ' + b"9" * MIB + b"}\n",
    "a PDF of nothing": lambda: b"%PDF-1.7\n" + b"1 0 obj <</Length 99999999>> stream\n" * 20_000,
    "a PDF that refers to itself": lambda: (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    ),
    "a mail in a mail": lambda: b"From: a@b.example\nSubject: x\nContent-Type: message/rfc822\n\n" * 5000,
    "a mail of many parts": lambda: (
        b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 20_000
    ),
    "front matter that unfolds": lambda: (
        b"---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(12))
        + b"---\nText.\n"
    ),
    "front matter that is nested": lambda: b"---\na: " + b"[" * 50_000 + b"\n---\nText.\n",
    "Markdown of brackets": lambda: b"# Title\n\n" + b"[" * 100_000 + b"](" * 50_000,
    "Markdown of stars": lambda: b"# Title\n\n" + b"*a " * 200_000 + b"> " * 5000,
    "a page in a WARC nested deep": lambda: _in_warc(b"<html>" + b"<div>" * 100_000 + b"x", "text/html"),
    "a WARC record of 4 GB that is not there": lambda: text_record(1) + record(2, b"x", length=1 << 32),
    "a WARC of heads": lambda: b"WARC/1.0\r\n" * 100_000,
    "a WARC header of 20 MB": lambda: b"WARC/1.0\r\nWARC-Type: " + b"x" * (20 * MIB) + b"\r\n\r\n" + text_record(2),
    "an ARC of nothing": lambda: arc_head() * 3000,
    "chunks that lie": lambda: _in_warc(b"ffffffffff\r\nx\r\n", "text/plain").replace(
        b"Content-Type: text/plain\r\n\r\nffff", b"Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nffff"
    ),
    "a word of combining marks": ("Title\n\n" + "a" + "\u0301" * 2_000_000).encode,
    "a line of datelines": lambda: b"TEHRAN, Apr. 13, 2021 (Xinhua) -- " * 200_000,
    "a byline without end": lambda: b"Title\n\nBy " + b"John and " * 300_000,
}

SEEDS = (
    b"Ferry returns\n\nBy Jane Doe\n\nOSLO, April 13, 2021 (AP) -- The ferry is back.\n",
    b'{"text": "The ferry is back.", "title": "Ferry", "date": "2021-04-13", "tags": ["sea"]}\n{"text": "More."}\n',
    (
        b'<!doctype html><html lang="en"><head><title>Ferry</title><meta property="og:title" content="Ferry">'
        b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry"}</script></head>'
        b"<body><article><h1>Ferry</h1><p>The ferry is back.</p></article></body></html>"
    ),
    (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title><item><title>Ferry</title>'
        b"<link>https://courier.example/1</link><description>The ferry &amp; more.</description></item></channel></rss>"
    ),
    (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry><title>Ferry</title><id>urn:1</id>'
        b"<content type='html'>&lt;p&gt;The ferry is back.</content></entry></feed>"
    ),
    b"---\ntitle: Ferry\ndate: 2021-04-13\ntags: [sea]\n---\n\n# Ferry\n\nThe *ferry* is back.\n",
    (
        b"From: Courier <news@courier.example>\nSubject: =?utf-8?q?Ferry?=\nDate: Tue, 13 Apr 2021 09:30:00 +0200\n"
        b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nThe ferry is back.\n"
    ),
    (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    ),
    text_record(1) + record(2, http(b"<html><p>Ferry.", media_type="text/html")) + text_record(3),
    members(text_record(1), text_record(2)),
    arc_head() + arc(1, http(b"The ferry is back.")),
    gzip.compress(b"Ferry returns\n\nThe ferry is back.\n"),
)
