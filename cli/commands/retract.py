"""`morgue retract`: keep a publisher's notice that an article was retracted."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.changing import Articles, Json, NoIndex, change

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def retract(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifiers: Articles,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it was retracted.")],
    date: Annotated[str | None, typer.Option(metavar="DATE", help="When the notice was published.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where the notice stands on the web.")] = None,
    by: Annotated[str | None, typer.Option(metavar="WHO", help="Who retracted it, by default the publisher.")] = None,
    no_index: NoIndex = False,
    json: Json = False,
) -> int:
    """Record that an article was retracted: the publisher's notice, which is shown with it from now on.

    The article stays as it is, and searches find it, with a mark; `is:retracted` finds those that were. The same notice
    again is `unchanged`; another one is kept beside the first. Prints a line for each article as `add` does: position,
    `retracted` or `unchanged`, digest and title.
    """
    from archive import events
    from archive.changing import notice

    statement = notice(events.ARTICLE_RETRACTED, reason=reason, date=date, url=url, by=by)
    words = (reason, date, url, by)
    return change(context, identifiers, statement, command="retract", words=words, no_index=no_index, json=json)
