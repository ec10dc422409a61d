"""`morgue prove`: a file by which somebody without the archive can check what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import opened
from cli.proofs import CheckpointOption, KeyFileOption, OutputOption, about, read_note, write
from cli.terminal import note

if TYPE_CHECKING:
    from archive.archive import Archive

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def prove(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="An article, or any event by its position or its own id.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = None,
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Disclose this part of the event only; may be repeated."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Keep this part back, such as origin, the path; may be repeated."),
    ] = None,
    since: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prove that the log only grew since this checkpoint instead.")
    ] = None,
    checkpoint: CheckpointOption = None,
    key: KeyFileOption = None,
) -> None:
    """Write a proof that the log holds an article, and what it says: one file, which `morgue check-proof` checks.

    It holds the event, its parts (the article's fields, its origin, its original, its text) with their salts, a signed
    checkpoint, and the hashes between the two. Whoever has the archive's public key can check it without the archive.
    It proves that the archive recorded this; not that a publisher ever wrote it, and not when, but for the archive's
    word: see `morgue anchor`.
    """
    if (identifier is None) == (since is None):
        raise typer.BadParameter("name an article or an event, or say --since FILE", param_hint="'[ID]'")
    if since is not None and (part or without):
        raise typer.BadParameter("discloses no parts; leave --part and --without out", param_hint="'--since'")
    with opened(context) as archive:
        from archive.proofs.proving import find_event, prove_event, prove_growth
        from archive.proofs.signing import compare_with_log

        if identifier is not None:
            recorded = find_event(archive, identifier)
            with about(checkpoint):
                signed = _signed(archive, checkpoint, key)
                encoded = prove_event(archive, recorded, signed, only=part or None, without=without or ())
            write(encoded, output)
            if gone := archive.store.erased_parts(recorded.position):
                note(f"erased, and so not in the proof: {', '.join(sorted(gone))}; it proves that they were recorded")
        elif since is not None:
            earlier = read_note(since)
            with about(since):
                compare_with_log(archive, earlier)
            with about(checkpoint):
                encoded = prove_growth(archive, earlier, _signed(archive, checkpoint, key))
            write(encoded, output)


def _signed(archive: Archive, checkpoint: Path | None, key: Path | None) -> str:
    """Return the checkpoint that is named, or else a new one."""
    if checkpoint is not None:
        return read_note(checkpoint)
    from archive.proofs.signing import sign_checkpoint

    return sign_checkpoint(archive, key)
