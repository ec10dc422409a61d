"""`morgue timeline`: when what a query finds was published. Annotations are not postponed, see `cli.app`."""

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
    from index.matching import Matching
    from index.timeline import Timeline

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Format = Literal["text", "json", "csv"]
By = Literal["day", "week", "month", "year"]


@app.command(context_settings=QUERY_SETTINGS)
def timeline(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    query: OptionalQuery = None,
    by: Annotated[
        By | None,
        typer.Option(metavar="PERIOD", help="Count by day, week, month or year; by default what fits the span."),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="Print bars as text, or the counts as json or csv.")
    ] = "text",
    at: At = None,
    any_: AnyWord = False,
    literal: AsWords = False,
    exact: Exact = False,
    aliases: AliasFile = None,
) -> int:
    """Show when the articles that a query finds were published; without one, all articles.

    An article counts where its date puts it for certain: one of 2021, without a month, has a line 2021-XX of its own
    among months. Articles without a year are counted last. The day is the one that was published, whatever its offset.
    Weeks begin on Monday, as in ISO 8601. The exit code is 1 if there are no articles.
    """
    with opened(context) as archive:
        request = request_of(archive, query, any_word=any_, literal=literal, exact=exact, aliases=aliases)

        def counted(matching: "Matching") -> "tuple[Timeline, int]":
            from index.timeline import timeline as timeline_of

            return timeline_of(matching, by), matching.view.position

        with indexed(archive) as index:
            found, position = index.count(counted, request, at=position_of(archive, at))
        tell_position(archive, at, position)
    if format_ == "json":
        from cli.jsontext import dumps

        head = {"query": request and request.query, "position": position, "by": found.by, "total": found.total}
        print(dumps(head | {"buckets": [bucket.as_dict() for bucket in found.buckets]}))
    elif format_ == "csv":
        from cli.spreadsheets import write_rows

        header = ("bucket", "first", "last", "precise", "count")
        rows = [bucket.as_dict() for bucket in found.buckets]
        write_rows(sys.stdout, header, ([row[name] for name in header] for row in rows))
    else:
        from cli.bars import bar_lines
        from cli.terminal import note, width

        sys.stdout.writelines(line + "\n" for line in bar_lines(found, width()))
        if not found.total:
            note("no hits")
    return 0 if found.total else NO_HITS
