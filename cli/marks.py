"""How it is told what became of an article: marks that cannot be overlooked, and who said what when."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cli.facts import counted, fact
from cli.terminal import ALERT, coloured, styled

if TYPE_CHECKING:
    from archive.life_cycle import Note, Notice, State

RETRACTED, CORRECTED, WITHHELD, ERASED = "RETRACTED", "CORRECTED", "WITHHELD", "ERASED"


def mark_lines(state: State, *, labels: int) -> list[str]:
    """Return the lines that stand above all that is known of an article; none where nothing became of it."""
    told = [(RETRACTED, notice_text(one)) for one in state.retractions]
    told += [(CORRECTED, notice_text(one)) for one in state.corrections]
    if state.withheld is not None:
        told.append((WITHHELD, notice_text(state.withheld)))
    if state.erased is not None:
        told.append((ERASED, f"position {state.erased}"))
    alert = coloured(sys.stdout)
    return [
        line.replace(name, styled(name, ALERT, on=alert), 1)
        for name, said in told
        for line in fact(name, said, labels=labels)
    ]


def note_lines(state: State, *, labels: int) -> list[str]:
    """Return the lines on the notes on an article."""
    return [line for note in state.notes for line in fact("note", _note(note), labels=labels)]


def marks_of(state: State) -> list[str]:
    """Return what a hit shows of the state of its article: marks first, then how many notes there are."""
    marks = [RETRACTED] if state.retracted else []
    if state.corrections:
        marks.append(CORRECTED if len(state.corrections) == 1 else f"{CORRECTED} {len(state.corrections)} times")
    if state.withheld is not None:
        marks.append(WITHHELD)
    return marks + ([counted(len(state.notes), "note")] if state.notes else [])


def notice_text(notice: Notice) -> str:
    """Return a notice in words: what it says, whose it is, where it stands here."""
    about = [notice.date, f"by {notice.by}" if notice.by is not None else None, notice.url]
    about.append(f"position {notice.position}")
    return f"{notice.reason or '[erased]'} ({', '.join(filter(None, about))})"


def state_members(state: State) -> dict[str, Any]:
    """Return the state of an article as `show --json` has it, but for its tags."""
    return {
        "retracted": state.retracted,
        "withheld": None if state.withheld is None else _members(state.withheld),
        "erased": state.erased,
        "retractions": [_members(one) for one in state.retractions],
        "corrections": [_members(one) for one in state.corrections],
        "notes": [{"position": one.position, "recorded": one.recorded, "text": one.text} for one in state.notes],
    }


def _members(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in ("position", "recorded", "reason", "date", "url", "by")}


def _note(note: Note) -> str:
    return f"{note.text or '[erased]'} ({note.recorded[:10]}, position {note.position})"
