"""`morgue add`: add articles from files, folders, standard input or the web."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.adding import PROGRESS, reporting
from cli.context import catch_up, opened
from cli.fetching import LONGEST, fetching
from cli.main import SOME_FAILED
from cli.runs import agent
from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.adding import Outcome
    from archive.archive import Archive
    from archive.submission import Failure, Item

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def add(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH…", help="Files, folders, URLs, or - for standard input.", show_default=False),
    ],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="How to read the input: auto, text, html, json, jsonl, feed, warc, mail, markdown or pdf.",
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
    fetch_links: Annotated[
        bool, typer.Option("--fetch-links", help="Fetch the pages that the entries of feeds and lists lead to.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Follow links of entries into private networks, too.")
    ] = False,
    ignore_robots: Annotated[bool, typer.Option("--ignore-robots", help="Fetch what a robots.txt forbids.")] = False,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="How long fetching a URL may take, by default 60.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=64, help="Processes that read, by default one a processor; text and JSON need none."
        ),
    ] = None,
    allow_erased: Annotated[
        bool, typer.Option("--allow-erased", help="Add what was erased, too; else it is `suppressed`.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would become of each, and add nothing.")
    ] = False,
    progress: Annotated[
        str, typer.Option(metavar="auto|json|none", help="A bar on a terminal, or JSON Lines on standard error.")
    ] = "auto",
    no_index: Annotated[bool, typer.Option("--no-index", help="Leave the index for the next search.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> int:
    """Add articles; print a line for each: position, what became of it, digest and title, with tabs between.

    What is there already is `unchanged`, new content of an article that is there makes it `revised`. What is stated in
    options holds for all articles of the call, and wins over what is found in the input. A line is printed once its
    article is safely on disk; adding the same again changes nothing, so an interrupted call is simply repeated.
    """
    if progress not in PROGRESS:
        raise typer.BadParameter(f"{progress!r} is none of: {', '.join(PROGRESS)}", param_hint="'--progress'")
    if "" in paths:
        # As a path it would be the current folder: what a script asks for whose variable is not set.
        raise typer.BadParameter("a path is empty; the current folder is .", param_hint="'PATH…'")
    if timeout is not None and not 0 < timeout <= LONGEST:
        raise typer.BadParameter(f"give seconds, more than 0 and up to {LONGEST}", param_hint="'--timeout'")
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
    from archive.submission import Failure
    from archive.walking import Meter

    meter = Meter()
    with (
        _opened(context, dry_run=dry_run) as archive,
        reporting(paths, meter, progress) as report,
        ExitStack() as stack,
    ):
        from archive.intake import Given, gather

        known = {name: value for name, value in stated.items() if value is not None}
        given = Given(fields=known, captured=captured)
        if article is not None and archive is not None:
            given = given.naming(archive, article)
        elif article is not None:
            given = Given(fields=known, captured=captured, key=article)
        web = stack.enter_context(
            fetching(
                archive,
                paths,
                follow_links=fetch_links,
                allow_private=allow_private,
                ignore_robots=ignore_robots,
                timeout=timeout,
                tell=report.about,
            )
        )
        submissions = gather(paths, given=given, format_name=format_, jobs=jobs, meter=meter, web=web)
        render = _as_json if json else _as_line
        results = _results(
            archive,
            submissions,
            context.obj.arguments,
            allow_erased=allow_erased,
            steady=_steady(paths),
            dry_run=dry_run,
        )
        for result in results:
            if isinstance(result, Failure):
                report.take_failure(result)
            else:
                report.take(result, render(result))
        counts = report.counts
        if not no_index and not dry_run and archive is not None and counts["added"] + counts["revised"]:
            catch_up(archive)
    report.sum_up()
    return SOME_FAILED if report.failed else 0


@contextmanager
def _opened(context: typer.Context, *, dry_run: bool) -> Iterator[Archive | None]:
    """Open the archive; for a dry run it need not be there, where none is named."""
    from archive.errors import NoSuchArchiveError

    with ExitStack() as stack:
        try:
            archive = stack.enter_context(opened(context, create_default=not dry_run))
        except NoSuchArchiveError:
            if not dry_run or context.obj.archive is not None:
                raise
            archive = None
        yield archive


def _results(
    archive: Archive | None,
    submissions: Iterator[Item],
    arguments: tuple[str, ...],
    *,
    allow_erased: bool,
    steady: bool,
    dry_run: bool,
) -> Iterator[Outcome | Failure]:
    """Yield what becomes of each, as soon as it is acknowledged; or what would, in a dry run."""
    if dry_run or archive is None:
        from archive.dry_run import dry_run as decided

        return decided(archive, submissions, allow_erased=allow_erased)
    return archive.add_many(
        submissions, allow_erased=allow_erased, steady=steady, command="add", arguments=arguments, agent=agent()
    )


def _steady(paths: list[str]) -> bool:
    """Tell whether nobody who writes what is read can wait for an answer: not so of a pipe, under whatever name."""
    from pathlib import Path

    named = [path for path in paths if "://" not in path]
    return "-" not in named and all(Path(path).is_file() or Path(path).is_dir() for path in named)


def _as_line(outcome: Outcome) -> str:
    position = str(outcome.position) if outcome.position >= 0 else "-"
    return "\t".join((position, outcome.status, outcome.digest, clean(outcome.title or "")))


def _as_json(outcome: Outcome) -> str:
    from cli.jsontext import dumps

    return dumps(
        {
            "position": outcome.position if outcome.position >= 0 else None,
            "status": outcome.status,
            "digest": outcome.digest,
            "title": outcome.title,
            "article": outcome.article_id,
            "origin": outcome.origin,
        }
    )
