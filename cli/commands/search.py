"""`morgue search`: search the archive. Annotations are not postponed, see `cli.app`."""

import re
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.context import indexed, opened
from cli.main import NO_HITS

if TYPE_CHECKING:
    from archive.archive import Archive

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Format = Literal["text", "json", "jsonl", "csv", "ids", "urls", "bibtex", "ris", "csl-json"]
Sort = Literal["relevance", "newest", "oldest", "position"]

_UNKNOWN_OPTION = r"--[A-Za-z][\w-]*(=.*)?"


# Words with a hyphen in front are negated words, so unknown options are taken as words; there are no short options.
@app.command(context_settings={"ignore_unknown_options": True})
def search(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY…", help="What to look for.", show_default=False)],
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Print the hits as text, json, jsonl, csv, ids, urls, bibtex, ris or csl-json.",
        ),
    ] = "text",
    fields: Annotated[
        str | None, typer.Option(metavar="A,B,C", help="Print these keys only, in json, jsonl and csv.")
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Print a line like this for each hit: '{published}\\t{title}'."),
    ] = None,
    format_version: Annotated[
        int,
        typer.Option(metavar="N", help="The version of the formats that a script was written for; there is one, 1."),
    ] = 1,
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Print so many hits; 0 is all.")] = 10,
    offset: Annotated[int, typer.Option(metavar="N", min=0, help="Skip so many hits first.")] = 0,
    sort: Annotated[
        Sort, typer.Option(metavar="ORDER", help="Sort the hits by relevance, newest, oldest or position.")
    ] = "relevance",
    at: Annotated[
        str | None,
        typer.Option(metavar="POSITION|TIME", help="Search the archive as it stood after an event, or at a time."),
    ] = None,
    any_: Annotated[bool, typer.Option("--any", help="Find articles with any of the words, not with all.")] = False,
    literal: Annotated[
        bool, typer.Option("--literal", help="Take everything as words: no operators, no fields.")
    ] = False,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Use no pager, even on a terminal.")] = False,
) -> int:
    """Search for words, "phrases", OR, NOT or -word, (groups), and fields.

    Words are looked up in title and text, in all their forms: accents, case and English endings do not matter. A * is
    the rest of a word: nucl*. An article must have all words. Fields: title: text: publisher: agency: author: place:
    language: tag: and dates, such as published:2021-04..2021-05; is:retracted, has:correction, has:note, is:withheld.

    Put a query with quotes, brackets or parentheses in single quotes, so that the shell leaves it alone.
    """
    for word in query:
        if word.startswith("--") and re.fullmatch(_UNKNOWN_OPTION, word):
            raise typer.BadParameter(
                f"there is no option {word.split('=')[0]}; to look for such a word, quote it: '\"{word}\"'"
            )
    keys = filled = None
    if fields is not None or template is not None or format_version != 1:
        from cli.formats import keys_of, template_of

        keys, filled = keys_of(format_, fields, format_version), template_of(format_, fields, template)
    with opened(context) as archive:
        from cli.hits import write_hits
        from index.search import Request

        request = Request(
            query=" ".join(query),
            any_word=any_,
            literal=literal,
            sort=sort,
            limit=limit or None,
            offset=offset,
            # Where it is not told how many there are, the best ones are found sooner.
            count=format_ == "json" or offset > 0 or sys.stderr.isatty(),
        )
        with indexed(archive) as index:
            results = index.search(request, at=None if at is None else _position(archive, at))
        if at is not None:
            _tell_position(archive, at, results.position)
        if no_pager or not sys.stdout.isatty():
            write_hits(results, format_, keys=keys, template=filled)
        else:
            from cli.paging import paged

            with paged():
                write_hits(results, format_, keys=keys, template=filled)
        return 0 if results.page else NO_HITS


def _position(archive: "Archive", at: str) -> int:
    """Return the position that `--at` means: digits alone are one, else it is the last at or before a time."""
    if at.isascii() and at.isdigit():
        # No log has a position of twenty digits, and Python refuses to convert some thousand.
        return int(at[:20])
    return archive.position_at(at)


def _tell_position(archive: "Archive", at: str, position: int) -> None:
    from cli.terminal import note

    recorded = archive.event(position).attribute("time")
    if not (at.isascii() and at.isdigit()):
        note(f"as of position {position}, recorded {recorded}")
