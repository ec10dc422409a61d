"""`morgue replay`: run a search again by its receipt."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import indexed, opened

if TYPE_CHECKING:
    from index.receipts import Receipt

app = typer.Typer(rich_markup_mode=None, add_completion=False)

DIFFERENT = 1


@app.command()
def replay(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A receipt; - is standard input.", show_default=False),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Run a search again by the receipt that `morgue search --receipt` wrote, and compare.

    It is searched as of the same event, so that what was added, revised, retracted or withheld since makes no
    difference. What does is told for each hit: that it was erased, or others were, which changes what scores are made
    of; that the archive's history was rewritten, or that it is another archive; that another version of morgue answers.

    Exit code 0 if the result is identical, 1 if it is not.
    """
    receipt = _read(file)
    with opened(context) as archive:
        from cli.replaying import as_text
        from index.replaying import replay as run_again

        with indexed(archive) as index:
            outcome = run_again(archive, index, receipt)
        if json:
            from cli.jsontext import dumps

            typer.echo(dumps(outcome.as_dict()))
        else:
            sys.stdout.writelines(f"{line}\n" for line in as_text(archive, outcome))
        return 0 if outcome.identical else DIFFERENT


def _read(file: Path) -> Receipt:
    """Read a receipt. Raises InvalidValueError where it is none."""
    from archive.errors import InvalidValueError
    from index.receipts import from_bytes

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InvalidValueError(f"{file} cannot be read: {error.strerror}") from None
    try:
        return from_bytes(content)
    except InvalidValueError as error:
        raise InvalidValueError(f"{file}: {error}") from None
