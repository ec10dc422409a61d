"""Pieces of HTML to text: the body of a feed's entry, of a mail, of a JSON record.

Not for whole web pages: nothing is judged here, all that a browser would show is kept, in paragraphs. How elements
break lines follows the rendering section of the HTML standard (https://html.spec.whatwg.org/#rendering), in short.
"""

from __future__ import annotations

import re

_PARAGRAPHS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "div", "dl", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main",
    "menu", "nav", "ol", "p", "pre", "section", "table", "ul",
})  # fmt: skip
_LINES = frozenset({"caption", "dd", "dt", "legend", "li", "summary", "tr"})
_CELLS = frozenset({"td", "th"})
_NOT_SHOWN = frozenset({
    "audio", "canvas", "datalist", "frameset", "head", "noembed", "noframes",
    "option", "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_KEPT_AS_IS = frozenset({"pre", "listing", "xmp"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#[0-9]|#[xX][0-9a-fA-F]|[a-zA-Z])")
# XML and HTML know no such characters; libxml2 would end the text at the first one.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def text_of(html: str) -> str:
    """Return the text of a piece of HTML: paragraphs apart by an empty line, entities decoded, nothing else added.

    What a browser would not show is left out: scripts, styles, elements that are hidden. Broken markup is read as
    well as it can be. One pass; no element is fetched.
    """
    if _MARKUP.search(html) is None:
        return _SPACE.sub(" ", html).strip()
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    # An element around it all keeps loose text ahead of the first element in its place.
    source = "<body><div>" + _CONTROL.sub("\ufffd", html) + "</div></body>"
    root = etree.fromstring(source.encode(), parser)
    if any(error.level_name == "FATAL" for error in parser.error_log):
        # Nested deeper than any page is: libxml2 drops the rest, and nothing may be lost.
        return _stripped(html)
    writer = _Writer()
    hidden = kept = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag
        shown = name not in _NOT_SHOWN and not _is_hidden(element.attrib)
        if event == "start":
            hidden += not shown
            if not hidden:
                writer.open(name)
                kept += name in _KEPT_AS_IS
                writer.write(element.text, kept=kept > 0)
            continue
        if not hidden:
            kept -= name in _KEPT_AS_IS
            writer.close(name)
        hidden -= not shown
        if not hidden:
            writer.write(element.tail, kept=kept > 0)
    return writer.text()


def _stripped(html: str) -> str:
    """Return what stands between the tags, all of it on one line."""
    from html import unescape

    return _SPACE.sub(" ", unescape(_TAG.sub(" ", html))).strip()


class _Writer:
    """Collects text, and the breaks that are due ahead of the next piece: 1 is a line's end, 2 an empty line."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._break = 0
        self._space = False

    def open(self, name: str) -> None:
        self._break = max(self._break, _weight(name))

    def close(self, name: str) -> None:
        if name == "br":
            self._break = min(2, self._break + 1)
        elif name in _CELLS:
            self._space = True
        else:
            self._break = max(self._break, _weight(name))

    def write(self, text: str | None, *, kept: bool) -> None:
        if not text:
            return
        piece = text if kept else _SPACE.sub(" ", text)
        if not kept and piece[0] == " ":
            self._space = True
            piece = piece[1:]
        if not piece:
            return
        if self._break:
            self._pieces.append("\n" * self._break)
        elif self._space:
            self._pieces.append(" ")
        self._break, self._space = 0, False
        if not kept and piece[-1] == " ":
            self._space = True
            piece = piece[:-1]
        self._pieces.append(piece)

    def text(self) -> str:
        return "".join(self._pieces).strip()


def _weight(name: str) -> int:
    return 2 if name in _PARAGRAPHS else 1 if name in _LINES else 0


def _is_hidden(attributes: object) -> bool:
    if not attributes:
        return False
    from collections.abc import Mapping

    if not isinstance(attributes, Mapping):
        return False
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")) is not None
