"""`morgue search`: search the archive. Annotations are not postponed, see `cli.app`."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.asking import check_words, position_of, tell_position
from cli.context import indexed, opened
from cli.main import NO_HITS

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Format = Literal["text", "json", "jsonl", "csv", "ids", "urls"]
Sort = Literal["relevance", "newest", "oldest", "position"]

_FACETS = ("publisher", "agency", "author", "place", "language", "tag", "month", "year")
"""Those of `index.facets.FACETS`, which the help lists without importing it."""


# Words with a hyphen in front are negated words, so unknown options are taken as words; there are no short options.
@app.command(context_settings={"ignore_unknown_options": True})
def search(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY…", help="What to look for.", show_default=False)],
    format_: Annotated[
        Format,
        typer.Option("--format", metavar="FORMAT", help="Print the hits as text, json, jsonl, csv, ids or urls."),
    ] = "text",
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Print so many hits; 0 is all.")] = 10,
    offset: Annotated[int, typer.Option(metavar="N", min=0, help="Skip so many hits first.")] = 0,
    sort: Annotated[
        Sort, typer.Option(metavar="ORDER", help="Sort the hits by relevance, newest, oldest or position.")
    ] = "relevance",
    at: Annotated[
        str | None,
        typer.Option(metavar="POSITION|TIME", help="Search the archive as it stood after an event, or at a time."),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(metavar="POSITION", min=0, help="Find only versions recorded at this position or after it."),
    ] = None,
    cursor: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Find only what is new since the last call with this file; print all of it."),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a receipt, by which `morgue replay` runs the search again."),
    ] = None,
    any_: Annotated[bool, typer.Option("--any", help="Find articles with any of the words, not with all.")] = False,
    literal: Annotated[
        bool, typer.Option("--literal", help="Take everything as words: no operators, no fields.")
    ] = False,
    facets: Annotated[
        str,
        typer.Option(metavar="NAME,…", help=f"Count all hits by: {', '.join(_FACETS)}.", show_default=False),
    ] = "",
) -> int:
    """Search for words, "phrases", OR, NOT or -word, (groups), and fields.

    Words are looked up in title and text, in all their forms: accents, case and English endings do not matter. A * is
    the rest of a word: nucl*. An article must have all words. Fields: title: text: publisher: agency: author: place:
    language: tag: and dates, such as published:2021-04..2021-05; is:retracted, has:correction, has:note, is:withheld.

    Put a query with quotes, brackets or parentheses in single quotes, so that the shell leaves it alone.
    """
    check_words(query)
    counted = _facets(facets)
    if counted and (since is not None or cursor is not None):
        raise typer.BadParameter("counts all hits, not what is new; leave it out", param_hint="'--facets'")
    if cursor is not None:
        _check_watch(context, at)
    with opened(context) as archive:
        from cli.hits import write_hits
        from index.search import Request

        words = " ".join(query)
        watch = None
        if cursor is not None:
            from cli.watching import Watch

            watch = Watch(cursor, archive, words, any_word=any_, literal=literal, since=since)
        request = Request(
            query=words,
            any_word=any_,
            literal=literal,
            sort=sort,
            # A cursor goes past all that is new, so all of it must be told.
            limit=limit or None if watch is None else None,
            offset=offset,
            # Where it is not told how many there are, the best ones are found sooner.
            count=format_ == "json" or offset > 0 or receipt is not None or sys.stderr.isatty(),
            since=since if watch is None else watch.since,
            facets=counted,
        )
        with indexed(archive) as index:
            results = index.search(request, at=position_of(archive, at))
        tell_position(archive, at, results.position)
        write_hits(results, format_)
        if receipt is not None:
            from archive.private_files import replace
            from index.receipts import receipt_of, to_bytes

            replace(receipt, to_bytes(receipt_of(results)))
        if watch is not None:
            watch.done(results)
        return 0 if results.page else NO_HITS


def _check_watch(context: typer.Context, at: str | None) -> None:
    """Refuse what would leave some of the news out that a cursor then goes past."""
    for name in ("limit", "offset"):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"prints all that is new; leave --{name} out", param_hint="'--cursor'")
    if at is not None:
        raise typer.BadParameter("tells what is new by now; leave --at out", param_hint="'--cursor'")


def _facets(names: str) -> tuple[str, ...]:
    """Return the facets that are asked for, each once. Raises BadParameter."""
    asked = tuple(dict.fromkeys(name.strip().lower() for name in names.split(",") if name.strip()))
    for name in asked:
        if name not in _FACETS:
            raise typer.BadParameter(
                f"{name!r} is nothing to count by; say some of {', '.join(_FACETS)}", param_hint="'--facets'"
            )
    return asked
