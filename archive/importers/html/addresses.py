"""The address of a page: what it names as its canonical one, and whether that can be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import attrs

from archive.errors import InvalidValueError
from archive.importers.html.source import EXTRACTOR
from archive.provenance import Candidate
from archive.urls import canonical_url

if TYPE_CHECKING:
    from archive.importers.html.markup import Attribute, Markup
    from archive.importers.html.source import Source
    from archive.provenance import Value

_LEAST = 2
# How web archives replay a page: the time of its capture, and its own address.
_REPLAYED = re.compile(r"https?://[^/]+/(?:[\w-]+/)?\d{14}(?:[a-z]{2}_)?/(https?://.+)")
_FRONT_PAGES = frozenset({"", "/", "/index.html", "/index.php", "/index.htm", "/home", "/default.aspx", "/default.asp"})


def read(source: Source, markup: Markup, *, structured: list[Candidate], captured: str | None) -> list[Candidate]:
    """Return the addresses that a page states, in `structured` too, and the one that it was `captured` from.

    A stated address loses to the one that was asked for where it is another site's, or the site's front page: then its
    method is `misplaced`. Without a capture, a front page is no article's address at all: all articles of the site that
    state it would be taken for one.
    """
    base = next((element.get("href") for element in markup.named("base") if element.get("href")), None)
    base = urljoin(captured or "", base or "") or None
    stated = [
        source.candidate(address, method, attribute.start, attribute.end)
        for method, attribute in (*_canonical(markup), *_shared(markup))
        if (address := _absolute(attribute.value, base)) is not None
    ]
    candidates: dict[tuple[str, Value], Candidate] = {}
    for candidate in (*stated, *structured):
        address = str(candidate.value)
        if _absolute(address, None) is None:
            continue
        if captured is None:
            judged = None if is_front_page(address) else candidate
        elif _site(address) == _site(captured) and (not is_front_page(address) or is_front_page(captured)):
            judged = candidate
        else:
            judged = attrs.evolve(candidate, method="misplaced")
        if judged is not None:
            candidates.setdefault((judged.method, address), judged)
    if captured is not None and _absolute(captured, None) is not None:
        candidates["http", captured] = Candidate(value=captured, method="http", extractor=EXTRACTOR, raw=captured)
    return list(candidates.values())


def is_front_page(url: str) -> bool:
    """Tell whether an address is that of a site, not of a page of it."""
    parts = urlsplit(url)
    return parts.path.lower() in _FRONT_PAGES and not parts.query


def host(url: str | None) -> str | None:
    """Return the host of a web address without `www.`, None where there is none."""
    if url is None:
        return None
    try:
        return urlsplit(canonical_url(url)).hostname
    except InvalidValueError:
        return None


def _canonical(markup: Markup) -> list[tuple[str, Attribute]]:
    return [
        ("meta", href)
        for element in markup.named("link")
        if "canonical" in element.get("rel").lower().split() and (href := element.attributes.get("href"))
    ]


def _shared(markup: Markup) -> list[tuple[str, Attribute]]:
    return [
        ("opengraph", content)
        for element in markup.named("meta")
        if (element.get("property") or element.get("name")).lower() == "og:url"
        and (content := element.attributes.get("content"))
    ]


def _absolute(href: str, base: str | None) -> str | None:
    try:
        address = urljoin(base, href) if base else href
        if replayed := _REPLAYED.match(address):
            address = replayed[1]
        canonical_url(address)
    except (ValueError, InvalidValueError):
        return None
    return address


def _site(url: str) -> str:
    """Return what the hosts of one site have in common: the last labels, two of them, or three under `co.uk`."""
    labels = (host(url) or "").split(".")
    known = _LEAST + (len(labels) > _LEAST and len(labels[-1]) == 2 and len(labels[-2]) <= 3)
    return ".".join(labels[-known:])
