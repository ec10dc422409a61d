"""Bundles: proofs that travel as one file, with all that is needed to check them but the key. Pure.

A bundle is canonical JSON and a line feed: parsed and encoded again it gives the same bytes, so no byte of it is
without meaning, and none can be changed without a trace. Members that are not known are refused for the same reason.
docs/format.md, "Bundles".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from archive.errors import NotProvedError
from archive.merkle import HASH_SIZE
from archive.parts import SALT_BYTES
from archive.proofs.note import decode_base64, encode_base64

if TYPE_CHECKING:
    from collections.abc import Mapping

INCLUSION, CONSISTENCY = "morgue.proof.v1", "morgue.consistency.v1"
"""What the member `format` of a bundle says."""


@attrs.frozen
class ShownPart:
    """A payload part as a bundle discloses it: the salt and the uncompressed bytes."""

    salt: bytes
    content: bytes


@attrs.frozen(kw_only=True)
class ShownEvent:
    """An event in a bundle: its envelope's stored bytes, its index in the log, parts of it, and its inclusion proof."""

    envelope: bytes
    index: int
    parts: Mapping[str, ShownPart]
    proof: tuple[bytes, ...]


@attrs.frozen(kw_only=True)
class InclusionBundle:
    """That a log held events when a checkpoint of it was signed.

    The first is the event that it is about. Each further one is that which the one ahead follows on.
    """

    checkpoint: str
    events: tuple[ShownEvent, ...]


@attrs.frozen(kw_only=True)
class ConsistencyBundle:
    """That what a log was at one signed checkpoint is the beginning of what it was at another."""

    old: str
    new: str
    proof: tuple[bytes, ...]


def encode_bundle(bundle: InclusionBundle | ConsistencyBundle) -> bytes:
    """Return the bytes of a bundle."""
    document: dict[str, Any]
    if isinstance(bundle, InclusionBundle):
        document = {
            "format": INCLUSION,
            "checkpoint": bundle.checkpoint,
            "events": [
                {
                    "envelope": event.envelope.decode("ascii"),
                    "index": event.index,
                    "parts": {
                        name: {"content": encode_base64(part.content), "salt": encode_base64(part.salt)}
                        for name, part in event.parts.items()
                    },
                    "proof": [encode_base64(step) for step in event.proof],
                }
                for event in bundle.events
            ],
        }
    else:
        proof = [encode_base64(step) for step in bundle.proof]
        document = {"format": CONSISTENCY, "new": bundle.new, "old": bundle.old, "proof": proof}
    return _canonical(document)


def decode_bundle(encoded: bytes) -> InclusionBundle | ConsistencyBundle:
    """Parse a bundle. Raises NotProvedError: no bundle, a member too many or too few, not in canonical form."""
    try:
        document = json.loads(encoded.decode())
    except (ValueError, RecursionError):
        raise NotProvedError("it is no bundle: not JSON in UTF-8, or cut off") from None
    if not isinstance(document, dict) or document.get("format") not in (INCLUSION, CONSISTENCY):
        raise NotProvedError(
            f"it is no bundle that this version knows: its format is neither {INCLUSION} nor {CONSISTENCY}"
        )
    bundle = _inclusion(document) if document["format"] == INCLUSION else _consistency(document)
    if _canonical(document) != encoded:
        raise NotProvedError("it was changed: it is not in the only form that a bundle can have")
    return bundle


def _inclusion(document: dict[str, Any]) -> InclusionBundle:
    _require_members(document, {"format", "checkpoint", "events"}, "the bundle")
    events = _list(document["events"], "events")
    if not events:
        raise NotProvedError("the bundle holds no event")
    return InclusionBundle(
        checkpoint=_text(document["checkpoint"], "checkpoint"),
        events=tuple(_event(event, f"events[{number}]") for number, event in enumerate(events)),
    )


def _consistency(document: dict[str, Any]) -> ConsistencyBundle:
    _require_members(document, {"format", "new", "old", "proof"}, "the bundle")
    return ConsistencyBundle(
        old=_text(document["old"], "old"), new=_text(document["new"], "new"), proof=_hashes(document["proof"], "proof")
    )


def _event(value: object, path: str) -> ShownEvent:
    event = _require_members(value, {"envelope", "index", "parts", "proof"}, path)
    index = event["index"]
    # To Python, though not to JSON, `true` is a number.
    if type(index) is not int or index < 0:
        raise NotProvedError(f"{path}.index is not a number of an event")
    envelope = _text(event["envelope"], f"{path}.envelope")
    if not envelope.isascii():
        raise NotProvedError(f"{path}.envelope is not ASCII")
    if not isinstance(event["parts"], dict):
        raise NotProvedError(f"{path}.parts is not an object")
    return ShownEvent(
        envelope=envelope.encode("ascii"),
        index=index,
        parts={name: _part(part, f"{path}.parts.{name}") for name, part in event["parts"].items()},
        proof=_hashes(event["proof"], f"{path}.proof"),
    )


def _part(value: object, path: str) -> ShownPart:
    part = _require_members(value, {"content", "salt"}, path)
    salt = _bytes(part["salt"], f"{path}.salt")
    if len(salt) != SALT_BYTES:
        raise NotProvedError(f"{path}.salt has not {SALT_BYTES} bytes")
    return ShownPart(salt=salt, content=_bytes(part["content"], f"{path}.content"))


def _hashes(value: object, path: str) -> tuple[bytes, ...]:
    hashes = tuple(_bytes(step, f"{path}[{number}]") for number, step in enumerate(_list(value, path)))
    if any(len(step) != HASH_SIZE for step in hashes):
        raise NotProvedError(f"{path} is not a list of hashes")
    return hashes


def _require_members(value: object, names: set[str], path: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != names:
        raise NotProvedError(f"{path} has not just the members {', '.join(sorted(names))}")
    return value


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list):
        raise NotProvedError(f"{path} is not a list")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise NotProvedError(f"{path} is not a string")
    return value


def _bytes(value: object, path: str) -> bytes:
    decoded = decode_base64(_text(value, path))
    if decoded is None:
        raise NotProvedError(f"{path} is not base64 in its only spelling")
    return decoded


def _canonical(document: dict[str, Any]) -> bytes:
    try:
        return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
    except ValueError:
        raise NotProvedError("a string of it is not Unicode text") from None
