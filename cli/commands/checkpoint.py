"""`morgue checkpoint`: sign what the log is now; compare what was signed before with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import opened
from cli.facts import counted
from cli.main import DAMAGED
from cli.proofs import KeyFileOption, OutputOption, read_note, write
from cli.streams import say
from cli.terminal import clean

if TYPE_CHECKING:
    from archive.archive import Archive

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def checkpoint(
    context: typer.Context,
    check: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Compare a checkpoint with the log instead; may be repeated."),
    ] = None,
    key: KeyFileOption = None,
    output: OutputOption = None,
    json: Annotated[bool, typer.Option("--json", help="With --check, print a JSON object a line.")] = False,
) -> int:
    """Sign the state of the log: its size and its root, a few lines that you publish or give away.

    Whoever has them can tell later whether the archive still holds all that it held, unchanged. The last checkpoint is
    kept beside the private key; where the log does not go on from there, as after an older copy was put back, nothing
    is signed and the exit code is 5.

    With --check, checkpoints that were signed before are compared with the log, and so with each other: exit code 5
    where one is not signed by a key of the archive, or the log does not begin with what it states. To have that checked
    without the archive, see `morgue prove --since`.
    """
    if check:
        if key is not None or output is not None:
            raise typer.BadParameter("compares and signs nothing; leave --key and --output out", param_hint="'--check'")
        with opened(context) as archive:
            # A list, not a generator: each is told.
            return max([_compare(archive, path, as_json=json) for path in check])
    if json:
        raise typer.BadParameter("is for --check; a checkpoint has a form of its own", param_hint="'--json'")
    with opened(context) as archive:
        from archive.proofs.signing import sign_checkpoint

        write(sign_checkpoint(archive, key).encode(), output)
    return 0


def _compare(archive: Archive, path: Path, *, as_json: bool) -> int:
    """Tell how a checkpoint compares with the log; return the exit code that is its own."""
    from archive.errors import InconsistentError, NotProvedError
    from archive.proofs.signing import compare_with_log

    try:
        found = compare_with_log(archive, read_note(path))
    except (InconsistentError, NotProvedError) as error:
        if as_json:
            _print_json({"checkpoint": str(path), "ok": False, "problem": str(error)})
        else:
            say(clean(f"{path}: {error}"))
        return DAMAGED
    since = archive.size() - found.size
    if as_json:
        _print_json({"checkpoint": str(path), "ok": True, "size": found.size, "root": found.root.hex(), "since": since})
    else:
        typer.echo(clean(f"ok: {path}: the log begins with these {counted(found.size, 'event')}, {since:,} came since"))
    return 0


def _print_json(members: dict[str, object]) -> None:
    from cli.jsontext import dumps

    typer.echo(dumps(members))
