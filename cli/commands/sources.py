"""`morgue sources`: publishers and agencies, and how much of them there is. See `cli.app` on annotations."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.asking import (
    QUERY_SETTINGS,
    AliasFile,
    AnyWord,
    AsWords,
    At,
    Exact,
    OptionalQuery,
    position_of,
    request_of,
    tell_position,
)
from cli.context import indexed, opened
from cli.main import NO_HITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.facets import Source
    from index.matching import Matching

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Format = Literal["text", "json", "csv"]


@app.command(context_settings=QUERY_SETTINGS)
def sources(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    query: OptionalQuery = None,
    format_: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="Print the sources as text, json or csv.")
    ] = "text",
    at: At = None,
    any_: AnyWord = False,
    literal: AsWords = False,
    exact: Exact = False,
    aliases: AliasFile = None,
) -> int:
    """List the publishers and agencies of the articles that a query finds; without one, of all.

    Each comes with the number of its articles, and the dates of the first and the last one, as precise as these are
    known. Names are counted as they are stated. The exit code is 1 if there are none.
    """
    with opened(context) as archive:
        request = request_of(archive, query, any_word=any_, literal=literal, exact=exact, aliases=aliases)
        with indexed(archive) as index:
            found, position = index.count(_sources, request, at=position_of(archive, at))
        tell_position(archive, at, position)
    if format_ == "json":
        from cli.jsontext import dumps

        sys.stdout.writelines(dumps(source.as_dict()) + "\n" for source in found)
    elif format_ == "csv":
        from cli.spreadsheets import write_rows

        header = ("kind", "name", "count", "first", "last")
        write_rows(sys.stdout, header, (list(source.as_dict().values()) for source in found))
    else:
        from cli.terminal import width

        sys.stdout.writelines(line + "\n" for line in _lines(found, width()))
    if not found:
        from cli.terminal import note

        note("no publisher and no agency is known")
    return 0 if found else NO_HITS


def _sources(matching: "Matching") -> "tuple[tuple[Source, ...], int]":
    from index.facets import sources as sources_of

    return sources_of(matching), matching.view.position


_DATE = len("2021-04-18")
_ROOM = 20
"""Columns that a name has at the least; where the terminal has fewer, the dates have a line of their own."""


def _lines(found: "Sequence[Source]", columns: int) -> "Iterator[str]":
    """Yield a line for each source, or two on a narrow terminal: articles, dates, name."""
    from cli.facets import cut
    from cli.terminal import BOLD, coloured, styled

    digits = max((len(f"{source.count:,}") for source in found), default=1)
    indent = 2 + digits + 2
    dates = 2 * _DATE + len(" to ") + 2
    kind = ""
    for source in found:
        if source.kind != kind:
            if kind:
                yield ""
            kind = source.kind
            yield styled("publishers" if kind == "publisher" else "agencies", BOLD, on=coloured(sys.stdout))
        if source.first is None or source.last is None:
            span = "no date"
        else:
            span = source.first if source.first == source.last else f"{source.first} to {source.last}"
        name = cut(source.name, max(1, columns - indent))
        if columns - indent - dates >= _ROOM:
            yield f"  {source.count:>{digits},}  {span:<{dates - 2}}  {cut(source.name, columns - indent - dates)}"
        else:
            yield f"  {source.count:>{digits},}  {name}"
            yield f"{'':{indent}}{span}"
