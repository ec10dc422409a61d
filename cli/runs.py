"""How runs are told: who ran them, and as a list of what was run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cli.facts import counted
from cli.layout import listed, wrapped
from cli.terminal import BOLD, DIM, cells, clean, coloured, styled, width

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.run_history import RunEntry

_MARGIN = 9
"""Columns of a position, and of what stands below it."""


def agent() -> str:
    """Return who runs this, as user@host."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def counts_of(counts: dict[str, int], skipped: dict[str, int]) -> str:
    """Return what became of the inputs of a run, in a few words."""
    said = [f"{count:,} {what}" for what, count in counts.items() if count]
    said += [f"{count:,} skipped ({reason})" for reason, count in skipped.items()]
    return ", ".join(said)


def write_runs(archive: Archive, since: int, *, as_json: bool) -> None:
    """Write the runs that brought the events from a position on, to standard output.

    A line each where that fits the terminal, and in a pipe; on a narrow terminal a few lines each.
    """
    from archive.run_history import runs

    entries = runs(archive, since)
    if as_json:
        from cli.jsontext import dumps

        sys.stdout.writelines(dumps(_members(entry)) + "\n" for entry in entries)
        return
    rows = [_row(entry) for entry in entries]
    lines = [line.rstrip() for line in _aligned(rows)]
    columns = width() if sys.stdout.isatty() else None
    if columns is None or all(cells(line) <= columns for line in lines):
        sys.stdout.writelines(line + "\n" for line in lines)
        return
    for entry in entries:
        sys.stdout.writelines(line + "\n" for line in _block(entry, columns))


def _row(entry: RunEntry) -> tuple[str, ...]:
    return (
        "-" if entry.position is None else str(entry.position),
        entry.started[:19] + "Z",
        _duration(entry.seconds),
        clean(_what(entry)),
        clean(entry.run.agent if entry.run is not None else ""),
        entry.id,
    )


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines: positions and durations to the right, all else to the left, a column as wide as it is."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(cell, number, widths[number]) for number, cell in enumerate(row)) for row in rows]


def _padded(cell: str, column: int, columns: int) -> str:
    room = " " * (max(columns, _MARGIN - 2 if column == 0 else 0) - cells(cell))
    return room + cell if column in {0, 2} else cell + room


def _block(entry: RunEntry, columns: int) -> list[str]:
    colours = coloured(sys.stdout)
    indent = " " * _MARGIN
    position, started, duration, what, who, run_id = _row(entry)
    lines = wrapped(what, width=columns, indent=indent)
    lines[0] = position.rjust(_MARGIN - 2) + "  " + lines[0][_MARGIN:]
    lines = [styled(line, BOLD, on=colours) for line in lines]
    below = listed((started, duration, who), width=columns, indent=indent) + wrapped(
        f"run {run_id}", width=columns, indent=indent
    )
    return lines + [styled(line, DIM, on=colours) for line in below]


def _what(entry: RunEntry) -> str:
    run = entry.run
    if run is None:
        counts = counts_of(entry.counts, {}) or counted(entry.events, "event")
        return f"not recorded (killed, or still at work): {counts} from position {entry.first} on"
    return f"{run.command}: {counts_of(run.counts, run.skipped)}{' (interrupted)' if run.interrupted else ''}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(seconds, 0):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def _members(entry: RunEntry) -> dict[str, Any]:
    """Return a run as JSON has it. What only a record tells is null where there is none."""
    run = entry.run
    return {
        "run": entry.id,
        "position": entry.position,
        "first": entry.first,
        "events": entry.events,
        "recorded": run is not None,
        "command": run.command if run is not None else None,
        "arguments": list(run.arguments) if run is not None else None,
        "agent": run.agent if run is not None else None,
        "started": entry.started,
        "ended": entry.ended,
        "seconds": round(entry.seconds, 6),
        "counts": entry.counts,
        "skipped": run.skipped if run is not None else {},
        "interrupted": run.interrupted if run is not None else None,
        "tool": run.tool if run is not None else None,
        "extractors": list(run.extractors) if run is not None else None,
        "python": run.python or None if run is not None else None,
        "platform": run.platform or None if run is not None else None,
    }
