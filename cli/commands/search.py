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

Format = Literal["text", "json", "jsonl", "csv", "ids", "urls"]
Sort = Literal["relevance", "newest", "oldest", "position"]

_UNKNOWN_OPTION = r"--[A-Za-z][\w-]*(=.*)?"


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
    any_: Annotated[bool, typer.Option("--any", help="Find articles with any of the words, not with all.")] = False,
    literal: Annotated[
        bool, typer.Option("--literal", help="Take everything as words: no operators, no fields.")
    ] = False,
    analyze: Annotated[
        bool, typer.Option("--analyze", help="Tell how the query is understood, as text or json; search nothing.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep the query for query:NAME in others; search nothing."),
    ] = None,
) -> int:
    """Search for words, "phrases", OR, NOT or -word, (groups), and fields.

    Words are looked up in title and text, in all their forms: accents, case and English endings do not matter. A * is
    the rest of a word: nucl*. An article must have all words. Fields: title: text: publisher: agency: author: place:
    language: tag: url: origin: id: and dates, such as published:2021-04..2021-05, captured: recorded:2w.. too;
    is:retracted, has:correction, has:note, is:withheld; query:NAME. Also: sab?t*ge, lavrof~, a NEAR/5 b, a ADJ/3 b,
    word^2.

    Put a query with quotes, brackets or parentheses in single quotes, so that the shell leaves it alone.
    """
    for word in query:
        if word.startswith("--") and re.fullmatch(_UNKNOWN_OPTION, word):
            raise typer.BadParameter(
                f"there is no option {word.split('=')[0]}; to look for such a word, quote it: '\"{word}\"'"
            )
    if analyze or save is not None:
        return _told(" ".join(query), format_, any_word=any_, literal=literal, save=save)
    with opened(context) as archive:
        from cli.hits import write_hits
        from index.search import Request

        request = Request(
            query=" ".join(query),
            any_word=any_,
            literal=literal,
            saved=_saved,
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
        write_hits(results, format_)
        return 0 if results.page else NO_HITS


def _saved(name: str) -> str | None:
    """Return the query of a saved search. The file is read only where a query names one."""
    from cli import saved

    return saved.load(name)


def _told(query: str, format_: str, *, any_word: bool, literal: bool, save: str | None) -> int:
    """Tell how a query is understood, or keep it under a name. Raises QueryError."""
    from index.search import Request

    node = Request(query=query, any_word=any_word, literal=literal, saved=_saved).parse()
    if save is None:
        from cli import analysis
        from cli.jsontext import dumps
        from cli.terminal import clean

        if format_ not in {"text", "json"}:
            raise typer.BadParameter("--analyze prints text or json")
        if format_ == "json":
            sys.stdout.write(dumps(analysis.analyzed(node)) + "\n")
        else:
            sys.stdout.writelines(f"{clean(line)}\n" for line in analysis.lines(node))
        return 0
    from cli import saved
    from cli.terminal import note
    from index.query.ast import to_query
    from index.query.grammar import parse

    if not saved.is_name(save):
        raise typer.BadParameter(f"{save!r} is no name: letters, digits, _ and -")
    # With --any or --literal its words mean something else, which is spelt out.
    kept = to_query(node) if any_word or literal else query
    # Read as others will read it, itself among those that it may name.
    parse(f"query:{save}", saved=lambda name: kept if name == save else saved.load(name))
    saved.save(save, kept)
    note(f"saved in {saved.path()}; search for it as query:{save}")
    return 0


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
