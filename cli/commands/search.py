"""`morgue search`: search the archive. Annotations are not postponed, see `cli.app`."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.asking import (
    AliasFile,
    Exact,
    Facets,
    aliases_of,
    check_words,
    facets_of,
    position_of,
    saved_query,
    tell_position,
)
from cli.context import indexed, opened
from cli.main import NO_HITS

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Format = Literal["text", "json", "jsonl", "csv", "ids", "urls", "bibtex", "ris", "csl-json"]
Sort = Literal["relevance", "newest", "oldest", "position"]


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
    analyze: Annotated[
        bool, typer.Option("--analyze", help="Tell how the query is understood, as text or json; search nothing.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep the query for query:NAME in others; search nothing."),
    ] = None,
    around: Annotated[
        int,
        typer.Option("--context", metavar="N", min=0, help="Show passages of about so many characters; 0 shows none."),
    ] = 240,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Use no pager, even on a terminal.")] = False,
    facets: Facets = "",
    exact: Exact = False,
    aliases: AliasFile = None,
) -> int:
    """Search for words, "phrases", OR, NOT or -word, (groups), and fields.

    Words are looked up in title and text, in all their forms: accents, case and English endings do not matter. A * is
    the rest of a word: nucl*. An article must have all words. Fields: title: text: publisher: agency: author: place:
    language: tag: url: origin: id: and dates, such as published:2021-04..2021-05, captured: recorded:2w.. too;
    is:retracted, has:correction, has:note, is:withheld; query:NAME. Also: sab?t*ge, lavrof~, a NEAR/5 b, a ADJ/3 b,
    word^2.

    Put a query with quotes, brackets or parentheses in single quotes, so that the shell leaves it alone.
    """
    check_words(query)
    if analyze or save is not None:
        return _told(" ".join(query), format_, any_word=any_, literal=literal, exact=exact, save=save)
    counted = _facets(facets, format_, template)
    keys = filled = None
    if fields is not None or template is not None or format_version != 1:
        from cli.formats import keys_of, template_of

        keys, filled = keys_of(format_, fields, format_version), template_of(format_, fields, template)
    if cursor is not None:
        _check_watch(context, at)
    for option, path in (("--cursor", cursor), ("--receipt", receipt)):
        if path is not None:
            _check_place(option, path)
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
            saved=saved_query,
            exact=exact,
            aliases=None if exact else aliases_of(archive, aliases),
            sort=sort,
            # A cursor goes past all that is new, so all of it must be told.
            limit=limit or None if watch is None else None,
            offset=offset,
            # Where it is not told how many there are, the best ones are found sooner.
            count=format_ == "json" or offset > 0 or receipt is not None or sys.stderr.isatty(),
            facets=counted,
            context=around,
            since=since if watch is None else watch.since,
        )
        with indexed(archive) as index:
            results = index.search(request, at=position_of(archive, at))
        tell_position(archive, at, results.position)
        # What a reader of a pager has not seen when leaving it is not known; a cursor must not go past it.
        if no_pager or watch is not None or not sys.stdout.isatty():
            write_hits(results, format_, keys=keys, template=filled)
        else:
            from cli.paging import paged

            with paged():
                write_hits(results, format_, keys=keys, template=filled)
        if receipt is not None:
            from archive.private_files import replace
            from index.receipts import receipt_of, to_bytes

            replace(receipt, to_bytes(receipt_of(results)))
        if watch is not None:
            watch.done(results)
        return 0 if results.page else NO_HITS


def _told(query: str, format_: str, *, any_word: bool, literal: bool, exact: bool, save: str | None) -> int:
    """Tell how a query is understood, or keep it under a name. Raises QueryError."""
    from index.search import Request

    node = Request(query=query, any_word=any_word, literal=literal, saved=saved_query).parse()
    if save is None:
        from cli import analysis
        from cli.jsontext import dumps
        from cli.terminal import clean

        if format_ not in {"text", "json"}:
            raise typer.BadParameter("--analyze prints text or json")
        if format_ == "json":
            sys.stdout.write(dumps(analysis.analyzed(node, exact=exact)) + "\n")
        else:
            sys.stdout.writelines(f"{clean(line)}\n" for line in analysis.lines(node, exact=exact))
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
    before = saved.load(save)
    saved.save(save, kept)
    if before not in {None, kept}:
        note(f"{save} was until now: {before}")
    note(f"saved in {saved.path()}; search for it as query:{save}")
    return 0


def _facets(names: str, format_: str, template: str | None) -> tuple[str, ...]:
    """Return the facets that are asked for. Raises BadParameter where the format has no place for them."""
    asked = facets_of(names)
    if asked and (format_ not in {"text", "json"} or template is not None):
        raise typer.BadParameter(
            "go with --format text and json, not with hits that are a line each; "
            f"for the counts alone: morgue count QUERY --facets {','.join(asked)} --csv",
            param_hint="'--facets'",
        )
    return asked


def _check_place(option: str, path: Path) -> None:
    """Refuse a file that could not be written, before all hits are out; pipes and devices can be written to."""
    folder = path.resolve().parent
    wrong = None
    if path.is_dir():
        wrong = f"{path} is a folder; name a file"
    elif not folder.is_dir():
        wrong = f"there is no folder for {path}; make it, or name another file"
    elif (path.is_file() or not path.exists()) and not os.access(folder, os.W_OK):
        wrong = f"nothing can be written beside {path}; name another file"
    if wrong is not None:
        raise typer.BadParameter(wrong, param_hint=f"'{option}'")


def _check_watch(context: typer.Context, at: str | None) -> None:
    """Refuse what would leave some of the news out that a cursor then goes past."""
    for name in ("limit", "offset"):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"prints all that is new; leave --{name} out", param_hint="'--cursor'")
    if at is not None:
        raise typer.BadParameter("tells what is new by now; leave --at out", param_hint="'--cursor'")
