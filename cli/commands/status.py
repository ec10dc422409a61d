"""`morgue status`: what the archive and its index hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import opened
from cli.facts import counted, fact
from cli.jsontext import dumps

if TYPE_CHECKING:
    from archive.archive import Archive

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_LABEL_WIDTH = 10

_COUNTED = {
    "corrected": "article.corrected",
    "retracted": "article.retracted",
    "annotated": "article.annotated",
    "withheld": "article.withheld",
    "erased": "article.erased",
}
"""How many articles are so, and the kind of event that made them so."""


@app.command()
def status(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Tell where the archive is, what it holds, and how fresh its index is."""
    with opened(context) as archive:
        facts = _facts(archive)
    if json:
        typer.echo(dumps(facts))
        return
    for name, value in _readable(facts).items():
        typer.echo("\n".join(fact(name, value, labels=_LABEL_WIDTH)))


def _facts(archive: Archive) -> dict[str, Any]:
    from archive import events, schema
    from index.index import Index
    from index.schema_hash import schema_hash

    kinds: dict[str, int] = {}
    # Articles by what happened to them: the envelopes tell, and no part has to be read.
    changed: dict[str, set[str]] = {kind: set() for kind in events.LIFE_CYCLE_KINDS}
    for recorded in archive.events():
        kind = events.kind_of(recorded.attribute("type"))
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind in events.LIFE_CYCLE_KINDS:
            changed[kind].add(recorded.attribute("subject"))
            if kind == events.ARTICLE_RELEASED:
                changed[events.ARTICLE_WITHHELD].discard(recorded.attribute("subject"))
    size = archive.size()
    index = Index(archive)
    current = index.generations.current()
    return {
        "archive": str(archive.path),
        "id": archive.id,
        "format": schema.FORMAT,
        "events": size,
        "articles": kinds.get(events.ARTICLE_ADDED, 0),
        "versions": sum(kinds.get(kind, 0) for kind in events.ARTICLE_KINDS),
        "life_cycle": {name: len(changed[kind]) for name, kind in _COUNTED.items()},
        "runs": kinds.get(events.RUN_RECORDED, 0),
        "root": archive.root(size).hex(),
        "bytes": sum(file.stat().st_size for file in archive.path.glob("events.db*")),
        "index": None
        if current is None
        else {
            "path": str(current.folder),
            "size": current.state.size,
            "behind": size - current.state.size,
            "documents": current.state.documents,
            "current": current.state.archive == archive.id and current.state.schema == schema_hash(),
            "bytes": sum(file.stat().st_size for file in current.folder.iterdir()),
        },
    }


def _readable(facts: dict[str, Any]) -> dict[str, str]:
    index = facts["index"]
    if index is None:
        state = "none yet; the next search builds it"
    elif not index["current"]:
        state = "built by another version of morgue; to bring it up to date: morgue index --rebuild"
    elif index["behind"]:
        state = f"{counted(index['behind'], 'event')} behind; the next search catches up"
    else:
        state = f"up to date, {counted(index['documents'], 'document')}, {_size(index['bytes'])}"
    return {
        "archive": f"{facts['archive']} ({_size(facts['bytes'])}, format {facts['format']})",
        "id": facts["id"],
        "events": f"{facts['events']:,}",
        "articles": f"{facts['articles']:,}"
        + (f", in {facts['versions']:,} versions" if facts["versions"] > facts["articles"] else "")
        + "".join(f", {count:,} {what}" for what, count in facts["life_cycle"].items() if count),
        "runs": f"{facts['runs']:,}",
        "root": facts["root"],
        "index": state,
    }


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} GiB"
