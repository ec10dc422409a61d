"""What a citation says: who, what, where and when, as the article states it, and where it can be checked.

Nothing is invented: a name is cited as the byline prints it and never split into given and family name, a date is as
precise as it is known, and there is an access date only where it is known when the bytes were taken from their source.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.archive import Archive
    from archive.article import Version
    from archive.life_cycle import Notice

_SHORT_DIGEST = 8
_LONGEST_HEADING = 120
_URL_SAFE = "!#$%&'()*+,-./:;=?@[]_~"
"""What may stand in a URL (RFC 3986), `%` included as it is encoded already; braces and backslashes may not."""


@attrs.frozen(kw_only=True)
class Citation:
    """What is cited of one version of an article; every text is on one line.

    `title` is in square brackets where none is known and the first line of the text stands in for it. `authors` are the
    names in the byline, or the agency that the text is credited to where there are none. `published` is an EDTF date,
    `accessed` when the bytes were taken from their source, None where that was not stated. `archive` and `event` are
    UUIDs, `digest` is the SHA-256 of the original bytes. `notices` tell of retractions and corrections.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    publisher: str | None
    published: str | None
    language: str | None
    url: str | None
    accessed: str | None
    recorded: str
    archive: str
    event: str
    position: int
    digest: str
    notices: tuple[str, ...] = ()

    @property
    def place_in_archive(self) -> str:
        """Where it can be checked: the event, its archive, and what `sha256sum` prints of the original."""
        return (
            f"event {self.event}, position {self.position} of morgue archive {self.archive}, "
            f"recorded {self.recorded}, SHA-256 of the original {self.digest}"
        )

    @property
    def note(self) -> str:
        """Notices first, then what a field of a date cannot say, then where it can be checked."""
        told = list(self.notices)
        if self.published is not None and self.published != "-".join(_padded(date_parts(self.published))):
            told.append(f"Published {self.published}")
        return ". ".join([*told, f"Archived as {self.place_in_archive}"])


def cite(archive: Archive, version: Version, *, at: int | None = None) -> Citation:
    """Return the citation of a version, with the notices on its article by the event `at`, or by now.

    Reads the text only where no title is known. Raises DamagedError, ErasedError.
    """
    from archive.states import state_of

    metadata, article = version.metadata, version.article
    state = state_of(archive, version.article_id, at)
    authors = metadata.authors or ((metadata.agency,) if metadata.agency else ())
    title = metadata.title if metadata.title is not None else f"[{_first_line(archive, version)}]"
    return Citation(
        key=_key(metadata.authors, metadata.publisher, metadata.published, article.digest),
        title=one_line(title),
        authors=tuple(map(one_line, authors)),
        publisher=metadata.publisher and one_line(metadata.publisher),
        published=metadata.published,
        language=metadata.language and one_line(metadata.language),
        url=metadata.url and safe_url(metadata.url),
        accessed=article.captured,
        recorded=version.recorded,
        archive=archive.id,
        event=version.event_id,
        position=version.position,
        digest=article.digest,
        notices=(*_notices("RETRACTED", state.retractions), *_notices("Corrected", state.corrections)),
    )


def date_parts(value: str | None) -> tuple[int, ...]:
    """Return the year, month and day of an EDTF date as far as they are known: of `2021-04-XX` the first two.

    Nothing where the year is not known or not exactly.
    """
    parts: list[int] = []
    for part in (value or "").partition("T")[0].split("-"):
        if not part.isdecimal():
            break
        parts.append(int(part))
    return tuple(parts)


def one_line(text: str) -> str:
    """Return a text on one line, runs of white space and line ends folded."""
    return " ".join(text.split())


def safe_url(url: str) -> str:
    """Return a URL with all encoded that may not stand in one; what is encoded already stays as it is."""
    # A name of a file may hold bytes that are no text, as halves of surrogate pairs.
    return quote(url.strip(), safe=_URL_SAFE, errors="replace")


def _padded(parts: Iterable[int]) -> list[str]:
    return [f"{part:0{4 if place == 0 else 2}}" for place, part in enumerate(parts)]


def _notices(word: str, notices: Iterable[Notice]) -> list[str]:
    return [one_line(" ".join(filter(None, (word, one.date, one.reason and f"({one.reason})")))) for one in notices]


def _key(authors: tuple[str, ...], publisher: str | None, published: str | None, digest: str) -> str:
    """Return a key such as `arkwright2031-b91c80b9`: its last part is an ID that `morgue show` takes."""
    names = [author.split()[-1] for author in authors[:1] if author.split()]
    words = (_ascii(name) for name in (*names, publisher or "", "article"))
    year = date_parts(published)[:1]
    return f"{next(filter(None, words))}{year[0] if year else ''}-{digest[:_SHORT_DIGEST]}"


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", folded)[:24]


def _first_line(archive: Archive, version: Version) -> str:
    from archive.passages import blanked, spans_in_text

    whole = archive.text(version)
    for text in (blanked(whole, spans_in_text(version.article.boilerplate)), whole):
        if lines := text.split("\n") if text.strip() else []:
            line = one_line(next(line for line in lines if line.strip()))
            cut = line[:_LONGEST_HEADING]
            return line if cut == line else cut.rsplit(" ", 1)[0] + "…"
    return "no title"
