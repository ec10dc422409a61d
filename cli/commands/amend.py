"""`morgue amend`: let today's importers read again what was recorded."""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import catch_up, opened
from cli.differences import change_lines, members_of, text_diff
from cli.main import SOME_FAILED
from cli.progress import progress_bar
from cli.runs import agent
from cli.streams import say
from cli.terminal import clean, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archive.amending import Amendment
    from archive.archive import Archive
    from archive.article import Version
    from archive.submission import Failure
    from cli.progress import Bar

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_ORDER = ("amended", "unchanged", "failed")


@app.command()
def amend(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…]", help="The articles; a position means the version there.", show_default=False),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Read the current version of every article again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and record nothing.")] = False,
    no_index: Annotated[bool, typer.Option("--no-index", help="Leave the index for the next search.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> int:
    """Read kept originals again with today's importers, and record what they see that was not known.

    What is recorded is a further version with the same original; the versions that are there stay as they are, and so
    does what you stated yourself. Prints a line for each article as `add` does: position, `amended` or `unchanged`,
    digest and title. With --dry-run the changes are listed below the line. Amending again changes nothing, so an
    interrupted call is simply repeated.
    """
    if bool(identifiers) == all_:
        raise typer.BadParameter("name the articles, or say --all", param_hint="'[ID…]'")
    with opened(context) as archive:
        with progress_bar("amending") as bar:
            versions = _all(archive, bar) if all_ else _named(archive, identifiers or (), bar)
            results = archive.amend_many(
                versions, dry_run=dry_run, command="amend", arguments=context.obj.arguments, agent=agent()
            )
            # Closed at once, whatever happens: an interrupted run is recorded while the archive is open.
            with closing(results):
                counts = _write(results, partial(_as_json if json else _as_lines, dry_run=dry_run), bar)
        if counts.get("amended") and not dry_run and not no_index:
            catch_up(archive)
    if sys.stderr.isatty() or counts.get("failed"):
        told = ", ".join(f"{counts[what]} {what}" for what in _ORDER if counts.get(what)) or "nothing to amend"
        note(f"{told}{'; nothing is recorded in a dry run' if dry_run else ''}")
    return SOME_FAILED if counts.get("failed") else 0


def _write(
    results: Iterable[Amendment | Failure], render: Callable[[Amendment], Iterator[str]], bar: Bar
) -> dict[str, int]:
    """Print each result as soon as it is acknowledged; return how many there were of each kind."""
    from archive.submission import Failure

    counts: dict[str, int] = {}
    for result in results:
        if isinstance(result, Failure):
            say(clean(str(result)))
            kind = "failed"
        else:
            kind = result.status
            for line in render(result):
                bar.print(line)
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _all(archive: Archive, bar: Bar) -> Iterator[Version]:
    from archive.amending import current_versions

    return current_versions(archive, bar.step)


def _named(archive: Archive, identifiers: Iterable[str], bar: Bar) -> Iterator[Version]:
    """Return the versions that some IDs name, each once. Raises NoSuchArticleError before any is amended."""
    found = {version.holder.position: version for version in map(archive.find, identifiers)}

    def versions() -> Iterator[Version]:
        for number, version in enumerate(found.values(), 1):
            yield version
            bar.step(number, len(found))

    return versions()


def _as_lines(amendment: Amendment, *, dry_run: bool) -> Iterator[str]:
    yield "\t".join((str(amendment.position), amendment.status, amendment.digest, clean(amendment.title or "")))
    if dry_run:
        yield from (clean(line) for line in change_lines(amendment.difference))


def _as_json(amendment: Amendment, *, dry_run: bool) -> Iterator[str]:
    from cli.jsontext import dumps

    members: dict[str, Any] = {
        "position": amendment.position,
        "status": amendment.status,
        "digest": amendment.digest,
        "title": amendment.title,
        "article": amendment.article_id,
        "origin": amendment.origin,
        **members_of(amendment.difference),
    }
    if dry_run:
        members["text_diff"] = text_diff(amendment.difference)
    yield dumps(members)
