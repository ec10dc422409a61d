"""`morgue revise`: add a new version of an article."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from cli.changing import Json, NoIndex, as_json, as_line, kept_arguments
from cli.context import catch_up, opened
from cli.fetching import fetching
from cli.main import SOME_FAILED
from cli.runs import agent
from cli.streams import say
from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.submission import Item

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def revise(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="The article: its id, a position, a digest or a URL.")
    ],
    path: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="The new version; - is standard input.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What changed, or why this is a version of it.")],
    captured: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was taken from its source: 2021-04-18T09:30:00+02:00.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="How to read the input, as of `morgue add`.")
    ] = "auto",
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Add a new version of an article, with the reason; earlier versions stay.

    As `morgue add --article ID FILE` does, which takes more options and no reason. What a version of the article says
    already is `unchanged`, what was erased is `suppressed`. Prints a line as `add` does: position, what became of it,
    digest and title; `morgue show ID --diff 1..2` tells the difference.
    """
    from archive.changing import checked_text
    from archive.submission import Failure

    why = checked_text("reason", reason)
    with opened(context) as archive:
        from archive.intake import Given, gather

        version = archive.find(identifier)
        given = Given(article_id=version.article_id, captured=captured)
        with fetching(
            archive, [path], follow_links=False, allow_private=False, ignore_robots=False, timeout=None, tell=_untold
        ) as web:
            found = gather([path], given=given, format_name=format_, web=web)
            results = archive.add_many(
                _with_reason(found, why),
                command="revise",
                arguments=kept_arguments(context.obj.arguments, (reason,), {identifier: version}),
                agent=agent(),
            )
            counts: dict[str, int] = {}
            with closing(results):
                for result in results:
                    if isinstance(result, Failure):
                        say(clean(str(result)))
                        status = result.outcome
                    else:
                        typer.echo(as_json(result) if json else as_line(result))
                        status = result.status
                    counts[status] = counts.get(status, 0) + 1
        if counts.get("revised") and not no_index:
            catch_up(archive)
    if not counts:
        raise typer.BadParameter(f"{path} holds no article", param_hint="'FILE|URL|-'")
    return SOME_FAILED if counts.keys() - {"revised", "unchanged", "suppressed"} else 0


def _with_reason(found: Iterator[Item], reason: str) -> Iterator[Item]:
    from archive.submission import Submission

    for item in found:
        yield item.because(reason) if isinstance(item, Submission) else item


def _untold(_what: str) -> None:
    pass
