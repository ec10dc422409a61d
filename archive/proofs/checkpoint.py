"""Checkpoints: what an archive's log was at a size, in three lines that can be signed (C2SP tlog-checkpoint). Pure.

The lines are the *origin*, which names the log; its size in decimal digits; and its Merkle root in base64.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from archive.errors import NotProvedError
from archive.ids import is_id
from archive.merkle import HASH_SIZE
from archive.proofs.note import decode_base64, encode_base64, open_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.proofs.note import VerifierKey

_DOMAIN = "morgue.invalid/"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@attrs.frozen(kw_only=True)
class Checkpoint:
    """The origin of a log, its number of events and their Merkle root. As a string it is what is signed."""

    origin: str
    size: int
    root: bytes

    @property
    def archive_id(self) -> str | None:
        """The UUID of the archive; None where another kind of log is its origin."""
        archive_id = self.origin.removeprefix(_DOMAIN)
        return archive_id if self.origin.startswith(_DOMAIN) and is_id(archive_id) else None

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


def origin_of(archive_id: str) -> str:
    """Return the origin of an archive's log, which is the name of its keys, too.

    By the specifications both should be names like URLs without a scheme. An archive has none that is its own on the
    web, so it takes one that can be nobody's (RFC 6761, section 6.4).
    """
    return _DOMAIN + archive_id


def parse_checkpoint(text: str) -> Checkpoint:
    """Parse the text of a note. Raises NotProvedError where it has not exactly the three lines."""
    lines = text.split("\n")
    root = decode_base64(lines[2]) if len(lines) > 2 else None
    if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NotProvedError("it is no checkpoint: an origin, a size and a root, a line each")
    if root is None or len(root) != HASH_SIZE:
        raise NotProvedError("the root of the checkpoint is not 32 bytes in base64")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def open_checkpoint(signed: str, keys: Iterable[VerifierKey], *, alone: bool = False) -> Checkpoint:
    """Return what a signed checkpoint states. Raises NotProvedError, also where its signer has another name.

    `keys` and `alone` are those of `note.open_note`.
    """
    text, signer = open_note(signed, keys, alone=alone)
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin != signer.name:
        raise NotProvedError(f"the checkpoint is of {checkpoint.origin}, the key is of {signer.name}")
    return checkpoint
