"""`morgue cite`: citations of articles, for footnotes and reference managers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.changing import STDIN, Articles
from cli.context import opened
from cli.main import SOME_FAILED
from cli.streams import say
from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.archive import Archive
    from archive.article import Version

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Style = Literal["text", "bibtex", "ris", "csl-json"]


@app.command()
def cite(
    context: typer.Context,
    identifiers: Articles,
    style: Annotated[
        Style, typer.Option("--style", metavar="STYLE", help="Cite as text, bibtex, ris or csl-json.")
    ] = "text",
) -> int:
    """Cite articles: author, title, publisher, date, address, and where in the archive each can be checked.

    An article's id or its URL means its current version, a position just that one. What is not known is left out; the
    date of access is that of the capture. A retraction or correction is told in the note.
    """
    failed: list[str] = []
    with opened(context) as archive:
        from archive.citing import cite as citation_of
        from cli.citations import write_citations

        named: list[Version | None] = [None if one == STDIN else archive.find(one) for one in identifiers]
        versions = _versions(archive, named, failed)
        write_citations((citation_of(archive, version) for version in versions), style, sys.stdout)
    return SOME_FAILED if failed else 0


def _versions(archive: Archive, named: Sequence[Version | None], failed: list[str]) -> Iterator[Version]:
    """Yield the versions that are named, those of standard input for None; tell which lines of that name none."""
    from archive.errors import AmbiguousIdError, ErasedError, InvalidValueError, NoSuchArticleError

    for one in named:
        if one is not None:
            yield one
            continue
        for number, line in enumerate(sys.stdin, 1):
            # What `add` prints is taken, too: behind the first tab stands more than an ID.
            identifier = line.partition("\t")[0].strip()
            if not identifier:
                continue
            try:
                yield archive.find(identifier)
            except (AmbiguousIdError, ErasedError, InvalidValueError, NoSuchArticleError) as error:
                failed.append(identifier)
                say(clean(f"{STDIN}:{number}: {error}"))
