"""Titles: without the name of the site, and which of a page's headings is the article's."""

from __future__ import annotations

import re
import unicodedata

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»›«‹-]+|::|//)\s+|\s*(?:\||::|»)\s*|(?<=[^\s\d])_(?=[^\s])|\s+\|{1,2}\s*")
_WORD = re.compile(r"\w+")
_MOST_WORDS_OF_A_SITE = 4


def words(text: str) -> list[str]:
    """Return the words of a title, without case and accents, to compare it by."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _WORD.findall(text.casefold())


def likeness(one: str, other: str) -> float:
    """Return how much two titles have in common, from 0 to 1: by words, by letters in short ones."""
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    if len(first) < 3 or len(second) < 3:
        joined, longer = sorted(("".join(first), "".join(second)), key=len)
        return len(joined) / len(longer) if joined in longer else 0.0
    shared = len(set(first) & set(second))
    return 2 * shared / (len(set(first)) + len(set(second)))


def contains(whole: str, part: str) -> bool:
    """Tell whether the words of one title are a stretch of another's."""
    return bool(words(part)) and f" {' '.join(words(part))} " in f" {' '.join(words(whole))} "


def pieces(title: str) -> list[str]:
    """Return the stretches of a title between its bars and dashes: each beginning, each end, and each alone."""
    cuts = [(0, 0), *((match.start(), match.end()) for match in _SEPARATOR.finditer(title)), (len(title), len(title))]
    found = [title[ahead[1] : behind[0]].strip() for at, ahead in enumerate(cuts) for behind in cuts[at + 1 :]]
    return [piece for piece in found if piece]


def without_site(title: str, sites: tuple[str, ...]) -> tuple[str, str | None]:
    """Return a title without the name of its site at either end, and that name if it was there.

    A piece ahead of or behind a bar or a dash is the site's if it is one of `sites`: its names, its hosts. A title that
    is the site's name alone stays.
    """
    cuts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
    known = {squeezed for site in sites if len(squeezed := "".join(words(site))) > 2}
    start, end, name = 0, len(title), None
    for cut in reversed(cuts):
        if _is_site(title[cut[1] : end], known) and title[start : cut[0]].strip():
            end, name = cut[0], title[cut[1] : end].strip()
    if name is None:
        for cut in cuts:
            if _is_site(title[start : cut[0]], known) and title[cut[1] : end].strip():
                start, name = cut[1], title[start : cut[0]].strip()
    return title[start:end].strip(), name


def without_ending(title: str) -> str:
    """Return a title without its last piece where that looks like the name of a site: short, behind a longer beginning.

    For pages that name their site nowhere else and print their title nowhere else.
    """
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts:
        return title
    ahead, behind = title[: cuts[-1].start()].strip(), title[cuts[-1].end() :].strip()
    short = 0 < len(words(behind)) <= _MOST_WORDS_OF_A_SITE and len(behind) < len(ahead)
    return ahead if short and len(words(ahead)) >= 3 else title


def beside_heading(title: str, heading: str) -> str | None:
    """Return what is most likely the site's name in a page's title that begins or ends with its heading; or None."""
    parts = [part for part in _SEPARATOR.split(title) if part.strip()]
    if len(parts) < 2 or words(title) == words(heading):
        return None
    if words(title)[: len(words(heading))] == words(heading):
        site = parts[-1].strip()
    elif words(title)[-len(words(heading)) :] == words(heading):
        site = parts[0].strip()
    else:
        return None
    known = f" {' '.join(words(heading))} "
    return site if 0 < len(words(site)) <= _MOST_WORDS_OF_A_SITE and f" {' '.join(words(site))} " not in known else None


def _is_site(piece: str, known: set[str]) -> bool:
    squeezed = "".join(words(piece))
    return len(squeezed) > 2 and any(
        squeezed == site
        or (
            len(squeezed) > 3
            and len(site) > 3
            and (squeezed in site or (site in squeezed and len(squeezed) < 3 * len(site)))
        )
        for site in known
    )
