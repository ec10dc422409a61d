"""The forms of a segment: the folded words of its titles and texts as they stood there, before stemming.

A search for the beginning of a word needs them, as a term may be shorter than its words or end in another way: the
term of `happy` is `happi`. They are kept as lines, in the order of their bytes, and found by bisecting the bytes: an
offset for each would take half as much again. Which term a form has is not kept: stemming it tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_END = b"\n"
"""Behind each form. It is in none: what is folded consists of letters, digits, marks and, of some ligatures, spaces."""

_PIECE = 1 << 18
"""Bytes of all segments that are merged at a time, about."""


class Bytes(Protocol):
    """Bytes that can be searched: those of `bytes`, or of a mapped file."""

    def find(self, sub: bytes, start: int, end: int, /) -> int: ...  # noqa: D102
    def rfind(self, sub: bytes, start: int, end: int, /) -> int: ...  # noqa: D102
    def __getitem__(self, key: slice, /) -> bytes: ...


def lines(forms: Iterable[bytes]) -> bytes:
    """Return the bytes in which forms are kept; they come in order, each once."""
    return b"".join([form + _END for form in forms])


class Forms:
    """The forms of a segment: lines at `[start, end)` of some bytes. Places in them are offsets into these bytes."""

    def __init__(self, data: Bytes, start: int, end: int) -> None:
        self._data = data
        self.start = start
        self.end = end

    def starting_with(self, prefix: bytes) -> list[bytes]:
        """Return the forms that start with some bytes, in order."""
        first = self.place(prefix)
        return self.between(first, self._bisect(lambda form: form[: len(prefix)] <= prefix, first))

    def lines(self) -> str:
        """Return all forms, a line feed behind each."""
        return self._data[self.start : self.end].decode()

    def place(self, form: bytes, start: int | None = None) -> int:
        """Return the place of the first form that is not before another, at a place or behind it."""
        return self._bisect(lambda here: here < form, self.start if start is None else start)

    def between(self, start: int, end: int) -> list[bytes]:
        """Return the forms from one place to another."""
        return self._data[start : end - 1].split(_END) if start < end else []

    def behind(self, offset: int) -> bytes | None:
        """Return the first form that begins at an offset, which is not that of the first one, or behind it."""
        start = self._data.find(_END, offset - 1, self.end) + 1
        return self._data[start : self._data.find(_END, start, self.end)] if 0 < start < self.end else None

    def _bisect(self, before: Callable[[bytes], bool], low: int) -> int:
        """Return the place of the first form, from a place on, that is not before what is looked for."""
        high = self.end
        while low < high:
            middle = (low + high) // 2
            start = max(low, self._data.rfind(_END, low, middle) + 1)
            end = self._data.find(_END, middle, self.end)
            if before(self._data[start:end]):
                low = end + 1
            else:
                high = start
        return low


def merged(segments: Sequence[Forms]) -> Iterator[bytes]:
    """Yield the bytes of all forms of some segments, each form once, a piece of the alphabet at a time."""
    places = [forms.start for forms in segments]
    bound: bytes | None = b""
    while bound is not None:
        step = max(1, _PIECE // len(segments))
        ahead = (forms.behind(place + step) for forms, place in zip(segments, places, strict=True))
        bound = min(filter(None, ahead), default=None)
        union: set[bytes] = set()
        for number, forms in enumerate(segments):
            end = forms.end if bound is None else forms.place(bound, places[number])
            union.update(forms.between(places[number], end))
            places[number] = end
        yield lines(sorted(union))
