"""`morgue key`: the public key of the archive; a new one."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import opened
from cli.proofs import KeyFileOption
from cli.runs import agent
from cli.terminal import note

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def key(
    context: typer.Context,
    new: Annotated[bool, typer.Option("--new", help="Make a new key; the old one signs it, and is deleted.")] = False,
    old_key: KeyFileOption = None,
) -> None:
    """Print the public key of the archive: the line by which others check its checkpoints and proofs.

    Publish it where you cannot change it unnoticed, together with a checkpoint. The private key is kept in a folder of
    your own, away from the archive: keep a copy, and keep it secret. With --new the archive gets another key, which is
    recorded; where the old private key is lost nothing vouches for the new one, so publish it anew.
    """
    if old_key is not None and not new:
        raise typer.BadParameter("is for --new: the file of the old private key", param_hint="'--key'")
    with opened(context) as archive:
        from archive.proofs.key_history import current_key, rotate

        if not new:
            typer.echo(str(current_key(archive)))
            return
        made = rotate(archive, old_key, arguments=context.obj.arguments, agent=agent())
        typer.echo(str(made.key))
        if not made.vouched:
            note("no older private key vouches for this key: publish it as you published the first one")
