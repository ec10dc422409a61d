"""`morgue index`: bring the index up to date, or build it anew."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import indexed, opened
from cli.facts import counted
from cli.jsontext import dumps

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build it anew from the whole log.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Bring the index up to date with the log.

    Searching does it by itself; this is for doing it beforehand, and for building it anew. The old index serves until
    the new one is complete, whatever happens meanwhile.
    """
    with opened(context) as archive:
        with indexed(archive) as current:
            timeout = context.obj.lock_timeout
            generation = current.rebuild(timeout=timeout) if rebuild else current.catch_up(timeout=timeout)
        state = generation.state
        if json:
            typer.echo(dumps({"generation": generation.name, "size": state.size, "documents": state.documents}))
        else:
            typer.echo(f"index up to date: {counted(state.documents, 'document')} of {counted(state.size, 'event')}")
