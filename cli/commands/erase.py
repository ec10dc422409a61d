"""`morgue erase`: overwrite all that the archive holds about an article."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import opened
from cli.facts import counted
from cli.main import BUSY, FAILED
from cli.progress import progress_bar
from cli.runs import agent
from cli.terminal import clean, note

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from archive.erasing import Erasure, Plan
    from archive.remnants import Proof

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_MENTIONS = 5
"""Positions that are named of those that hold the same words."""


@app.command()
def erase(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="A position, an article's id, 8 or more digits of a digest, or a URL.",
            show_default=False,
        ),
    ] = None,
    basis: Annotated[
        str | None, typer.Option(metavar="TEXT", help="On what basis: a law and its article, a contract, a request.")
    ] = None,
    authority: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Who decided it: a court, an officer, the owner.")
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, in words of your own.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed where nobody can be asked.")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="Finish a pending purge, and erase nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> int:
    """Overwrite all that the archive holds about an article, for good, and prove that it is gone.

    All of its versions go, with originals, notes, tags and notices, and the words that runs were called with where they
    name it. What stays is that there was something, when, and on what ground it was erased. The log still verifies, and
    what was erased is not added again, unless --allow-erased. The index is brought up to date, and every file of the
    archive is searched for what is gone. Copies elsewhere, such as backups and exports, are not reached.

    While a reader keeps the old state in use, it says `purge pending` and ends with code 6: each later write tries
    again, and so does --finish. Erasing again changes nothing.
    """
    if (identifier is None) != finish:
        raise typer.BadParameter("name the article, or say --finish", param_hint="'[ID]'")
    with opened(context) as archive:
        if identifier is None:
            return _finish(archive, as_json=json)
        from archive.erasing import Ground, article_of, check, plan
        from archive.erasing import erase as erase_article

        if basis is None or authority is None:
            missing = "--basis" if basis is None else "--authority"
            raise typer.BadParameter("say it: it is recorded, and stays", param_hint=f"'{missing}'")
        ground = Ground(basis=basis, authority=authority, reason=reason)
        article_id = article_of(archive, identifier)
        if not yes:
            if not sys.stdin.isatty():
                raise typer.BadParameter("nobody can be asked here; to erase the article, say it", param_hint="'--yes'")
            with progress_bar("looking") as bar:
                planned = plan(archive, article_id, bar.step)
            if planned is not None:
                check(ground, planned)
                _show(planned)
                if not typer.confirm("Erase all of this for good?", err=True):
                    note("nothing was erased")
                    return FAILED
        # What names the article is not recorded of the command line, and neither is the word that named it here.
        words = tuple(article_id if word == identifier else word for word in context.obj.arguments)
        with progress_bar("looking") as bar:
            erasure = erase_article(archive, article_id, ground, arguments=words, agent=agent(), progress=bar.step)
        left, proof = _purge(archive, erasure)
        (_write_json if json else _write)(erasure, proof, left)
    if erasure.pending or left:
        return BUSY
    return FAILED if proof is not None and proof.remnants else 0


def _finish(archive: Archive, *, as_json: bool) -> int:
    done = archive.store.purge(wait=_patience())
    left, _ = _purge(archive, None)
    pending = _pending(left, log=not done)
    if as_json:
        from cli.jsontext import dumps

        typer.echo(dumps({"pending": pending}))
    elif not pending:
        typer.echo("nothing is pending")
    for told in pending:
        note(told)
    return BUSY if pending else 0


def _patience() -> float:
    from archive.erasing import PATIENCE

    return PATIENCE


def _purge(archive: Archive, erasure: Erasure | None) -> tuple[list[Path], Proof | None]:
    """Let the index go on without what was erased, and prove that nothing is left of it."""
    from index.erasing import purge

    with progress_bar("indexing") as bar:
        left = purge(archive, bar.step)
    if erasure is None or erasure.plan is None or erasure.pending or left:
        return left, None
    from archive.remnants import prove

    with progress_bar("proving") as bar:
        return left, prove(archive, erasure.plan.needles, progress=bar.step)


def _show(planned: Plan) -> None:
    """Tell what will go, on standard error: where the question is."""
    titles = dict.fromkeys(version.metadata.title or "[no title]" for version in planned.versions)
    for title in titles:
        note(f"to be erased: {title}")
    note(", ".join(_counts(planned)))


def _counts(planned: Plan) -> list[str]:
    others = len(planned.parts) - len(planned.versions) - len(planned.unread)
    told = [counted(len(planned.versions) + len(planned.unread), "version")]
    if others:
        told.append(f"{counted(others, 'note')}, tags and notices" if others > 1 else "1 note, tag or notice")
    if planned.runs:
        told.append(f"what {counted(len(planned.runs), 'run')} said of it")
    return [*told, f"{planned.bytes:,} bytes"]


def _write(erasure: Erasure, proof: Proof | None, left: list[Path]) -> None:
    planned = erasure.plan
    if planned is None:
        ground = erasure.ground
        typer.echo(
            f"{erasure.position}\tunchanged\t{erasure.article_id}\terased already, {erasure.recorded}: "
            f"{clean(ground.basis)}, {clean(ground.authority)}"
        )
    else:
        typer.echo(f"{erasure.position}\terased\t{erasure.article_id}\t{', '.join(_counts(planned))}")
        for position in planned.unread:
            note(f"position {position} was damaged: it is erased, but what it said cannot be kept from being added")
    if proof is not None:
        searched = f"searched {counted(proof.parts, 'part')} and {counted(proof.files, 'file')}, {proof.bytes:,} bytes"
        typer.echo(f"{searched}: {'nothing of it is left' if not proof.remnants else 'something of it is left'}")
        for kind, positions in _mentions(proof).items():
            where = ", ".join(map(str, positions[:_MENTIONS])) + (", …" if len(positions) > _MENTIONS else "")
            typer.echo(f"others hold the same {kind}, and were not erased: position {where}")
        for remnant in proof.remnants:
            note(f"{remnant.file} still holds something of its {remnant.kind}; run: morgue erase --finish")
    for told in _pending(left, log=erasure.pending):
        note(told)


def _mentions(proof: Proof) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for mention in proof.mentions:
        positions = found.setdefault(mention.kind, [])
        if mention.position not in positions:
            positions.append(mention.position)
    return found


def _pending(left: list[Path], *, log: bool) -> list[str]:
    again = "the next write tries again, and so does: morgue erase --finish"
    told = [f"purge pending: a reader still uses the log as it was; {again}"] if log else []
    return [*told, *(f"purge pending: {folder} is in use; to try again: morgue erase --finish" for folder in left)]


def _write_json(erasure: Erasure, proof: Proof | None, left: list[Path]) -> None:
    from cli.jsontext import dumps

    planned = erasure.plan
    document: dict[str, Any] = {
        "position": erasure.position,
        "status": "erased" if planned is not None else "unchanged",
        "article": erasure.article_id,
        "recorded": erasure.recorded,
        "basis": erasure.ground.basis,
        "authority": erasure.ground.authority,
        "reason": erasure.ground.reason,
        "versions": sorted(version.position for version in planned.versions) if planned is not None else [],
        "events": sorted(planned.parts) if planned is not None else [],
        "runs": sorted(planned.runs) if planned is not None else [],
        "bytes": planned.bytes if planned is not None else 0,
        "pending": _pending(left, log=erasure.pending),
        "proof": None
        if proof is None
        else {
            "parts": proof.parts,
            "files": proof.files,
            "bytes": proof.bytes,
            "needles": proof.needles,
            "mentions": [mention._asdict() for mention in proof.mentions],
            "remnants": [remnant._asdict() for remnant in proof.remnants],
        },
    }
    typer.echo(dumps(document))
