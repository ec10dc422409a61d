"""Explaining: why a field has the value that it has, what agrees with it and what does not, and what stood around it.

Pure but for `Excerpts`, which reads the text and the original of a version where a span asks for them.
"""

from __future__ import annotations

import codecs
import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import attrs

from archive.identity import instant
from archive.precedence import rank
from archive.provenance import FIELD_NAMES

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Metadata, Version
    from archive.provenance import Candidate, Span, Value

AROUND = 48
"""Characters shown on each side of a place, at the most."""

_LONGEST = 160
"""Characters shown of the place itself, at the most; the middle of a longer one is left out."""

_ELLIPSIS = "…"
_BYTES_A_CHARACTER = 4
_WITH_OFFSET = re.compile(r"T.*(?:Z|[+-]\d\d:\d\d)$")


@attrs.frozen(kw_only=True)
class FieldExplanation:
    """How a field is known. `candidates` are empty where nothing says anything, the chosen one is the first.

    `agreeing` and `disagreeing` are the others: a vaguer date agrees with one that it contains, and names agree in any
    case. `reason` says why the first one was chosen, empty where there was no choice; `outdated` is true where today's
    rules would choose another one.
    """

    name: str
    candidates: tuple[Candidate, ...]
    agreeing: tuple[Candidate, ...]
    disagreeing: tuple[Candidate, ...]
    reason: str
    outdated: bool


def explain(metadata: Metadata) -> list[FieldExplanation]:
    """Return how each field is known, those that every article can have first, in the order of the format."""
    return [explain_field(metadata, name) for name in dict.fromkeys((*FIELD_NAMES, *metadata.fields))]


def explain_field(metadata: Metadata, name: str) -> FieldExplanation:
    """Return how a field is known."""
    candidates = metadata.fields.get(name, ())
    if not candidates:
        return FieldExplanation(name=name, candidates=(), agreeing=(), disagreeing=(), reason="", outdated=False)
    chosen, *others = candidates
    agreeing = tuple(one for one in others if _agree(name, chosen.value, one.value))
    reason, outdated = _reason(name, chosen, others)
    return FieldExplanation(
        name=name,
        candidates=candidates,
        agreeing=agreeing,
        disagreeing=tuple(one for one in others if one not in agreeing),
        reason=reason,
        outdated=outdated,
    )


def _reason(name: str, chosen: Candidate, others: list[Candidate]) -> tuple[str, bool]:
    if not others:
        return "", False
    own = rank(name, chosen.method)
    ahead = dict.fromkeys(one.method for one in others if rank(name, one.method) < own)
    if ahead:
        return f"today {_all(ahead)} would be believed before {chosen.method}", True
    behind = dict.fromkeys(one.method for one in others if one.method != chosen.method)
    if behind:
        return f"{chosen.method} is believed before {_all(behind)}", False
    return f"the first of {len(others) + 1} from {chosen.method}", False


def _all(methods: dict[str, None]) -> str:
    *first, last = methods
    return f"{', '.join(first)} and {last}" if first else last


def _agree(name: str, chosen: Value, other: Value) -> bool:
    if isinstance(chosen, str) != isinstance(other, str):
        return False
    if isinstance(chosen, str) and isinstance(other, str):
        if name == "published":
            return _same_date(chosen, other)
        return _folded(chosen) == _folded(other)
    return {_folded(one) for one in chosen} == {_folded(one) for one in other}


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _same_date(one: str, other: str) -> bool:
    """Tell whether two EDTF dates can be one moment, as far as both are known."""
    if all(first == second or "X" in {first, second} for first, second in zip(one, other, strict=False)):
        return True
    # The same moment in two zones; without an offset, nobody knows which one a time is in.
    return bool(_WITH_OFFSET.search(one) and _WITH_OFFSET.search(other)) and instant(one) == instant(other)


# What stands around a place


@attrs.frozen(kw_only=True)
class Excerpt:
    """Some words of a text or an original; those of the place are `text[start:end]`."""

    text: str
    start: int
    end: int


class Excerpts:
    """The text and the original of a version, each read where a first span asks for it."""

    def __init__(self, archive: Archive, version: Version) -> None:
        self._archive = archive
        self._version = version

    @cached_property
    def _text(self) -> str:
        return self._archive.text(self._version)

    @cached_property
    def _original(self) -> bytes:
        return self._archive.original(self._version)

    def around(self, span: Span) -> Excerpt | None:
        """Return what stands at a span with some words around it, None where it lies outside. Raises DamagedError."""
        whole = self._text if span.source == "text" else self._original
        if span.end > len(whole):
            return None
        if isinstance(whole, str):
            first, last = max(0, span.start - AROUND), min(len(whole), span.end + AROUND)
            return _excerpt(
                (first > 0, whole[first : span.start]),
                whole[span.start : span.end],
                (last < len(whole), whole[span.end : last]),
            )
        margin = AROUND * _BYTES_A_CHARACTER
        first, last = max(0, span.start - margin), min(len(whole), span.end + margin)
        before, place, after = (
            _decoded(whole[begin:end], self._encoding)
            for begin, end in ((first, span.start), (span.start, span.end), (span.end, last))
        )
        return _excerpt(
            (first > 0 or len(before) > AROUND, before[-AROUND:]),
            place,
            (last < len(whole) or len(after) > AROUND, after[:AROUND]),
        )

    @cached_property
    def _encoding(self) -> str:
        """The codec of a piece of the original: of those that look at a byte order mark, the one that it means."""
        name = self._version.article.encoding.lower().replace("_", "-")
        if name in {"utf-16", "utf-32"}:
            big = self._original.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
            return f"{name}-{'be' if big else 'le'}"
        return "utf-8" if name == "utf-8-sig" else name


def _excerpt(before: tuple[bool, str], place: str, after: tuple[bool, str]) -> Excerpt:
    """Join what stands around a place; what was cut off ahead or behind is cut at a word, and an ellipsis says so."""
    cut, head = before
    if cut:
        head = f"{_ELLIPSIS} {_from_a_word(head, 'ahead')}"
    more, tail = after
    if more:
        tail = f"{_from_a_word(tail, 'behind')} {_ELLIPSIS}"
    if len(place) > _LONGEST:
        place = f"{place[: _LONGEST // 2]} {_ELLIPSIS} {place[-_LONGEST // 2 :]}"
    return Excerpt(text=head + place + tail, start=len(head), end=len(head) + len(place))


def _from_a_word(text: str, side: Literal["ahead", "behind"]) -> str:
    words = text.split(None, 1) if side == "ahead" else text.rsplit(None, 1)
    if len(words) < 2:
        return text
    return words[1] if side == "ahead" else words[0]


def _decoded(piece: bytes, encoding: str) -> str:
    # A piece may begin and end within a character: what is no whole one is left out.
    try:
        return piece.decode(encoding, "ignore")
    except LookupError:
        return piece.decode("latin-1")
