"""The text of a page's article, without the page around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.importers.html.source import cleaned, plain, without_scripts, without_surrogates

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHORT = 250
_BLOCK = re.compile(r"<(?:p|br|div|li|h[1-6]|tr)\b[^<>]*+>|\n\s*\n", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_MARKUP = re.compile(r"<[a-zA-Z/!]")


def parse(text: str) -> HtmlElement | None:
    """Return the tree of a page, None where there is none. Nesting deeper than libxml2 takes is cut off."""
    from lxml import etree
    from lxml.html import HTMLParser, fromstring

    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True, recover=True)
    source = _CONTROL.sub(" ", without_surrogates(text))
    try:
        return fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def extract(tree: HtmlElement, stated: str | None) -> str:
    """Return the article's paragraphs, an empty line between each; empty where none is found.

    `stated` is the body that the page states in JSON-LD: taken where the page shows much less of it, or nothing.
    """
    import trafilatura

    try:
        document = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, the page has other ways to its text
        document = None
    found = getattr(document, "text", None) or ""
    if stated is not None:
        body = _paragraphs(_BLOCK.sub("\n", stated)) if _MARKUP.search(stated) else _paragraphs(stated)
        # The library takes it, too, where it finds nothing else, but without its paragraphs.
        if len(body) > _SHORT and (len(found) < 0.6 * len(body) or body.split() == found.split()):
            return body
    return _paragraphs(found, is_plain=True)


def everything(text: str) -> str:
    """Return all that a page shows, for pages that cannot be parsed, such as one nested without end."""
    return _paragraphs(_BLOCK.sub("\n\n", without_scripts(text).replace("\n", " ")))


def _paragraphs(text: str, *, is_plain: bool = False) -> str:
    lines = (cleaned(line) if is_plain else plain(line) for line in text.splitlines())
    return "\n\n".join(line for line in lines if line)
