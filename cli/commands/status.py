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

    # By what is there of them: an article that was erased is none of those that the archive holds.
    gone = {
        event_id for event_id, erased in archive.store.erasures.by_event().items() if events.ARTICLE in erased.parts
    }
    articles = versions = 0
    articles_gone: set[str] = set()
    runs: set[str] = set()
    # Articles by what happened to them: the envelopes tell, and no part has to be read.
    changed: dict[str, set[str]] = {kind: set() for kind in events.LIFE_CYCLE_KINDS}
    for recorded in archive.events():
        kind = events.kind_of(recorded.attribute("type"))
        if kind in events.ARTICLE_KINDS:
            is_gone = bool(gone) and recorded.attribute("id") in gone
            versions += not is_gone
            articles += kind == events.ARTICLE_ADDED and not is_gone
            if kind == events.ARTICLE_ADDED and is_gone:
                articles_gone.add(recorded.attribute("subject"))
        if kind == events.RUN_RECORDED:
            # Some are recorded twice: an erasure replaces the record of a run that names the article.
            runs.add(recorded.attribute("subject"))
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
        "articles": articles,
        "versions": versions,
        "life_cycle": {
            **{name: len(changed[kind] - articles_gone) for name, kind in _COUNTED.items()},
            "erased": len(articles_gone),
        },
        "runs": len(runs),
        "root": archive.root(size).hex(),
        "bytes": sum(file.stat().st_size for file in archive.path.glob("events.db*")),
        "purge_pending": _pending(archive),
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


def _pending(archive: Archive) -> list[str]:
    """Return what may still hold something that was erased."""
    from archive.purging import is_pending
    from index.erasing import pending

    return [*(["the log"] if is_pending(archive.path) else []), *map(str, pending(archive))]


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
        **({"purge": _purge(facts["purge_pending"])} if facts["purge_pending"] else {}),
        "root": facts["root"],
        "index": state,
    }


def _purge(pending: list[str]) -> str:
    return f"pending: {', '.join(pending)}; to try again: morgue erase --finish"


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} GiB"
