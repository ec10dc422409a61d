"""The forms of a segment: the folded words of its titles and texts as they stood there, before stemming.

A search for the beginning of a word needs them, as a term may be shorter than its words or end in another way: the
term of `happy` is `happi`. They are kept as lines, in the order of their bytes, and found by bisecting the bytes: an
offset for each would take half as much again. Which term a form has is not kept: stemming it tells. Of each is kept in
which document it stands first, which tells for every earlier moment whether it was there.
"""

from __future__ import annotations

from array import array
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
    """The forms of a segment: lines at `[start, end)` of some bytes. Places in them are offsets into these bytes.

    `first` is the first document of each form, in the order of the forms.
    """

    def __init__(self, data: Bytes, start: int, end: int, first: Sequence[int]) -> None:
        self._data = data
        self.start = start
        self.end = end
        self.first = first

    def starting_with(self, prefix: bytes) -> list[bytes]:
        """Return the forms that start with some bytes, in order."""
        start = self.place(prefix)
        return self.between(start, self._bisect(lambda form: form[: len(prefix)] <= prefix, start))

    def starting_with_below(self, prefix: bytes, limit: int) -> list[bytes]:
        """Return those of the forms that start with some bytes which stand in a document below a limit, in order.

        Costs a look at all forms ahead of them, as it does not say anywhere which number a form has.
        """
        found = self.starting_with(prefix)
        number = self._data[self.start : self.place(prefix)].count(_END)
        first = self.first[number : number + len(found)]
        return [form for form, document in zip(found, first, strict=True) if document < limit]

    def lines(self) -> str:
        """Return all forms, a line feed behind each."""
        return self._data[self.start : self.end].decode()

    def lines_below(self, limit: int) -> str:
        """Return the forms that stand in a document below a limit, a line feed behind each. Costs a look at all."""
        forms = self.between(self.start, self.end)
        return lines(form for form, document in zip(forms, self.first, strict=True) if document < limit).decode()

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


def merged(segments: Sequence[Forms], bases: Sequence[int]) -> Iterator[tuple[bytes, array[int]]]:
    """Yield the bytes of all forms of some segments, each form once, and their first documents, a piece at a time.

    A piece is one of the alphabet. The first document of each segment has a number of `bases` among those of all.
    """
    places = [forms.start for forms in segments]
    numbers = [0] * len(segments)
    bound: bytes | None = b""
    while bound is not None:
        step = max(1, _PIECE // len(segments))
        ahead = (forms.behind(place + step) for forms, place in zip(segments, places, strict=True))
        bound = min(filter(None, ahead), default=None)
        union: dict[bytes, int] = {}
        for segment, (forms, base) in enumerate(zip(segments, bases, strict=True)):
            end = forms.end if bound is None else forms.place(bound, places[segment])
            here = forms.between(places[segment], end)
            number = numbers[segment]
            first = forms.first[number : number + len(here)]
            # Documents of a later segment are later ones: what is there already stays.
            for form, document in zip(here, first, strict=True):
                union.setdefault(form, base + document)
            places[segment], numbers[segment] = end, number + len(here)
        found = sorted(union)
        yield lines(found), array("I", map(union.__getitem__, found))
