"""`morgue log`: the events of the archive, or its runs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import opened
from cli.paging import NoPager, paged

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.store import Recorded

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_POLL_SECONDS = 0.25
_KIND = 17
"""Columns of a kind: as many as the longest of them has, `article.annotated`."""
_NO_LOG_IS_LONGER = 1 << 48


@app.command()
def log(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    since: Annotated[int, typer.Option(metavar="N", min=0, help="Begin with the event at this position.")] = 0,
    runs: Annotated[bool, typer.Option("--runs", help="List the runs that brought the events instead.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for further events, until interrupted.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line: the envelope and its position, or the run.")
    ] = False,
    no_pager: NoPager = False,
) -> None:
    """List the events in order: position, time, kind, and what it is about.

    With --runs, list who did what instead: position of the record, when, how long it took, what became of it, who ran
    it, the run's id. A run that was killed has events and no record; it is listed with what its events tell.
    """
    if runs and follow:
        raise typer.BadParameter("lists the runs that there are; leave --follow out", param_hint="'--runs'")
    since = min(since, _NO_LOG_IS_LONGER)
    with opened(context) as archive, paged(wanted=not no_pager and not follow):
        if runs:
            from cli.runs import write_runs

            write_runs(archive, since, as_json=json)
        else:
            _write_events(archive, since, follow=follow, as_json=json)


def _write_events(archive: Archive, position: int, *, follow: bool, as_json: bool) -> None:
    render = _as_json if as_json else _as_line
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
    return f"{recorded.position:>7}  {moment}  {envelope.kind:<{_KIND}}  {clean(_about(archive, recorded))}".rstrip()


def _about(archive: Archive, recorded: Recorded) -> str:
    """Return what an event is about, in a few words."""
    from archive import events
    from archive.errors import ErasedError

    try:
        return _told(archive, recorded, events.kind_of(recorded.attribute("type")))
    except ErasedError as error:
        return "[erased]" if error.erased_at is None else f"[erased, see position {error.erased_at}]"


def _told(archive: Archive, recorded: Recorded, kind: str) -> str:
    from archive import events

    if kind in events.ARTICLE_KINDS:
        version = archive.version(recorded.position)
        about = version.metadata.title or f"[no title] {version.article.origin}"
        return about if version.amends is None else f"{about} (amends position {version.amends.position})"
    if kind in events.LIFE_CYCLE_KINDS:
        from cli.history import what_it_says

        return ": ".join(filter(None, (_title_of(archive, recorded), what_it_says(archive, recorded))))
    if kind == events.RUN_RECORDED:
        from cli.runs import counts_of

        run = archive.run(recorded.position)
        return f"{run.command}: {counts_of(run.counts, run.skipped)}{' (interrupted)' if run.interrupted else ''}"
    return _of_the_archive(archive, recorded, kind)


def _of_the_archive(archive: Archive, recorded: Recorded, kind: str) -> str:
    from archive import events

    if kind == events.ARCHIVE_MERGED:
        from archive.moving.merged import read_merged
        from cli.facts import counted

        merged = read_merged(archive.store, recorded.position)
        return f"{counted(merged.taken, 'event')} of archive {merged.archive}"
    if kind == events.ARCHIVE_CREATED:
        return f"archive {recorded.attribute('subject')}"
    if kind == events.ARCHIVE_KEYED:
        return f"key {archive.document(recorded, events.KEY).get('key')}"
    if kind == events.ARCHIVE_ANCHORED:
        return f"timestamp of {archive.document(recorded, events.ANCHOR).get('time')}"
    return ""


def _title_of(archive: Archive, recorded: Recorded) -> str:
    """Return the title of the version that an event of a life cycle is about; of none that was erased."""
    from archive.errors import DamagedError, ErasedError, NoSuchArticleError

    about = recorded.envelope.causation
    position = archive.store.position_of(about) if about is not None else None
    if position is None:
        return ""
    try:
        version = archive.version(position)
    except (DamagedError, ErasedError, NoSuchArticleError):
        return ""
    return version.metadata.title or f"[no title] {version.article.origin}"
