"""What names an article in the words of a command line, so that runs can be recorded without it. Pure.

A run keeps the words that it was called with: paths, addresses, titles that were stated. Where an article is erased,
those that name it go too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.urls import IN_TEXT, canonical_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

ERASED = "[erased]"
"""What stands in place of a word that named an article."""

_SHORTEST = 4
"""Characters of a value that is looked for within words; a shorter one must be all of a word."""

_DIGEST = 8
"""Digits of a digest that an ID has at least."""


@attrs.frozen(kw_only=True)
class Names:
    """Values that name an article: titles, ids, addresses as they were stated; canonical URLs; digests; paths of files.

    Of a file that holds other articles besides, the path is none of them.
    """

    values: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    def __or__(self, other: Names) -> Names:
        return Names(
            values=self.values | other.values,
            urls=self.urls | other.urls,
            digests=self.digests | other.digests,
            paths=self.paths | other.paths,
        )

    def all(self) -> frozenset[str]:
        """Return all that name it."""
        return self.values | self.urls | self.digests | self.paths

    def stand_in(self, word: str) -> bool:
        """Tell whether a word names the article."""
        text = word.casefold()
        if len(text) >= _DIGEST and any(digest.startswith(text) for digest in self.digests):
            return True
        for value in self.all():
            folded = value.casefold()
            if folded == text or (len(folded) >= _SHORTEST and folded in text):
                return True
        if self.urls and any(canonical_or_none(url) in self.urls for url in IN_TEXT.findall(word)):
            return True
        # `--title=…` and a path that is relative to a folder of then.
        last = word.partition("=")[2] or word
        relative = last.removeprefix("./").lstrip("/")
        while relative.startswith("../"):
            relative = relative.removeprefix("../")
        return bool(relative) and any(path.endswith("/" + relative) for path in self.paths)

    def left_out(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return words with ERASED in place of those that name the article."""
        return tuple(ERASED if self.stand_in(word) else word for word in words)


def names(*, values: Iterable[str | None], urls: Iterable[str | None], digest: str, path: str, alone: bool) -> Names:
    """Return what names an article; `alone` tells that the path of its origin is of nothing else.

    `values` and `urls` that are not known are None, or empty.
    """
    stated = {value.strip() for value in (*values, *urls) if value and value.strip()}
    canonical = {known for url in urls if url and (known := canonical_or_none(url)) is not None}
    is_file = alone and not path.startswith(("http://", "https://")) and path.startswith("/")
    if alone and not is_file and (known := canonical_or_none(path)) is not None:
        canonical.add(known)
    return Names(
        values=frozenset(stated),
        urls=frozenset(canonical),
        digests=frozenset({digest}),
        paths=frozenset({path}) if is_file else frozenset(),
    )
