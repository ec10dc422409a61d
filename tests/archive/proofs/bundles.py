"""Both ways to check a bundle, and bundles that were changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature

from archive.errors import InconsistentError, InvalidValueError, NotProvedError
from archive.proofs import check_proof
from archive.proofs.checking import check_bundle
from archive.proofs.note import parse_verifier_key

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSALS = (InvalidSignature, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What the stand-alone program takes for a refusal."""


def holds(encoded: bytes, *lines: str) -> bool:
    """Tell whether a bundle proves something; morgue and the stand-alone program must be of one mind."""
    try:
        check_bundle(encoded, [parse_verifier_key(line) for line in lines])
        ours = True
    except (NotProvedError, InconsistentError, InvalidValueError):
        ours = False
    try:
        check_proof.check(encoded, list(lines))
        theirs = True
    except REFUSALS:
        theirs = False
    assert ours == theirs, f"morgue says {ours}, the stand-alone program {theirs}: {encoded!r}"
    return ours


def changed(encoded: bytes) -> Iterator[bytes]:
    """Yield a bundle with each byte changed in some ways, left out, and doubled; and each beginning and rest of it."""
    for place, byte in enumerate(encoded):
        head, tail = encoded[:place], encoded[place + 1 :]
        for bits in (0x01, 0x04, 0x20, 0x80):
            yield head + bytes([byte ^ bits]) + tail
        yield head + tail
        yield head + bytes([byte, byte]) + tail
    for place in range(len(encoded)):
        yield encoded[:place]
        if place:
            yield encoded[place:]
