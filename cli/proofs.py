"""What the commands about proofs share: files that are read and written, and keys as they are typed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography.x509 import Certificate

    from archive.proofs.note import VerifierKey

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write it to a file instead of standard output."),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The private key, where it is not in the folder of keys."),
]
CheckpointOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A checkpoint that was signed before; by default a new one is signed."),
]

_LONGEST_NOTE = 1 << 20


def read_note(path: Path) -> str:
    """Return the text of a file with a signed note; - is standard input. Raises NotProvedError, OSError."""
    from archive.errors import NotProvedError

    content = read_file(path, _LONGEST_NOTE)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise NotProvedError(f"{path}: it is no checkpoint: not UTF-8") from None


def read_file(path: Path, longest: int | None = None) -> bytes:
    """Return the bytes of a file, one more than `longest` at most; - is standard input. Raises OSError."""
    if str(path) == "-":
        return sys.stdin.buffer.read(-1 if longest is None else longest + 1)
    with path.open("rb") as file:
        return file.read(-1 if longest is None else longest + 1)


@contextmanager
def about(path: Path | None) -> Iterator[None]:
    """Name the file of which something is told, if there is one. Raises what the block raises."""
    from archive.errors import InconsistentError, NotProvedError

    try:
        yield
    except (NotProvedError, InconsistentError) as error:
        if path is None:
            raise
        told = str(error)
        raise type(error)(told if told.startswith(str(path)) else f"{path}: {told}") from None


def write(content: bytes, path: Path | None) -> None:
    """Write bytes to a file, or to standard output where none is named.

    The file is readable for its owner only, and there when it is complete. Raises StorageError, OSError.
    """
    if path is None or str(path) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    else:
        from archive.moving.placing import new_file

        with new_file(path) as file:
            file.write(content)


def read_certificates(paths: Sequence[Path]) -> list[Certificate]:
    """Return the certificates of files in PEM or DER. Raises InvalidValueError, OSError."""
    from archive.errors import InvalidValueError
    from archive.proofs.receipt import parse_certificates

    certificates: list[Certificate] = []
    for path in paths:
        try:
            certificates += parse_certificates(read_file(path))
        except InvalidValueError as error:
            raise InvalidValueError(f"{path}: {error}") from None
    return certificates


def verifier_keys(stated: Sequence[str]) -> list[VerifierKey]:
    """Return public keys as they were typed, or as the files hold them that were named. Raises InvalidValueError."""
    from archive.errors import InvalidValueError
    from archive.proofs.note import parse_verifier_key

    lines: list[str] = []
    for one in stated:
        path = Path(one)
        # A key has two plus signs; a file that is called so can be named as ./file.
        is_name = one.count("+") < 2 or one.startswith(("/", "."))
        is_file = is_name and path.is_file()
        if is_name and not is_file:
            raise InvalidValueError(f"{one!r} is neither a public key, as `morgue key` prints it, nor a file with one")
        lines += path.read_text("utf-8", "replace").splitlines() if is_file else [one]
    keys = [parse_verifier_key(line) for line in lines if line.strip()]
    if stated and not keys:
        raise InvalidValueError(f"there is no key in {', '.join(stated)}; `morgue key` prints it")
    return keys
