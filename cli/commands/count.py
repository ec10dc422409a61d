"""`morgue count`: how many articles there are, or match a query. Annotations are not postponed, see `cli.app`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import (
    QUERY_SETTINGS,
    AliasFile,
    AnyWord,
    AsWords,
    At,
    Exact,
    Facets,
    OptionalQuery,
    facets_of,
    position_of,
    request_of,
    tell_position,
)
from cli.context import indexed, opened
from cli.main import NO_HITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.facets import ValueCount
    from index.matching import Matching

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(context_settings=QUERY_SETTINGS)
def count(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    query: OptionalQuery = None,
    at: At = None,
    any_: AnyWord = False,
    literal: AsWords = False,
    exact: Exact = False,
    aliases: AliasFile = None,
    facets: Facets = "",
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the facets as CSV: facet, value, count.")] = False,
) -> int:
    """Print how many articles a query finds; without one, how many there are.

    The query is what `morgue search` takes. An article counts once, whatever versions it has; withheld and erased ones
    do not. With --facets the numbers of each publisher, month and so on follow. The exit code is 1 if the number is 0.
    """
    asked = facets_of(facets)
    if csv and (json or not asked):
        raise typer.BadParameter(
            "is a table of facets; name them with --facets, and leave --json out", param_hint="'--csv'"
        )
    with opened(context) as archive:
        request = request_of(archive, query, any_word=any_, literal=literal, exact=exact, aliases=aliases)

        def counted(matching: "Matching") -> "tuple[int, Mapping[str, Sequence[ValueCount]], int]":
            if not asked:
                return matching.total, {}, matching.view.position
            from index.facets import facets as facets_of_all

            return matching.total, facets_of_all(matching, asked), matching.view.position

        with indexed(archive) as index:
            total, found, position = index.count(counted, request, at=position_of(archive, at))
        tell_position(archive, at, position)
    if json:
        from cli.facets import facets_as_json
        from cli.jsontext import dumps

        members = {"query": request and request.query, "position": position, "count": total}
        print(dumps(members | ({"facets": facets_as_json(found)} if asked else {})))
    elif csv:
        from cli.spreadsheets import write_rows

        rows = ((name, one.value, one.articles) for name, values in found.items() for one in values)
        write_rows(sys.stdout, ("facet", "value", "count"), rows)
    else:
        print(total)
        if found and total:
            from cli.facets import facet_lines
            from cli.terminal import coloured, width

            sys.stdout.writelines(f"{line}\n" for line in facet_lines(found, width(), colours=coloured(sys.stdout)))
    return 0 if total else NO_HITS
