"""Whether a page is an article, or one that only leads to articles: for containers that hold pages of all kinds.

Careful: a page is passed over only where what speaks against it is plain. What a user picks by hand is not judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive import capture
from archive.errors import InvalidValueError
from archive.importers.html import jsonld, page
from archive.importers.html.addresses import is_front_page
from archive.importers.html.encoding import decode_page
from archive.importers.html.markup import Markup, scan
from archive.importers.html.source import Source, plain, without_scripts

if TYPE_CHECKING:
    from archive.importers.protocol import Record

_LOOKED_AT = 4 * 1024 * 1024
_STATES_ARTICLE = frozenset(
    {
        "article:published_time",
        "article:author",
        "citation_title",
        "parsely-pub-date",
        "sailthru.date",
        "dc.date.issued",
    }
)
_LISTS = re.compile(
    r"/(?:tags?|categor(?:y|ies|ia)|topics?|authors?|search|archives?|page/\d+|feed|login|signin|signup|register|wp-login\.php)(?:/|$)",
    re.IGNORECASE,
)
_SEARCH = re.compile(r"(?:^|&)(?:s|q|query|search|page|paged)=")
_BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|h[1-6]|tr|td|table|section|article|header|footer|nav|main|aside|br|form)\b[^<>]*+>",
    re.IGNORECASE,
)
_LINK = re.compile(r"<a\b[^<>]*+>(.*?)(?:</a\s*>|$)", re.IGNORECASE | re.DOTALL)
_SENTENCE = re.compile(r"[。！？।۔]|[.!?…](?:[\"'”’»)\]]|\s|$)")
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password", re.IGNORECASE)
_PROSE = 60
"""Code points of a block, links not counted, from which on it is running text if it holds a sentence."""

_FEW_LINKED = 200
"""Code points of links that no list of articles is content with: what has fewer may be a short notice."""

_LITTLE = 100
_MUCH = 1500
_LEAST_SHARE = 1 / 8
"""The least running text that an article has, as a part of the links beside it."""


def is_article(record: Record) -> bool:
    """Tell whether the page of a record may be an article: one that says so, or one with running text of its own.

    No article is a form to log in with hardly any running text. Of pages with many links, neither are those that hold
    hardly any text beside them; a site's front page where they outweigh the text, unless it calls itself an article;
    and a list by its address (`/tag/…`, `/search`) that does not hold much text. Looks at the first 4 MiB. Costs about
    10 ms.
    """
    original = record.original[:_LOOKED_AT]
    exchange = None
    if record.capture is not None:
        try:
            exchange = capture.from_bytes(record.capture).response
        except InvalidValueError:
            exchange = None
    decoded = decode_page(original, exchange.header("content-type") if exchange else None)
    markup = scan(decoded.text)
    source = Source(decoded.text, original=original, codec=decoded.codec)
    prose, linked = _amounts(decoded.text)
    if prose < _LITTLE and _PASSWORD.search(decoded.text):
        return False
    states = _says_article(source, markup)
    if exchange is not None and is_front_page(exchange.uri):
        return states or prose > linked or linked < _FEW_LINKED
    if exchange is not None and _is_list(exchange.uri):
        return (prose >= _MUCH and prose > linked) or linked < _FEW_LINKED
    return states or prose >= _MUCH or linked < _FEW_LINKED or (prose >= _LITTLE and _LEAST_SHARE * linked <= prose)


def _says_article(source: Source, markup: Markup) -> bool:
    for element in markup.named("meta"):
        name = (element.get("property") or element.get("name")).lower()
        if name in _STATES_ARTICLE or (name == "og:type" and element.get("content").lower() in {"article", "news"}):
            return True
    return jsonld.read(source, markup, title=page.page_title(markup)).kind is not None


def _is_list(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return _LISTS.search(parts.path) is not None or _SEARCH.search(parts.query) is not None


def _amounts(text: str) -> tuple[int, int]:
    """Return the code points of running text and those of links outside of it."""
    prose = linked = 0
    for block in _BLOCK.split(without_scripts(text)):
        if not block.strip():
            continue
        own = plain(_LINK.sub(" ", block)) if "<a" in block or "<A" in block else plain(block)
        if len(own) >= _PROSE and _SENTENCE.search(own):
            prose += len(own)
        elif "<a" in block or "<A" in block:
            linked += sum(len(plain(inner)) for inner in _LINK.findall(block))
    return prose, linked
