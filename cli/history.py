"""How the history of an article is told: all events about it, in order."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cli.layout import wrapped
from cli.terminal import cells, clean, width

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version
    from archive.runs import Run
    from archive.store import Recorded

ERASED = "[erased]"

_BELOW = " " * 9
"""Ahead of what is told below its position, where the terminal is narrow."""


def write_history(archive: Archive, article_id: str, *, as_json: bool) -> None:
    """Write all events about an article to standard output, one a line."""
    history = archive.history(article_id)
    versions = {version.position: version for version in archive.versions(article_id)}
    if as_json:
        from cli.jsontext import dumps

        sys.stdout.writelines(dumps(_members(archive, one, versions)) + "\n" for one in history)
        return
    agents = [run.agent if (run := run_of(archive, one)) is not None else "" for one in history]
    column = max(map(cells, agents), default=0)
    for recorded, agent in zip(history, agents, strict=True):
        moment, what = recorded.attribute("time")[:19] + "Z", recorded.envelope.kind.rpartition(".")[2]
        who = clean(agent) + " " * (column - cells(agent))
        told = clean(_told(archive, recorded, versions))
        head = f"{recorded.position:>7}  {moment}  {what:<9}  {who}"
        line = f"{head}  {told}".rstrip()
        lines = [line]
        if sys.stdout.isatty() and cells(line) > width():
            lines = [head.rstrip(), *wrapped(told, width=width(), indent=_BELOW)]
        sys.stdout.write("\n".join(lines) + "\n")


def what_it_says(archive: Archive, recorded: Recorded) -> str:
    """Return what an event of a life cycle says, in a few words. Raises DamagedError."""
    from archive import events

    if recorded.envelope.kind == events.ARTICLE_ERASED:
        from archive.erasing import erasure_of

        ground, _ = erasure_of(archive, recorded.position)
        return "; ".join(filter(None, (f"{ground.basis}, {ground.authority}", ground.reason)))
    document = document_of(archive, recorded)
    if document is None:
        return ERASED
    said = [", ".join(document.get("tags", ())), document.get("text")]
    said += [document.get(name) for name in ("basis", "authority", "reason")]
    about = [document.get("date"), f"by {document['by']}" if "by" in document else None, document.get("url")]
    text = "; ".join(filter(None, said))
    return f"{text} ({known})" if (known := ", ".join(filter(None, about))) else text


def document_of(archive: Archive, recorded: Recorded) -> dict[str, Any] | None:
    """Return what the part of an event of a life cycle holds; None where it was erased. Raises DamagedError."""
    from archive import events
    from archive.errors import ErasedError
    from archive.life_cycle import PARTS

    kind = events.kind_of(recorded.attribute("type"))
    part = events.ERASURE if kind == events.ARTICLE_ERASED else PARTS.get(kind, events.ARTICLE)
    try:
        return archive.document(recorded, part)
    except ErasedError:
        return None


def run_of(archive: Archive, recorded: Recorded) -> Run | None:
    """Return the run that brought an event; None where it was killed before it could be recorded."""
    from archive.errors import ErasedError

    run_id = recorded.attribute("correlationid")
    for later in archive.events(recorded.position + 1):
        if later.attribute("subject") == run_id:
            # A record that named an article which was erased since has another one behind it.
            with suppress(ErasedError):
                return archive.run(later.position)
    return None


def _told(archive: Archive, recorded: Recorded, versions: dict[int, Version]) -> str:
    version = versions.get(recorded.position)
    if version is None:
        return what_it_says(archive, recorded)
    heading = version.metadata.title or f"[no title] {version.article.origin}"
    reason = reason_of(archive, recorded)
    return f"version {version.number}: {heading}{f'; {reason}' if reason else ''}"


def reason_of(archive: Archive, recorded: Recorded) -> str | None:
    """Return why a version was added, where somebody said so. Raises DamagedError."""
    from archive import events

    if events.REASON not in recorded.envelope.commitments:
        return None
    reason = archive.document(recorded, events.REASON).get("reason")
    return reason if isinstance(reason, str) else None


def _members(archive: Archive, recorded: Recorded, versions: dict[int, Version]) -> dict[str, Any]:
    version = versions.get(recorded.position)
    run = run_of(archive, recorded)
    document = document_of(archive, recorded) if version is None else {"reason": reason_of(archive, recorded)}
    names = ("tags", "text", "reason", "date", "url", "by", "basis", "authority")
    return {
        "position": recorded.position,
        "time": recorded.attribute("time"),
        "kind": recorded.envelope.kind,
        "event": recorded.envelope.id,
        "follows": recorded.envelope.causation,
        "run": recorded.envelope.correlation,
        "command": run.command if run is not None else None,
        "agent": run.agent if run is not None else None,
        "version": version.number if version is not None else None,
        "title": version.metadata.title if version is not None else None,
        **{name: None if document is None else document.get(name) for name in names},
        "erased": document is None,
    }
