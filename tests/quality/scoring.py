"""The rules by which what was read is compared with the gold. docs/import-quality.md states them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# Scripts that put no spaces between words: each character counts as a token.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_SITE = re.compile(r"\s+(?:[-–—|·•:»]+|::|@)\s+|_|\s*\|\s*")
_BY = re.compile(
    r"\A(?:(?:(?:written|posted|reported|edited)\s+)?by\b[:\s]*|(?:von|par|por|di|door)\s+)", re.IGNORECASE
)
_ADDRESS = re.compile(r"\(?https?://\S+")
_BETWEEN = re.compile(r"\s*(?:,|;|&|\||/|\n|\band\b|\bund\b|\bet\b)\s*", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def token_f1(found: str, gold: str) -> float:
    """Return the harmonic mean of precision and recall over the tokens of two texts, as bags, from 0 to 1."""
    ours, theirs = _tokens(found), _tokens(gold)
    if not ours or not theirs:
        return float(not ours and not theirs)
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total())


def segment_accuracy(found: str, held: tuple[str, ...], left_out: tuple[str, ...]) -> float:
    """Return the part of the segments that are rightly in the text or rightly not, from 0 to 1."""
    text = _squeezed(found)
    right = sum(_squeezed(piece) in text for piece in held) + sum(_squeezed(piece) not in text for piece in left_out)
    return right / (len(held) + len(left_out))


def same_title(found: str | None, gold: str) -> bool:
    """Tell whether two titles have the same words; a site's name that only the gold has at one end counts for none."""
    words = _words(found or "")
    if not words:
        return False
    cuts = [
        gold,
        *(gold[: cut.start()] for cut in _SITE.finditer(gold)),
        *(gold[cut.end() :] for cut in _SITE.finditer(gold)),
    ]
    return words in (_words(cut) for cut in cuts)


def same_names(found: tuple[str, ...], gold: str) -> bool:
    """Tell whether the names found are those of the gold: as a set, without case and accents, `By`, addresses."""
    names = {name for text in found for name in _names(text)}
    return bool(names) and names == _names(gold)


def same_day(found: str | None, gold: str) -> bool:
    """Tell whether two dates name the same day, each as published, whatever their offsets."""
    ours, theirs = _DAY.match(found or ""), _DAY.match(gold)
    return ours is not None and theirs is not None and ours[0] == theirs[0]


def _names(text: str) -> set[str]:
    bare = _BY.sub("", _ADDRESS.sub("", text).strip(), count=1)
    return {name for part in _BETWEEN.split(bare) if (name := _words(part))}


def _tokens(text: str) -> Counter[str]:
    return Counter(_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _words(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"\w+", bare.casefold()))
