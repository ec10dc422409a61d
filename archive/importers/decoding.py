"""Bytes to text, with the codec that was used: `data.decode(codec) == text`, exactly, always.

UTF-8 is tried first; a byte order mark decides; anything else is what charset-normalizer finds, which is a guess
that the archive records by its name.
"""

from __future__ import annotations

import codecs
import re

from archive.errors import ArchiveError

# UTF-32 first: its little-endian mark begins with UTF-16's. These codecs drop the mark.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Nobody writes these without a mark, and almost any bytes could be one of them.
_MARKED = ["utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]
_USUAL = "cp1252"
_SNIFFED = 8192
_GUESSED = 64 * 1024
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]")


class NotTextError(ArchiveError):
    """The bytes are no text that can be decoded, or hold nothing. The message says which, and what to do."""


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and the name of the Python codec that gave it, with errors `strict`.

    Newlines and everything else stay as they are, but for a byte order mark, which is dropped. Raises
    `NotTextError` where there is nothing to see or the bytes are not text. One pass over the data; a guess looks
    at the first 64 KiB.
    """
    text, codec = _decode(data)
    if not is_visible(text):
        raise NotTextError("empty: nothing to archive")
    return text, codec


def is_visible(text: str) -> bool:
    """Tell whether there is anything in a text but space, control characters and marks that print nothing."""
    return _VISIBLE.search(text) is not None


def _decode(data: bytes) -> tuple[str, str]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), codec
            except UnicodeDecodeError as error:
                at = error.start + (len(mark) if codec == "utf-8-sig" else 0)
                raise NotTextError(
                    f"begins with a byte order mark of {codec} but is not valid at byte {at}; "
                    "it may be cut off or not be text"
                ) from error
    if b"\0" in data[:_SNIFFED]:
        raise NotTextError(
            "not text: it holds NUL bytes; if it is UTF-16 without a byte order mark, convert it: "
            "iconv -f UTF-16LE -t UTF-8"
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _guess(data, error)


def _guess(data: bytes, utf8_error: UnicodeDecodeError) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    matches = list(from_bytes(_sample(data, utf8_error.start), cp_exclusion=_MARKED))
    guesses = [match.encoding for match in matches]
    for match in matches:
        # As plausible as the best. The HTML standard takes windows-1252 where nothing is said, and so do we.
        equal = (match.chaos, match.coherence) == (matches[0].chaos, matches[0].coherence)
        if equal and _USUAL in match.could_be_from_charset:
            guesses.insert(0, _USUAL)
            break
    for codec in guesses:
        try:
            return data.decode(codec), codec
        except (UnicodeDecodeError, LookupError):
            continue
    raise NotTextError(
        f"not text: byte {utf8_error.start} is not valid UTF-8, and no other encoding fits; "
        "if it is text, repair it or convert it to UTF-8 first (iconv)"
    )


def _sample(data: bytes, failed_at: int) -> bytes:
    """Return what is looked at for a guess: 64 KiB from about the first byte that is not UTF-8, of whole words.

    A piece that began or ended within a character of several bytes would rule its encoding out.
    """
    if len(data) <= _GUESSED:
        return data
    start = max(0, failed_at - 1024)
    piece = data[start : start + _GUESSED]
    if start and (space := piece.find(b" ", 0, 4096)) >= 0:
        piece = piece[space:]
    if start + _GUESSED < len(data) and (space := piece.rfind(b" ", len(piece) - 4096)) > 0:
        piece = piece[:space]
    return piece
