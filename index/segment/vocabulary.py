"""From text to numbered forms: each distinct chunk is analysed once, each further one is a look-up.

A *chunk* is a run of ASCII letters, digits, apostrophes and anything beyond ASCII. It stands for no, one or several
tokens: those that the analysis finds in it alone. To cut there first changes nothing. What is left out is no letter, no
mark and no apostrophe to the expression of the analysis, so no token goes over it; and what that looks at behind a
possessive `'s` is a letter or a mark, so there too it is like the end of the text. Nor does it matter that letters of
ASCII are lowered here: folding does that anyway, and nothing else asks for their case.

A *form* is a folded token, before stemming. The numbers are those of forms; `terms` has the term of each.
"""

from __future__ import annotations

from array import array
from itertools import chain, compress, islice
from typing import TYPE_CHECKING

from index import analysis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHUNKS = bytes(
    byte if byte >= 0x80 or byte == ord("'") else ord(chr(byte).lower()) if chr(byte).isalnum() else ord(" ")
    for byte in range(256)
)
"""For `bytes.translate`: what is no part of a chunk becomes a space. No chunk has a zero byte."""


class Vocabulary:
    """Numbers for the forms of titles and texts, in the order in which they were met."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.several: list[tuple[int, ...]] = []
        self._numbers: dict[str, int] = {}
        self._codes: dict[bytes, int] = {}
        self._characters = 0

    @property
    def forms(self) -> list[str]:
        """The forms, by number."""
        return list(self._numbers)

    @property
    def weight(self) -> int:
        """How many bytes the forms take, about: three strings each, and their places in tables."""
        return 250 * len(self.terms) + 3 * self._characters

    def number(self, text: bytes) -> array[int]:
        """Return the numbers of the forms, in order, of a text that was `chunked`."""
        chunks = text.split()
        fresh = list(set(chunks).difference(self._codes))
        self._codes.update(zip(fresh, self.codes(fresh), strict=True))
        codes = list(map(self._codes.__getitem__, chunks))
        if min(codes, default=0) >= 0:
            return array("I", codes)
        numbers = array("I")
        for code in codes:
            if code < 0:
                numbers.extend(self.several[~code])
            else:
                numbers.append(code)
        return numbers

    def codes(self, chunks: Sequence[bytes]) -> list[int]:
        """Return what each chunk stands for: the number of one form, or `~n` for all forms of `several[n]`.

        The chunks are not kept here, but the forms are. Of many chunks each costs less.
        """
        # Of bytes, `isalnum` means ASCII alone: such a chunk is its own form.
        plain = [chunk.isalnum() for chunk in chunks]
        found = iter(self._number(b" ".join(compress(chunks, plain)).decode("ascii").split()))
        if all(plain):
            return list(found)
        others = iter(self.analyse([chunk for chunk, is_plain in zip(chunks, plain, strict=True) if not is_plain]))
        return [next(found) if is_plain else self._code(next(others)) for is_plain in plain]

    def analyse(self, chunks: Iterable[bytes]) -> list[tuple[int, ...]]:
        """Return the numbers of the forms of each chunk."""
        forms = [[*map(analysis.fold, analysis.forms(chunk.decode("utf-8", "surrogatepass")))] for chunk in chunks]
        numbers = iter(self._number(list(chain.from_iterable(forms))))
        return [tuple(islice(numbers, len(here))) for here in forms]

    def _number(self, forms: list[str]) -> list[int]:
        known = self._numbers
        numbers = [known.setdefault(form, len(known)) for form in forms]
        if len(known) > len(self.terms):
            fresh = [form for form, number in zip(forms, numbers, strict=True) if number >= len(self.terms)]
            fresh = list(dict.fromkeys(fresh))
            self.terms += analysis.stems(fresh)
            self._characters += sum(map(len, fresh))
        return numbers

    def _code(self, numbers: tuple[int, ...]) -> int:
        if len(numbers) == 1:
            return numbers[0]
        self.several.append(numbers)
        return -len(self.several)


class Names:
    """Numbers for the terms of names, in the order in which they were met. They are forms: names are not stemmed."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known: dict[str, array[int]] = {}

    @property
    def terms(self) -> list[str]:
        """The terms, by number."""
        return list(self._numbers)

    def number(self, name: str) -> array[int]:
        """Return the numbers of a name's terms, in order. Names come again and again."""
        numbers = self._known.get(name)
        if numbers is None:
            known = self._numbers
            numbers = array("I", [known.setdefault(term, len(known)) for term in analysis.names(name)])
            self._known[name] = numbers
        return numbers


def chunked(texts: Sequence[str]) -> tuple[bytes, array[int]]:
    """Return the chunks of some texts, with spaces between them, a space behind each text, and the length of each.

    The lengths are bytes, without that space. Lone surrogates are kept: they are in no token.
    """
    pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = array("I", map(len, pieces))
    pieces.append(b"")
    return b" ".join(pieces).translate(CHUNKS), lengths
