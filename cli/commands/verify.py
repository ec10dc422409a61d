"""`morgue verify`: check every stored byte."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import opened
from cli.facts import counted
from cli.jsontext import dumps
from cli.main import DAMAGED, FAILED
from cli.progress import progress_bar
from cli.terminal import clean, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.archive import Archive
    from archive.verification import Verified

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def verify(
    context: typer.Context,
    incremental: Annotated[
        bool,
        typer.Option(
            "--incremental",
            help="Look only at what came since the last verification that found nothing. It does not see a change of "
            "what was verified before, but for the hashes of its events; nor what SQLite's own check would find.",
        ),
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Check too that the log begins with all that a checkpoint states: what was signed cannot have been "
            "written anew since.",
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VKEY",
            help="The public key that must have signed the checkpoint, or a file that holds it; by default those that "
            "the archive names itself.",
        ),
    ] = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print a JSON object a line: one for each problem, and a last one that sums up."),
    ] = False,
) -> int:
    """Check every stored byte against the hashes that were recorded with it.

    Finds any change of an event, a payload, the order, the tree, the lookup table or the schema, and names the
    position; nothing is repaired. If the index has seen a longer log, or another one, that is told too. It cannot tell
    that an owner has rewritten everything consistently. Damage of the index is told on standard error: it is no damage
    of the archive.
    """
    if key and checkpoint is None:
        raise typer.BadParameter("a key is for a checkpoint; name one with --checkpoint", param_hint="'--key'")
    with opened(context) as archive:
        from archive import failing
        from archive.verification import Verification
        from archive.verification.verified import recall, remember

        since = recall(archive.path, archive.id) if incremental else None
        if incremental and since is None:
            note("it was never verified, as far as is known: all of it is")
        verification = Verification(
            archive, since=since, checkpoint=None if checkpoint is None else _stated(archive, checkpoint, key or ())
        )
        found, failed_before = 0, failing.failures()

        def tell(position: int | None, problem: str, line: str) -> None:
            nonlocal found
            found += 1
            typer.echo(dumps({"position": position, "problem": problem}) if json else clean(line))

        with progress_bar("verifying") as bar:
            for problem in verification.problems(bar.step):
                tell(problem.position, problem.message, str(problem))
        if (testimony := _testimony(archive)) is not None:
            tell(None, testimony, testimony)
        verified = verification.verified
        sound = not found and verified is not None
        if sound and verified is not None:
            with suppress(OSError):
                # Whoever reads another's archive cannot, and needs not.
                remember(archive.path, verified)
        if json:
            typer.echo(dumps({**_summary(archive, verified, since), "ok": sound, "problems": found}))
        elif sound and verified is not None:
            typer.echo(_sound(verified, since))
        if failing.failures() > failed_before:
            note("a read of the disk failed: try again, as nobody knows what is there")
            return FAILED
        return 0 if sound else DAMAGED


def _summary(archive: Archive, verified: Verified | None, since: Verified | None) -> dict[str, object]:
    """Return what was verified, as JSON has it: `looked_at` of the `events`; null where that could not be found out."""
    size = None if verified is None else verified.size
    return {
        "archive": archive.id,
        "events": size,
        "looked_at": size if since is None or size is None else size - since.size,
        "root": None if verified is None else verified.root,
        "since": None if since is None else since.time,
    }


def _stated(archive: Archive, path: Path, stated_keys: Sequence[str]) -> tuple[int, bytes]:
    """Return the size and the root that a checkpoint states of an archive. Raises NotProvedError, InvalidValueError."""
    from archive.errors import InconsistentError
    from archive.proofs.checkpoint import open_checkpoint, origin_of
    from archive.proofs.signing import open_own_checkpoint
    from cli.proofs import about, read_note, verifier_keys

    keys = verifier_keys(stated_keys)
    signed = read_note(path)
    with about(path):
        checkpoint = open_checkpoint(signed, keys) if keys else open_own_checkpoint(archive, signed)
        if checkpoint.origin != origin_of(archive.id):
            raise InconsistentError(f"it is a checkpoint of {checkpoint.origin}, not of this archive")
    return checkpoint.size, checkpoint.root


def _testimony(archive: Archive) -> str | None:
    """Return what the index knows against the log; damage of the index itself is only noted."""
    from index.index import Index

    # SQLite drops the end of a damaged WAL without a word; the index remembers how far the log had come.
    index = Index(archive)
    damage = index.check()
    if damage is not None:
        # No damage of the archive: what is built from the log is built anew.
        note(damage)
    return index.witness()


def _sound(verified: Verified, since: Verified | None) -> str:
    events = counted(verified.size, "event")
    if since is not None:
        events = f"{verified.size - since.size:,} of {events}, the others verified on {since.time[:10]} or before"
    return f"ok: {events}, root {verified.root}"
