"""The markup of feeds: how the bytes become characters, where entries begin and end, what stands in an entry.

A scan over tags, not an XML parser: it gives the same places for a feed that is well formed, as a test compares with
expat, and goes on where one would stop. It expands nothing, so that entities cannot do harm here.

XML 1.0, appendix F: how an encoding is told. Atom is RFC 4287; RSS 2.0, RSS 1.0 (RDF) and their ancestors have `item`.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BEGINNINGS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.:-]*)["']""")
# In these a byte that reads as "<" may be a part of another character, or a "<" may be another byte.
_NOT_ASCII = re.compile(
    r"utf_?(7|16|32)|hz|iso2022|cp(037|273|424|500|875|1026|1140)|johab|punycode|idna|unicode_escape"
)
# What is declared is often its superset: so the Encoding Standard has it (https://encoding.spec.whatwg.org/#names-and-labels).
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}

# A tag, quoted values with ">" in them among its attributes; where quotes do not match, up to the next ">".
_TAG = re.compile(r"""<(/?)([^\s<>/!?="']+)((?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)(/?)>""")
_BROKEN_TAG = re.compile(r"""<(/?)([^\s<>/!?="']+)([^<>]*?)(/?)>""")
# Content of Atom that may be a document, and hold entries of its own.
_XML_CONTENT = re.compile(r"""\btype\s*=\s*["'][\w.-]+/(?:[\w.-]+\+)?xml""", re.IGNORECASE)
_FIRST_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)\b", re.IGNORECASE)
_DEEPEST = 512
_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "entry"})
_FEED_NAMESPACE = re.compile(
    r"""xmlns:([\w.-]+)\s*=\s*["']\s*https?://(?:"""
    r"""www\.w3\.org/2005/Atom|purl\.org/(?:atom|rss|net/rss)|my\.netscape\.com/rdf|channel\.netscape\.com/rdf|"""
    r"""backend\.userland\.com|blogs\.law\.harvard\.edu|cyber\.law\.harvard\.edu)""",
    re.IGNORECASE,
)


class Tag(NamedTuple):
    """A tag at `[start, end)`: `name` as it is written, in lower case; `attributes` as they are written."""

    start: int
    end: int
    name: str
    attributes: str
    closes: bool
    empty: bool

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]


class Element(NamedTuple):
    """A child of an entry: all of it at `[start, end)`, what is between its tags at `[inner_start, inner_end)`."""

    name: str
    attributes: str
    start: int
    inner_start: int
    inner_end: int
    end: int


class Entry(NamedTuple):
    """An entry at `[start, end)`. `closed` is false where its end tag is missing."""

    start: int
    end: int
    closed: bool


@attrs.frozen
class Markup:
    """Bytes to be scanned: `text` holds a character for each byte, or, where tags are no ASCII, is decoded.

    `encoding` is the Python codec of the bytes, `mark` the number of bytes of a byte order mark ahead of the text.
    """

    text: str
    encoding: str
    mark: int
    decoded: bool

    def offsets(self, places: list[int]) -> list[int]:
        """Return the byte offsets of places in `text`, which must ascend."""
        if not self.decoded:
            return [self.mark + place for place in places]
        found, behind, offset = [], 0, self.mark
        for place in places:
            offset += len(self.text[behind:place].encode(self.encoding))
            behind = place
            found.append(offset)
        return found


class EncodingError(ValueError):
    """The bytes are not of the encoding that they are declared to be, or cannot be cut. The message says so."""


def markup_of(data: bytes, *, charset: str | None = None) -> Markup:
    """Return the markup in the bytes of a feed. Raises `EncodingError`."""
    encoding, mark = encoding_of(data, charset=charset)
    if not _is_cut_decoded(encoding):
        return Markup(data[mark:].decode("latin-1"), encoding, mark, decoded=False)
    try:
        text = data[mark:].decode(encoding)
        same = text.encode(encoding) == data[mark:]
    except (UnicodeError, LookupError) as error:
        raise EncodingError(f"not valid {encoding}, as which it is declared ({error}); convert it to UTF-8") from None
    if not same:
        raise EncodingError(f"declared as {encoding}, in which entries cannot be cut out; convert it to UTF-8 (iconv)")
    return Markup(text, encoding, mark, decoded=True)


def family_of(data: bytes) -> tuple[str | None, int]:
    """Return the codec that the first bytes tell, by a byte order mark or as none of ASCII, and the mark's length."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec, len(mark)
    return next((codec for beginning, codec in _BEGINNINGS if data.startswith(beginning)), None), 0


def encoding_of(data: bytes, *, charset: str | None = None) -> tuple[str, int]:
    """Return the codec of a feed's bytes, and the length of their byte order mark.

    In this order, and each only if the bytes are valid in it: the mark, the charset of the HTTP header, the XML
    declaration, UTF-8; else a guess. UTF-8 with few wrong bytes stays UTF-8: see `decode`.
    """
    family, mark = family_of(data)
    if family is not None and mark:
        return family, mark
    if family is not None:
        declared = _declared(data[:1024].decode(family, "replace"))
        # "UTF-16" says no byte order; the first bytes do.
        return (declared if declared and family == "cp037" and not declared.startswith("utf") else family), 0
    # Within the first kilobyte all encodings that are left write a declaration in ASCII.
    declared = _declared(data[:1024].decode("latin-1"))
    for codec in (_known(charset), declared, "utf-8"):
        if codec is not None and _is_valid(data, codec):
            return codec, 0
    if _mostly_utf8(data):
        return "utf-8", 0
    from archive.importers.decoding import NotTextError
    from archive.importers.decoding import decode as guessed

    try:
        return guessed(data.replace(b"\0", b" "))[1].replace("-sig", ""), 0
    except NotTextError:
        return "utf-8", 0


def decode(data: bytes, encoding: str) -> str:
    """Return bytes of a feed as text; bytes that are wrong become U+FFFD."""
    return data.decode(encoding, "replace")


def tags(text: str, start: int = 0) -> Iterator[Tag]:
    """Yield the tags of a text in order: none in comments, CDATA sections, instructions and declarations."""
    at = start
    without_end: set[str] = set()
    while (at := text.find("<", at)) >= 0:
        for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
            if text.startswith(opening, at) and closing not in without_end:
                end = text.find(closing, at + len(opening))
                if end < 0:
                    # Looked for once: else a text of nothing but beginnings would be read over and over.
                    without_end.add(closing)
                    continue
                at = end + len(closing)
                break
        else:
            if text[at : at + 9].upper() == "<!DOCTYPE":
                at = _behind_doctype(text, at)
                continue
            match = _TAG.match(text, at) or _BROKEN_TAG.match(text, at)
            if match is None:
                at += 1
                continue
            closes, name, attributes, empty = match.groups()
            yield Tag(at, match.end(), name.lower(), attributes, bool(closes), bool(empty))
            at = match.end()


def root_of(text: str) -> Tag | None:
    """Return the first tag of a text, None where there is none or it closes something."""
    first = next(tags(text), None)
    if first is None or first.closes:
        return None
    return first


def is_feed(root: Tag | None) -> bool:
    """Tell whether a document that begins with this tag is a feed, or an entry by itself."""
    if root is None or root.local not in _ROOTS:
        return False
    if root.local == "entry":
        return "atom" in root.attributes.lower()
    if root.local == "rdf":
        # RDF says anything; RSS 0.9 and 1.0 name their namespaces.
        return "/rss" in root.attributes or "netscape" in root.attributes
    return True


def entries(text: str) -> Iterator[Entry]:
    """Yield the entries of a feed, in order.

    An entry ends where its end tag is; an entry within the `content` of another is a part of that. Where an end tag
    is missing, it ends where the next one begins, or that which holds the entries ends, or the text.
    """
    root = next(tags(text), None)
    if root is None:
        return
    names = _entry_names(root, text)
    containers = {root.name, "channel"}
    start, name, within, inner = -1, "", 0, 0
    for tag in tags(text):
        if start >= 0 and tag.local == "content" and (tag.closes or _XML_CONTENT.search(tag.attributes)):
            within = 0 if tag.closes else 1
        elif tag.name in names and tag.empty:
            # Within an entry it is a mark that some service left there, and begins nothing.
            if start < 0:
                yield Entry(tag.start, tag.end, closed=True)
        elif tag.name in names and not tag.closes:
            if within:
                inner += 1
                continue
            if start >= 0:
                yield Entry(start, tag.start, closed=False)
            start, name, inner = tag.start, tag.name, 0
        elif start >= 0 and tag.closes and tag.name == name and inner:
            inner -= 1
        elif start >= 0 and tag.closes and (tag.name == name or (tag.name in containers and not within)):
            closed = tag.name == name
            yield Entry(start, tag.end if closed else tag.start, closed=closed)
            start, within = -1, 0
    if start >= 0:
        yield Entry(start, len(text), closed=False)


def children(text: str) -> list[Element]:
    """Return the elements that are children of the entry that a text is, in order; those that are closed."""
    found: list[Element] = []
    walk = tags(text)
    entry = next(walk, None)
    opened: list[Tag] = []
    for tag in walk:
        if not tag.closes:
            if tag.empty and not opened:
                found.append(Element(tag.name, tag.attributes, tag.start, tag.end, tag.end, tag.end))
            elif not tag.empty and len(opened) < _DEEPEST:
                opened.append(tag)
            continue
        depth = next((at for at in range(len(opened) - 1, -1, -1) if opened[at].name == tag.name), None)
        if depth is None:
            if entry is not None and tag.name == entry.name:
                break
            continue
        child = opened[depth]
        del opened[depth:]
        if not opened:
            found.append(Element(child.name, child.attributes, child.start, child.end, tag.start, tag.end))
    return found


def _entry_names(root: Tag, text: str) -> frozenset[str]:
    """Return how the tags of entries are written in the feed with this root."""
    prefix = root.name.rpartition(":")[0]
    # A prefix may be bound at the root or at a channel below it; the first entry comes behind either.
    first = _FIRST_ENTRY.search(text)
    bound = _FEED_NAMESPACE.findall(text, 0, first.end() + 2048 if first else len(text))
    prefixes = {"", *(name.lower() for name in bound)} | ({prefix} if root.local in {"feed", "entry"} else set())
    return frozenset(f"{name}:{local}" if name else local for name in prefixes for local in ("item", "entry"))


def _behind_doctype(text: str, at: int) -> int:
    """Return the place behind a document type declaration, with the declarations in its brackets."""
    end = text.find(">", at)
    bracket = text.find("[", at, end if end >= 0 else len(text))
    if bracket >= 0:
        close = re.compile(r"\]\s*>").search(text, bracket)
        return close.end() if close else len(text)
    return end + 1 if end >= 0 else len(text)


def _declared(start: str) -> str | None:
    match = _DECLARED.match(start)
    return _known(match.group(1)) if match else None


def _known(name: str | None) -> str | None:
    """Return the name of a codec for text as Python spells it, None where there is none."""
    if not name:
        return None
    try:
        "<".encode(name)  # Refuses codecs of other things than text, such as base64.
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec)


def _is_valid(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except (UnicodeError, ValueError):
        return False
    return True


def _is_cut_decoded(codec: str) -> bool:
    return _NOT_ASCII.match(codec.replace("-", "_")) is not None


def _mostly_utf8(data: bytes) -> bool:
    """Tell whether bytes that are not valid UTF-8 are still meant to be: others seldom look like it."""
    wrong = data.decode("utf-8", "replace").count("\ufffd")
    whole = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]{1,3}", data))
    return whole >= wrong > 0
