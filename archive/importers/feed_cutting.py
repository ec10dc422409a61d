"""A feed to its records: the bytes of each entry, and the head that they have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.importers.feed_markup import EncodingError, entries, is_feed, markup_of, root_of, tags
from archive.importers.protocol import Problem, Record, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.feed_markup import Entry, Markup

_FORMAT = "feed"
_LARGEST_HEAD = 64 * 1024
_LARGEST_ELEMENT = 4096
_OF_THE_FEED = frozenset({
    "title", "link", "language", "author", "creator", "managingeditor", "publisher", "id", "generator", "base",
})  # fmt: skip
_IS_EMPTY = re.compile(r"<[^\s<>]+\s*/>|<[^\s<>]+\s*>\s*</[^<>]*>")


def records_of(data: bytes) -> Iterator[Record | Problem | Skipped]:
    """Yield a record for each entry of a feed, or the problem that the bytes are none.

    An entry that is cut off by the end of the feed is yielded, and a problem behind it. Empty ones are skipped.
    """
    try:
        markup = markup_of(data)
    except EncodingError as error:
        yield Problem(message=str(error))
        return
    if not is_feed(root_of(markup.text)):
        yield Problem(message="not a feed: neither RSS nor Atom; name its format, or take it as it is: --format text")
        return
    found = list(entries(markup.text))
    places = markup.offsets([place for entry in found for place in (entry.start, entry.end)])
    head = _head(data, markup, found, places)
    line, behind = 1, 0
    for number, entry in enumerate(found):
        start, end = places[2 * number], places[2 * number + 1]
        line += markup.text.count("\n", behind, entry.start)
        behind = entry.start
        label = str(number + 1)
        if _IS_EMPTY.fullmatch(markup.text, entry.start, entry.end):
            yield Skipped(reason="empty entry")
            continue
        yield Record(
            original=data[start:end],
            format=_FORMAT,
            head=head or None,
            label=label,
            line=line,
        )
        if not entry.closed and number == len(found) - 1:
            yield Problem(
                message="the feed is cut off in its last entry; what there is of that was taken",
                line=line,
                label=label,
                partial=True,
            )


def _head(data: bytes, markup: Markup, found: list[Entry], places: list[int]) -> bytes:
    """Return what stands around the entries, without the blank between them; if that is large, what reading needs.

    A feed in RSS 1.0 lists the addresses of all its entries in its head: kept with each of them, that would grow with
    the square of their number.
    """
    edges = [0, *places, len(data)]
    pieces = [data[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    around = b"".join(piece for piece in pieces if piece.strip(b" \t\r\n\0"))
    if len(around) <= _LARGEST_HEAD or not found:
        return around
    return _reduced(data, markup, first=found[0].start)


def _reduced(data: bytes, markup: Markup, *, first: int) -> bytes:
    """Return the start tags that are open ahead of the first entry, and the small elements that describe the feed."""
    text = markup.text
    kept: list[tuple[int, int]] = []
    opened: list[tuple[str, int, int]] = []
    for tag in tags(text[:first]):
        if not tag.closes:
            if not tag.empty:
                opened.append((tag.name, tag.start, tag.end))
            elif tag.local in _OF_THE_FEED and len(opened) <= 2:
                kept.append((tag.start, tag.end))
            continue
        while opened:
            name, start, end = opened.pop()
            if name == tag.name:
                if tag.local == "channel":
                    # In RSS 1.0 it ends ahead of the entries.
                    kept += [(start, end), (tag.start, tag.end)]
                if tag.local in _OF_THE_FEED and len(opened) <= 2 and tag.end - start <= _LARGEST_ELEMENT:
                    kept.append((start, tag.end))
                break
    kept += [(start, end) for _, start, end in opened if end - start <= _LARGEST_HEAD]
    declared = text.find("?>") + 2 if text.lstrip().startswith("<?xml") else 0
    kept = [(0, declared), *sorted(kept)]
    places = markup.offsets([place for piece in kept for place in piece])
    mark = data[: markup.mark]
    pieces = [data[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]
    return (mark + b"".join(pieces))[:_LARGEST_HEAD]
