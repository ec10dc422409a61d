"""`morgue add`: add articles from files, folders or standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import indexed, opened
from cli.main import SOME_FAILED
from cli.progress import progress_bar
from cli.streams import say
from cli.terminal import clean, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.adding import Outcome
    from archive.archive import Archive
    from archive.submission import Failure, Submission

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def add(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, folders, or - for standard input.", show_default=False)
    ],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="How to read the input: auto, text, json, jsonl, feed, mail, markdown or pdf.",
        ),
    ] = "auto",
    article: Annotated[
        str | None, typer.Option(metavar="ID", help="The article that this is a version of; a new id makes a new one.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where it was published on the web.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TITLE", help="Its headline.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="The outlet that published it.")] = None,
    author: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Who wrote it; may be repeated.")] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it was published, as far as known: 2021-04-18, 2021-04, …")
    ] = None,
    place: Annotated[str | None, typer.Option(metavar="PLACE", help="The place of its dateline.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Its language, such as en.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A keyword; may be repeated.")] = None,
    captured: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was taken from its source: 2021-04-18T09:30:00+02:00.")
    ] = None,
    no_index: Annotated[bool, typer.Option("--no-index", help="Leave the index for the next search.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> int:
    """Add articles; print a line for each: position, what became of it, digest and title, with tabs between.

    What is there already is `unchanged`, new content of an article that is there makes it `revised`. What is stated in
    options holds for all articles of the call, and wins over what is found in the input. A line is printed once its
    article is safely on disk; adding the same again changes nothing, so an interrupted call is simply repeated.
    """
    if "" in paths:
        # As a path it would be the current folder: what a script asks for whose variable is not set.
        raise typer.BadParameter("a path is empty; the current folder is .", param_hint="'PATH…'")
    stated: dict[str, str | tuple[str, ...] | None] = {
        "url": url,
        "title": title,
        "publisher": publisher,
        "authors": tuple(author or ()) or None,
        "published": published,
        "place": place,
        "language": language,
        "tags": tuple(tag or ()) or None,
    }
    with opened(context, create_default=True) as archive:
        from archive.intake import Given, gather

        known = {name: value for name, value in stated.items() if value is not None}
        given = Given(fields=known, captured=captured)
        if article is not None:
            given = given.naming(archive, article)
        submissions = gather(paths, given=given, format_name=format_)
        counts = _add(archive, submissions, _as_json if json else _as_line, context.obj.arguments)
        if not no_index and counts.get("added", 0) + counts.get("revised", 0):
            _catch_up(archive)
    failed = counts.get("failed", 0) + counts.get("incomplete", 0)
    if sys.stderr.isatty() or failed:
        note(", ".join(f"{counts[what]} {what}" for what in _ORDER if counts.get(what)) or "nothing to add")
    return SOME_FAILED if failed else 0


_ORDER = ("added", "revised", "unchanged", "incomplete", "failed")


def _add(
    archive: Archive,
    submissions: Iterator[Submission | Failure],
    render: Callable[[Outcome], str],
    arguments: tuple[str, ...],
) -> dict[str, int]:
    """Add, and print each outcome as soon as it is acknowledged; return how many there were of each kind."""
    from archive.submission import Failure

    counts: dict[str, int] = {}
    with progress_bar("adding") as bar:
        results = archive.add_many(submissions, command="add", arguments=arguments, agent=_agent())
        for number, result in enumerate(results, 1):
            if isinstance(result, Failure):
                say(clean(str(result)))
                kind = "incomplete" if result.partial else "failed"
            else:
                bar.print(render(result))
                kind = result.status
            counts[kind] = counts.get(kind, 0) + 1
            bar.step(number, None)
    return counts


def _as_line(outcome: Outcome) -> str:
    return "\t".join((str(outcome.position), outcome.status, outcome.digest, clean(outcome.title or "")))


def _as_json(outcome: Outcome) -> str:
    from cli.jsontext import dumps

    return dumps(
        {
            "position": outcome.position,
            "status": outcome.status,
            "digest": outcome.digest,
            "title": outcome.title,
            "article": outcome.article_id,
            "origin": outcome.origin,
        }
    )


def _catch_up(archive: Archive) -> None:
    """Bring the index along; where that cannot be now, the next search does it, and nothing that was added is lost."""
    from index.errors import IndexBusyError, SearchError

    try:
        with indexed(archive, quiet=True) as index:
            index.catch_up()
    except IndexBusyError:
        pass  # Whoever builds it now, or the next search, takes these articles along.
    except SearchError as error:
        note(f"added, but not indexed: {error}")


def _agent() -> str:
    """Return who runs this, as user@host."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"
