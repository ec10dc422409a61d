"""`morgue saved`: the searches that were kept by `search --save`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def saved(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME…]", help="Those to show; all without it.", show_default=False)
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete those that are named.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> int:
    """List, show or delete saved searches.

    They are made by `morgue search --save NAME QUERY`, and used as query:NAME in other queries. They are yours and not
    of an archive: lines NAME = QUERY of a text file, which may be edited. One that cannot be understood is listed with
    the reason. The exit code is 1 if there are none.
    """
    from cli import saved as kept
    from cli.main import NO_HITS
    from cli.terminal import note

    if delete and not names:
        raise typer.BadParameter("takes the names of those to delete", param_hint="'--delete'")
    found = kept.searches()
    chosen = _chosen(found, names)
    if delete:
        _delete(found, chosen)
        return 0
    for name in chosen:
        _print(name, found[name], found, json=json)
    if not names and (unread := kept.unread()):
        lines = ", ".join(map(str, unread))
        note(f"{kept.path()} has lines that are no NAME = QUERY: {lines}")
    if not found:
        note("there are no saved searches; make one: morgue search --save NAME QUERY")
    return 0 if found else NO_HITS


def _chosen(found: Mapping[str, str], names: Sequence[str] | None) -> list[str]:
    """Return the names that are asked for, each once, or all in the order of the alphabet. Raises BadParameter."""
    if not names:
        return sorted(found, key=lambda name: (name.casefold(), name))
    for name in names:
        if name not in found:
            from difflib import get_close_matches

            near = get_close_matches(name, found, 1)
            advice = f"did you mean {near[0]}?" if near else "`morgue saved` lists those that there are"
            raise typer.BadParameter(f"there is no saved search {name!r}; {advice}", param_hint="'NAME'")
    return list(dict.fromkeys(names))


def _delete(found: Mapping[str, str], names: Sequence[str]) -> None:
    from cli import saved as kept
    from cli.terminal import note

    sound = {name for name in found if _problem(name, found) is None}
    kept.delete(names)
    left = {name: query for name, query in found.items() if name not in names}
    for name in names:
        # All that it takes to keep it again.
        note(f"deleted {name} = {found[name]}")
    for name, query in left.items():
        if name in sound and _problem(name, left) is not None:
            note(f"{name} names what was deleted, and cannot be used any more: {query}")


def _problem(name: str, searches: Mapping[str, str]) -> str | None:
    """Return why a saved search cannot be used, None where it can."""
    from index.query.errors import QueryError
    from index.query.grammar import parse

    try:
        parse(searches[name], saved=searches.get)
    except QueryError as error:
        return error.message
    return None


def _print(name: str, query: str, searches: Mapping[str, str], *, json: bool) -> None:
    problem = _problem(name, searches)
    if json:
        from cli.jsontext import dumps

        print(dumps({"name": name, "query": query, "problem": problem}))
        return
    sys.stdout.writelines(f"{line}\n" for line in _lines(name, query, problem))


def _lines(name: str, query: str, problem: str | None) -> Iterator[str]:
    """Yield a search as it stands in the file, on one line, so that a script can read it; and what is wrong with it."""
    from cli.terminal import ALERT, BOLD, clean, coloured, styled

    colours = coloured(sys.stdout)
    yield f"{styled(clean(name), BOLD, on=colours)} = {clean(query)}"
    if problem is not None:
        yield styled(f"  {clean(problem)}", ALERT, on=colours)
