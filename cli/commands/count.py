"""`morgue count`: how many articles there are, or match a query. Annotations are not postponed, see `cli.app`."""

from typing import Annotated

import typer

from cli.asking import QUERY_SETTINGS, AnyWord, AsWords, At, OptionalQuery, position_of, request_of, tell_position
from cli.context import indexed, opened
from cli.main import NO_HITS

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(context_settings=QUERY_SETTINGS)
def count(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    query: OptionalQuery = None,
    at: At = None,
    any_: AnyWord = False,
    literal: AsWords = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> int:
    """Print how many articles a query finds; without one, how many there are.

    The query is what `morgue search` takes. An article counts once, whatever versions it has; withheld and erased ones
    do not. The exit code is 1 if the number is 0.
    """
    request = request_of(query, any_word=any_, literal=literal)
    with opened(context) as archive:
        with indexed(archive) as index:
            total, position = index.count(
                lambda matching: (matching.total, matching.view.position), request, at=position_of(archive, at)
            )
        tell_position(archive, at, position)
    if json:
        from cli.jsontext import dumps

        print(dumps({"query": request and request.query, "position": position, "count": total}))
    else:
        print(total)
    return 0 if total else NO_HITS
