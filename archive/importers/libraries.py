"""The libraries that importers read with: a run records their versions, as another version may read otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.article import Article

LIBRARIES: dict[str, tuple[str, ...]] = {
    "arc": ("warcio",),
    "feed": ("feedparser",),
    "html": ("htmldate", "trafilatura"),
    "warc": ("warcio",),
}
"""Per format the distributions whose code has a say in what is read of it; of one that is not named, only ours has."""

_DETECTOR = "charset-normalizer"
_NOT_GUESSED = ("utf-", "ascii", "us-ascii")


def libraries_of(article: Article) -> set[str]:
    """Return the distributions that had a say in what was read of an article, by the formats it came in."""
    origin = article.origin
    found = {*LIBRARIES.get(origin.format, ()), *LIBRARIES.get(origin.container or "", ())}
    if not article.encoding.lower().startswith(_NOT_GUESSED):
        found.add(_DETECTOR)
    return found


def with_versions(libraries: Iterable[str]) -> Iterator[str]:
    """Yield those of some distributions that are installed, with their versions: `charset-normalizer/3.4.1`."""
    names = sorted(libraries)
    if not names:
        return
    # Takes as long to import as all else that recording a run does.
    from importlib.metadata import PackageNotFoundError, version

    for name in names:
        try:
            yield f"{name}/{version(name)}"
        except PackageNotFoundError:
            # What reads a format may be an extra that this installation does without.
            continue
