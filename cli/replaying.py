"""How the outcome of a replay is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.facts import counted
from cli.terminal import clean
from index.replaying import SAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from index.replaying import Compared, Replay

_SHORT_DIGEST = 8


def as_text(archive: Archive, outcome: Replay) -> Iterator[str]:
    """Yield what was searched, what can make a difference, a line or two for each hit, and whether all is identical."""
    receipt = outcome.receipt
    yield clean(receipt.request.query)
    if outcome.position is None:
        yield "not searched again"
    else:
        recorded = archive.event(outcome.position).attribute("time")
        yield f"as of position {outcome.position}, recorded {recorded}"
    for cause in outcome.causes:
        yield clean(cause.sentence)
    for hit in outcome.hits:
        yield from _lines(hit)
    yield _verdict(outcome)


def _lines(hit: Compared) -> Iterator[str]:
    shown = hit.then or hit.now
    if shown is None:
        return
    yield f"{shown.rank:>4}. {hit.status:<8}  position {shown.position}  {shown.digest[:_SHORT_DIGEST]}  {_scores(hit)}"
    if hit.cause is not None:
        yield f"      {clean(hit.cause.sentence)}"


def _scores(hit: Compared) -> str:
    if hit.then is None or hit.now is None or hit.then.score == hit.now.score:
        only = hit.then or hit.now
        scores = "" if only is None else f"score {only.score:.6g}"
    else:
        # As exact as it takes to see that they differ.
        scores = f"score {hit.then.score!r}, now {hit.now.score!r}"
    if hit.then is not None and hit.now is not None and hit.then.rank != hit.now.rank:
        scores += f", now at {hit.now.rank}"
    return scores


def _verdict(outcome: Replay) -> str:
    then = outcome.receipt.total
    total = counted(then, "hit") if outcome.total in {then, None} else f"{counted(then, 'hit')}, now {outcome.total:,}"
    if outcome.identical:
        return f"identical: {total}"
    differing = sum(hit.status != SAME for hit in outcome.hits)
    of = f"; {differing} of {len(outcome.hits)} shown differ" if differing else ""
    return f"different: {total}{of}"
