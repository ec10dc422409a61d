"""The libraries that importers read with: a run records their versions, as another version may read otherwise."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.article import Article

LIBRARIES: dict[str, tuple[str, ...]] = {
    "arc": ("warcio",),
    "feed": ("feedparser",),
    "html": ("htmldate", "trafilatura"),
    "markdown": ("markdown-it-py",),
    "pdf": ("pypdf",),
    "warc": ("warcio",),
}
"""Per format the distributions whose code has a say in what is read of it; of one that is not named, only ours has."""

_DETECTOR = "charset-normalizer"
_NOT_GUESSED = ("utf-", "ascii", "us-ascii")


class Readers(NamedTuple):
    """What read an article: its importer and what found its fields, with versions; and the libraries that had a say."""

    extractors: tuple[str, ...]
    libraries: tuple[str, ...]


def readers_of(article: Article) -> Readers:
    """Return what read an article."""
    extractors = {candidate.extractor for candidates in article.metadata.fields.values() for candidate in candidates}
    origin = article.origin
    return _readers(origin.importer, frozenset(extractors), origin.format, origin.container or "", article.encoding)


# Of the articles of a file nearly all were read by the same.
@lru_cache(maxsize=256)
def _readers(importer: str, extractors: frozenset[str], format_name: str, container: str, encoding: str) -> Readers:
    """Return what read an article: the distributions that had a say in it, by the formats it came in."""
    found = {*LIBRARIES.get(format_name, ()), *LIBRARIES.get(container, ())}
    if not encoding.lower().startswith(_NOT_GUESSED):
        found.add(_DETECTOR)
    return Readers(tuple(sorted({importer, *extractors})), tuple(sorted(found)))


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
