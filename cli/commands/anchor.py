"""`morgue anchor`: have the time of a checkpoint attested by somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import opened
from cli.proofs import (
    CheckpointOption,
    KeyFileOption,
    OutputOption,
    about,
    read_certificates,
    read_file,
    read_note,
    write,
)
from cli.runs import agent
from cli.terminal import clean, note

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.proofs.anchors import Anchor

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def anchor(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    request: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a request; with --receipt, the request that it answers (by default its .tsq)."
        ),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take the authority's receipt into the log.")
    ] = None,
    ca: Annotated[
        list[Path] | None,
        typer.Option(
            "--ca",
            metavar="FILE",
            help="With --receipt: certificates of the authority that you trust; may be repeated.",
        ),
    ] = None,
    export: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Write the receipt of the anchor at this position to the --output."),
    ] = None,
    output: OutputOption = None,
    checkpoint: CheckpointOption = None,
    key: KeyFileOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> None:
    """Have others attest when a checkpoint existed: write a request, take the receipt in, or list those there are.

    The request is one of RFC 3161 for the signed checkpoint, which is written beside it as FILE.checkpoint. morgue does
    not send it: hand it to a timestamping authority, such as by curl. Its receipt is recorded in the log if it answers
    just this request; with --ca, also its signature is checked, which else is left to whoever relies on it.

    A line for each anchor: position, the attested time, how many events it covers, the authority, `checked` or not.
    """
    if receipt is None and ca:
        raise typer.BadParameter("is for --receipt, whose signature it checks", param_hint="'--ca'")
    if receipt is not None and key is not None:
        raise typer.BadParameter("signs nothing here; leave it out", param_hint="'--key'")
    if (export is None) != (output is None) or (export is not None and (receipt or request)):
        raise typer.BadParameter("goes with --output, and with nothing else", param_hint="'--export'")
    if receipt is None and request is None and (checkpoint is not None or key is not None):
        raise typer.BadParameter("is for --request", param_hint="'--checkpoint', '--key'")
    with opened(context) as archive:
        if receipt is not None:
            made = _take(
                archive, receipt, request=request, checkpoint=checkpoint, ca=ca or [], arguments=context.obj.arguments
            )
            typer.echo(_as_json(made) if json else _as_line(made))
            if not made.checked:
                note("the signature was not checked; name the authority's certificates with --ca")
        elif export is not None and output is not None:
            _write_receipt(archive, export, output, as_json=json)
        elif request is not None:
            _write_request(archive, request, checkpoint, key, as_json=json)
        else:
            from archive.proofs.anchors import anchors

            there = anchors(archive)
            for one in there:
                typer.echo(_as_json(one) if json else _as_line(one))
            if not there:
                note("there are no anchors yet; begin with: morgue anchor --request FILE")


def _write_request(
    archive: Archive, request: Path, checkpoint: Path | None, key: Path | None, *, as_json: bool
) -> None:
    from archive.proofs.receipt import request_timestamp
    from archive.proofs.signing import compare_with_log, own_signature, sign_checkpoint

    if checkpoint is None:
        signed = sign_checkpoint(archive, key)
    else:
        # As a proof holds it, so that the timestamp is for what stands in there.
        with about(checkpoint):
            signed, _ = own_signature(archive, read_note(checkpoint))
            compare_with_log(archive, signed)
    beside = _beside(request)
    # First what the request is about: a request without it would be of no use.
    write(signed.encode(), beside)
    write(request_timestamp(signed.encode()), request)
    _told({"request": str(request), "checkpoint": str(beside)}, request, beside, as_json=as_json)


def _told(members: dict[str, object], written: Path, beside: Path, *, as_json: bool) -> None:
    """Tell which two files were written."""
    if as_json:
        from cli.jsontext import dumps

        typer.echo(dumps(members))
    else:
        note(f"wrote {written}, and the checkpoint that it is for: {beside}")


def _take(
    archive: Archive,
    receipt: Path,
    *,
    request: Path | None,
    checkpoint: Path | None,
    ca: list[Path],
    arguments: tuple[str, ...],
) -> Anchor:
    from archive.proofs.anchors import record_anchor
    from archive.proofs.receipt import MOST_BYTES
    from archive.proofs.signing import compare_with_log

    received = read_file(receipt, MOST_BYTES)
    asked = request or receipt.with_suffix(".tsq")
    signed = checkpoint or _beside(asked)
    for needed, what, how in (
        (asked, "the request that the receipt answers", "--request"),
        (signed, "the checkpoint that the request is for", "--checkpoint"),
    ):
        if str(needed) != "-" and not needed.is_file():
            raise typer.BadParameter(f"{what} is not at {needed}; name its file", param_hint=f"'{how}'")
    authorities = read_certificates(ca)
    content = read_note(signed)
    with about(signed):
        compare_with_log(archive, content)
    with about(receipt):
        return record_anchor(
            archive,
            signed=content,
            request=read_file(asked, MOST_BYTES),
            receipt=received,
            authorities=authorities,
            arguments=arguments,
            agent=agent(),
        )


def _write_receipt(archive: Archive, position: int, output: Path, *, as_json: bool) -> None:
    """Write what somebody else needs to check an anchor: the receipt, and the checkpoint that it is for."""
    from archive.proofs.anchors import NoSuchAnchorError, anchors, receipt_of

    for one in anchors(archive):
        if one.position == position:
            write(one.checkpoint.encode(), _beside(output))
            write(receipt_of(archive, one), output)
            members = {"position": position, "receipt": str(output), "checkpoint": str(_beside(output))}
            _told(members, output, _beside(output), as_json=as_json)
            return
    raise NoSuchAnchorError(position)


def _beside(request: Path) -> Path:
    return request.with_name(request.name + ".checkpoint")


def _as_line(made: Anchor) -> str:
    checked = "checked" if made.checked else "not checked"
    return f"{made.position}\t{clean(made.time[:19])}Z\t{made.size}\t{clean(made.authority or '-')}\t{checked}"


def _as_json(made: Anchor) -> str:
    from cli.jsontext import dumps

    return dumps(
        {
            "position": made.position,
            "time": made.time,
            "size": made.size,
            "authority": made.authority,
            "checked": list(made.checked),
            "checkpoint": made.checkpoint,
        }
    )
