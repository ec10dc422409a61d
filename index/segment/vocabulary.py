"""From text to numbered terms, fast: each distinct form is analysed once, each token is one look-up in a dictionary.

The terms are those of `index.analysis`, a test holds the two together. An ASCII text, or one that is but for
typographic quotes and dashes, is cut by `bytes.translate` and `split`; any other by the expression of the analysis.
"""

from __future__ import annotations

from array import array

from index import analysis

_TABLE = bytes(
    ord(chr(byte).lower()) if chr(byte).isalnum() and byte < 128 else byte if byte == ord("'") else ord(" ")
    for byte in range(256)
)
# Where "'s" does not follow a letter or a digit, or is followed by another apostrophe, it may be a word.
_UNCLEAR = (b" 's", b"''s", b"'s'")
# None of these is part of a token; the apostrophe is, before a possessive s.
_TYPOGRAPHY = str.maketrans(dict.fromkeys("“”„‘–—―…•·«»‹›\u00a0\u2009\u202f\u2028\u2029\ufeff\ufffd", " ") | {"’": "'"})
_TYPOGRAPHIC = tuple((chr(code), replacement) for code, replacement in _TYPOGRAPHY.items())


class Vocabulary:
    """Numbers for terms, in the order in which they were met. Texts and titles share one, names have another."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._forms = _Forms(self.terms)
        self._names: dict[str, array[int]] = {}

    def number(self, text: str) -> array[int]:
        """Return the numbers of a text's terms, in order."""
        return array("I", map(self._forms.__getitem__, forms(text)))

    def number_names(self, text: str) -> array[int]:
        """Return the numbers of a name's terms, which are not stemmed, in order. Names come again and again."""
        numbers = self._names.get(text)
        if numbers is None:
            terms = self.terms
            numbers = array("I", [terms.setdefault(term, len(terms)) for term in analysis.names(text)])
            self._names[text] = numbers
        return numbers


class _Forms(dict[bytes | str, int]):
    """From a form to the number of its term, filled as forms are met."""

    def __init__(self, terms: dict[str, int]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, form: bytes | str) -> int:
        term = analysis.term_of(form if isinstance(form, str) else form.decode("ascii"))
        number = self._terms.setdefault(term, len(self._terms))
        self[form] = number
        return number


def forms(text: str) -> list[bytes] | list[str]:
    """Return the forms of a text's tokens, in order: bytes in lower case where all is ASCII, else as they stand."""
    if not text.isascii():
        for character, replacement in _TYPOGRAPHIC:
            text = text.replace(character, replacement)
        if not text.isascii():
            return analysis.forms(text)
    cut = text.encode("ascii").translate(_TABLE)
    if b"'" in cut:
        # A space at both ends, so that what is looked for need not ask for the ends.
        cut = b" " + cut + b" "
        if any(unclear in cut for unclear in _UNCLEAR):
            return analysis.forms(text)
        cut = cut.replace(b"'s ", b" ").replace(b"'", b" ")
    return cut.split()
