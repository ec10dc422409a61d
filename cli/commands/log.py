"""`morgue log`: the events of the archive."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import opened

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.store import Recorded

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_POLL_SECONDS = 0.25
_NO_LOG_IS_LONGER = 1 << 48


@app.command()
def log(
    context: typer.Context,
    since: Annotated[int, typer.Option(metavar="N", min=0, help="Begin with the event at this position.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for further events, until interrupted.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line: the envelope, and its position.")
    ] = False,
) -> None:
    """List the events in order: position, time, kind, and what it is about."""
    render = _as_json if json else _as_line
    with opened(context) as archive:
        position = min(since, _NO_LOG_IS_LONGER)
        while True:
            for recorded in archive.events(position):
                sys.stdout.write(render(archive, recorded) + "\n")
                position = recorded.position + 1
            if not follow:
                return
            sys.stdout.flush()
            time.sleep(_POLL_SECONDS)


def _as_json(archive: Archive, recorded: Recorded) -> str:
    from cli.jsontext import dumps

    return dumps({"position": recorded.position, **recorded.envelope.attributes(), "about": _about(archive, recorded)})


def _as_line(archive: Archive, recorded: Recorded) -> str:
    from cli.terminal import clean

    envelope = recorded.envelope
    # Seconds are enough for a reader; the JSON has the rest.
    moment = envelope.time[:19] + "Z"
    return f"{recorded.position:>7}  {moment}  {envelope.kind:<15}  {clean(_about(archive, recorded))}".rstrip()


def _about(archive: Archive, recorded: Recorded) -> str:
    """Return what an event is about, in a few words."""
    from archive import events

    kind = events.kind_of(recorded.attribute("type"))
    if kind in events.ARTICLE_KINDS:
        version = archive.version(recorded.position)
        return version.metadata.title or f"[no title] {version.article.origin}"
    if kind == events.RUN_RECORDED:
        run = archive.run(recorded.position)
        counts = ", ".join(f"{count} {what}" for what, count in run.counts.items())
        return f"{run.command}: {counts}{' (interrupted)' if run.interrupted else ''}"
    if kind == events.ARCHIVE_CREATED:
        return f"archive {recorded.attribute('subject')}"
    return ""
