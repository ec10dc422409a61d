"""How citations are printed: one after the other, each as it is read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.archive import Archive
    from archive.citing import Citation

CSL_JSON = "csl-json"


def write_citations(citations: Iterable[Citation], style: str, out: TextIO) -> None:
    """Write citations in a style of `archive.citing.STYLES`; those of CSL-JSON as one array.

    Where two have one key, as versions with the same bytes do, the later one's ends with a number.
    """
    from archive.citing import STYLES

    as_array = style == CSL_JSON
    # Entries of BibTeX and RIS stand apart, as they do in any file of them.
    between = ",\n " if as_array else "" if style == "text" else "\n"
    begin, end = ("[\n ", "") if as_array else ("", "\n")
    written = 0
    for citation in _with_keys_apart(citations):
        out.write(between if written else begin)
        out.write("\n".join(map(clean, STYLES[style](citation).split("\n"))) + end)
        written += 1
    if as_array:
        out.write("\n]\n" if written else "[]\n")


def cited(archive: Archive, positions: Iterable[int], *, at: int) -> Iterator[Citation]:
    """Yield citations of the versions at some positions, with notices by the event `at`; none of what is erased."""
    from archive.citing import cite
    from archive.errors import ErasedError

    for position in positions:
        with suppress(ErasedError):
            yield cite(archive, archive.version(position), at=at)


def _with_keys_apart(citations: Iterable[Citation]) -> Iterable[Citation]:
    from attrs import evolve

    seen: dict[str, int] = {}
    for citation in citations:
        times = seen[citation.key] = seen.get(citation.key, 0) + 1
        yield citation if times == 1 else evolve(citation, key=f"{citation.key}-{times}")
