"""Signed notes: a text, and Ed25519 signatures below it, as C2SP's signed-note specifies them. Pure.

A note is a text of lines, an empty line, and a line for each signature: an em dash, the name of the key, and in base64
four bytes that tell keys of one name apart (the *key id*) and the signature over the text. Keys are written as lines,
too: a *verifier key* is `name+id+base64`, its private half `PRIVATE+KEY+name+id+base64` as in Go's package
golang.org/x/mod/sumdb/note. The first of the bytes in base64 names the algorithm; 1, the only one here, is Ed25519.

Base64 is that of RFC 4648 section 4, with padding, and in one spelling only.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from typing import TYPE_CHECKING

import attrs

from archive.errors import InvalidValueError, NotProvedError, UnknownSignerError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 1_000_000
"""A note above this is refused."""

_ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"
_KEY = re.compile(r"(?P<name>[^+\s]+)\+(?P<id>[0-9a-f]{8})\+(?P<material>[A-Za-z0-9+/=]+)")
_SIGNATURE = re.compile(r"— (?P<name>[^+\s]+) (?P<signature>[A-Za-z0-9+/=]+)")


@attrs.frozen
class VerifierKey:
    """A public key and its name. As a string it is the line that one publishes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand in front of its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode_base64(_ED25519 + self.public)}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the signature over a message is this key's."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@attrs.frozen
class SigningKey:
    """A private key and its name. `str` and `repr` do not show the secret; `private_line` does."""

    name: str
    _seed: bytes = attrs.field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(self._seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def private_line(self) -> str:
        """Return the key as its file has it: a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{encode_base64(_ED25519 + self._seed)}"

    def signature(self, message: bytes) -> bytes:
        """Return the signature over a message, 64 bytes; of one message always the same."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed).sign(message)


def new_signing_key(name: str) -> SigningKey:
    """Return a new key, made of 32 random bytes."""
    return SigningKey(name, os.urandom(32))


def parse_verifier_key(line: str) -> VerifierKey:
    """Return the public key that a line states. Raises InvalidValueError, also where its id is not its own."""
    name, key_id, public = _parts_of_key(line, "verifier key")
    key = VerifierKey(name, public)
    if key.id != key_id:
        raise InvalidValueError(
            f"the verifier key of {name!r} was changed: its id {key_id.hex()} is not that of its bytes"
        )
    return key


def parse_signing_key(line: str) -> SigningKey:
    """Return the private key that a line states. Raises InvalidValueError, without the line."""
    if not line.startswith(_PRIVATE):
        raise InvalidValueError("it does not begin with PRIVATE+KEY+, so it is no private key for signed notes")
    name, key_id, seed = _parts_of_key(line.removeprefix(_PRIVATE), "private key")
    key = SigningKey(name, seed)
    if key.verifier.id != key_id:
        raise InvalidValueError("the private key was changed: its id is not that of its bytes")
    return key


def sign(text: str, key: SigningKey) -> str:
    """Return a note: the text, which must end its last line, and a signature below it."""
    if not text.endswith("\n") or not _is_plain(text):
        raise InvalidValueError("the text of a note must be whole lines without control characters")
    signature = key.verifier.id + key.signature(text.encode())
    return f"{text}\n— {key.name} {encode_base64(signature)}\n"


def open_note(signed: str, keys: Iterable[VerifierKey], *, alone: bool = False) -> tuple[str, VerifierKey]:
    """Return the text of a note, and which of the keys signed it. Raises NotProvedError where none did.

    Signatures of other keys are passed over, as the specification demands; with `alone` they are refused.
    A signature that names one of the keys and is not its own is refused even beside one that holds.
    """
    text, lines = _split(signed)
    if alone and len(lines) != 1:
        raise NotProvedError(f"the checkpoint has {len(lines)} signatures where there must be one")
    known = {(key.name, key.id): key for key in keys}
    signer: VerifierKey | None = None
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        decoded = decode_base64(match["signature"]) if match is not None else None
        if match is None or decoded is None or len(decoded) < 5:
            raise NotProvedError("a line of signature is not of the form of a signed note")
        key = known.get((match["name"], decoded[:4]))
        if key is None:
            continue
        if not key.verifies(decoded[4:], text.encode()):
            raise NotProvedError(f"the signature of {key.name} does not hold: text or signature were changed")
        signer = signer or key
    if signer is None:
        raise UnknownSignerError("it is not signed by the key that was given; is it the right one?")
    return text, signer


def without_other_signatures(signed: str, key: VerifierKey) -> str:
    """Return a note with the signatures of one key only, such as without those of witnesses."""
    text, lines = _split(signed)
    ours = dict.fromkeys(line for line in lines if _is_of(line, key))
    return text + "\n" + "".join(f"{line}\n" for line in ours)


def encode_base64(data: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes | None:
    """Return the bytes of base64, None where it is none, or not in its only spelling."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return decoded if encode_base64(decoded) == text else None


def _split(signed: str) -> tuple[str, list[str]]:
    """Return the text of a note, with the end of its last line, and the lines of signatures."""
    if len(signed) > MOST_BYTES or not _is_plain(signed):
        raise NotProvedError("it is no signed note: it is too long, or holds control characters")
    text, separator, signatures = signed.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NotProvedError("it is no signed note: a text, an empty line, and lines of signatures")
    return text + "\n", signatures[:-1].split("\n")


def _is_plain(text: str) -> bool:
    """Tell whether a text is UTF-8 without control characters but line feeds."""
    return not re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", text)


def _is_of(line: str, key: VerifierKey) -> bool:
    match = _SIGNATURE.fullmatch(line)
    decoded = decode_base64(match["signature"]) if match is not None else None
    return match is not None and decoded is not None and (match["name"], decoded[:4]) == (key.name, key.id)


def _parts_of_key(line: str, what: str) -> tuple[str, bytes, bytes]:
    """Return name, id and the 32 bytes of a key."""
    match = _KEY.fullmatch(line.strip())
    material = decode_base64(match["material"]) if match is not None else None
    if match is None or material is None:
        raise InvalidValueError(f"that is no {what}, which has the form name+id+base64; print one with: morgue key")
    if material[:1] != _ED25519 or len(material) != 33:
        raise InvalidValueError(f"the {what} of {match['name']!r} is not one of Ed25519, the only kind that is known")
    return match["name"], bytes.fromhex(match["id"]), material[1:]
