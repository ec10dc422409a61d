"""Hits: what a search answers with, read from the archive by position, and where each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archive.listing import listed, text_of
from archive.passages import blanked
from index.snippets import WIDTH, Snippet, snippet

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from archive.archive import Archive
    from archive.life_cycle import State
    from archive.listing import ListedVersion
    from index.sought import Together

_LONGEST_HEADING = 120


class Hit(NamedTuple):
    """One version of an article that a search found.

    `rank` counts from 1 over all pages. `heading` is the title, or where none is known the beginning of the text, which
    `title_known` tells apart. `state` is what became of the article by the event as of which was searched, None where
    nothing ever became of it; `versions` is how many its article had by then. `doubtful` tells whether it may have been
    published at another time than asked for, None where the query takes in no such ones. The members of `as_dict` are a
    contract.
    """

    rank: int
    score: float
    version: ListedVersion
    snippet: Snippet
    heading: str
    state: State | None = None
    versions: int = 1
    doubtful: bool | None = None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the article."""
        stated = self.version.metadata.tags
        return stated if self.state is None else self.state.tags(stated)

    @property
    def title_known(self) -> bool:
        """Whether `heading` is a title."""
        return self.version.metadata.title is not None

    def as_dict(self) -> dict[str, Any]:
        """Return the hit as JSON has it. What is not known is null, or an empty list."""
        metadata, state = self.version.metadata, self.state
        return {
            "rank": self.rank,
            "score": self.score,
            "position": self.version.position,
            "article": self.version.article_id,
            "version": self.version.number,
            "versions": self.versions,
            "title": metadata.title,
            "publisher": metadata.publisher,
            "agency": metadata.agency,
            "authors": list(metadata.authors),
            "published": metadata.published,
            "place": metadata.place,
            "language": metadata.language,
            "tags": list(self.tags),
            "url": metadata.url,
            "origin": self.version.origin,
            "captured": self.version.captured,
            "recorded": self.version.recorded,
            "digest": self.version.digest,
            "snippet": self.snippet.text,
            "marks": [list(mark) for mark in self.snippet.marks],
            "retracted": state is not None and state.retracted,
            "corrections": 0 if state is None else len(state.corrections),
            "notes": 0 if state is None else len(state.notes),
            "withheld": state is not None and state.withheld is not None,
        } | ({} if self.doubtful is None else {"doubtful": self.doubtful})


def read_hit(
    archive: Archive,
    position: int,
    *,
    rank: int,
    score: float,
    terms: Collection[str],
    together: Sequence[Together] = (),
    at: int | None = None,
    upto: int | None = None,
    width: int = WIDTH,
) -> Hit:
    """Read what is shown of a hit from the archive, its article's state as of the event `at`.

    Without `at` nobody looks whether anything became of the article. Versions are counted up to the event `upto`, or
    all; the passage has about `width` characters, with 0 none. `terms` are marked in it, and those that are wanted
    `together` where they stand so. Raises ErasedError, DamagedError.
    """
    version = listed(archive, position)
    # What is not searched is not shown as why it was found, nor as what the article begins with.
    whole = text_of(archive, version)
    readable = blanked(whole, version.boilerplate)
    text = readable if readable.strip() else whole
    title = version.metadata.title
    return Hit(
        rank=rank,
        score=score,
        version=version,
        snippet=_passage(version, text, terms, together, width) if width else Snippet("", ()),
        heading=title if title is not None else first_line(text),
        state=_state_at(archive, version, at) if version.changed and at is not None else None,
        versions=len(version.siblings) if upto is None else version.versions(upto),
    )


def _passage(
    version: ListedVersion, text: str, terms: Collection[str], together: Sequence[Together], width: int
) -> Snippet:
    # No phrase reaches over boilerplate, where a search does not look.
    breaks = sorted(end for _, end in version.boilerplate) if together else ()
    start = _end_of_title(version, text)
    return snippet(text, terms, together=together, breaks=breaks, start=start, width=width)


def _state_at(archive: Archive, version: ListedVersion, at: int) -> State:
    # Imported only where something became of the article: the start of the process is part of every search.
    from archive.states import state_of

    return state_of(archive, version.article_id, at)


def first_line(text: str) -> str:
    """Return the first line of a text that has one, shortened: it stands in for a title that is not known."""
    for line in text.splitlines():
        if folded := " ".join(line.split()):
            cut = folded[:_LONGEST_HEADING]
            return folded if cut == folded else cut.rsplit(" ", 1)[0] + "…"
    return ""


def _end_of_title(version: ListedVersion, text: str) -> int:
    """Return where the text goes on behind its title, and behind repetitions of that; 0 where it has none."""
    if version.title_span is None:
        return 0
    begin, end = version.title_span
    heading = text[begin:end]
    while (rest := text[end:].lstrip()).startswith(heading):
        end = len(text) - len(rest) + len(heading)
    return end
