"""The members of JSON that lossless exports are made of: headers, parts; checked where they come in. Pure.

docs/format.md, "Exports".
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any

from archive import parts
from archive.errors import UnverifiedError
from archive.ids import is_id
from archive.moving.carried import Header, Tree, content_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archive.parts import Chunk

EVENTS = "morgue.events.v1"
FOLDER = "morgue.folder.v1"
"""What the header of an export calls its form."""

PART_NAME = re.compile(r"[a-z0-9]{1,30}")
_HEX = re.compile(r"[0-9a-f]{64}")

# What would drive a terminal that an export is shown on, and what some programs take for the end of a line. It stands
# within strings only, where an escape means the same.
_ACTIVE = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def dumps(value: object) -> bytes:
    """Return a value as JSON on a line of its own: members sorted, UTF-8, harmless to a terminal."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def loads(name: str, encoded: bytes, what: str) -> dict[str, Any]:
    """Parse a JSON object. Raises UnverifiedError, which names `what` it should have been."""
    try:
        value = json.loads(encoded)
    except (ValueError, RecursionError):
        raise UnverifiedError(name, f"{what} is no JSON") from None
    if not isinstance(value, dict):
        raise UnverifiedError(name, f"{what} is no JSON object")
    return value


def header_members(header: Header, form: str) -> dict[str, Any]:
    """Return the header of an export of a form."""
    stated: dict[str, Any] = {"archive": header.archive, "export": form}
    if header.tree is not None:
        stated.update(root=header.tree.root.hex(), size=header.tree.size)
    return stated


def header_from(name: str, members: Mapping[str, Any], form: str) -> Header:
    """Read the header of an export of a form. Raises UnverifiedError."""
    match members:
        case {"export": found, "archive": str(archive), "root": str(root), "size": int(size)} if (
            found == form and is_id(archive) and _HEX.fullmatch(root) and size >= 1
        ):
            return Header(archive, Tree(int(size), bytes.fromhex(root)))
        case {"export": found, "archive": str(archive)} if (
            found == form and is_id(archive) and not {"root", "size"} & members.keys()
        ):
            return Header(archive, None)
    raise UnverifiedError(name, f"its header is not that of an export of the form {form}")


def part_members(chunks: Sequence[Chunk] | None) -> dict[str, Any]:
    """Return a part: its salt, and its bytes as `text` where they are UTF-8, else as `base64`. Raises BadPartError."""
    if chunks is None:
        return {"erased": True}
    content = content_of(chunks)
    try:
        return {"salt": chunks[0].salt.hex(), "text": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"salt": chunks[0].salt.hex(), "base64": base64.b64encode(content).decode("ascii")}


def part_from(name: str, where: str, part: str, members: object) -> Sequence[Chunk] | None:
    """Read a part, None for an erased one; `where` names the event in messages. Raises UnverifiedError."""
    content: bytes
    try:
        match members:
            case {"erased": True, **rest} if not rest:
                return None
            case {"salt": str(salt), "text": str(text), **rest} if not rest and _HEX.fullmatch(salt):
                content = text.encode()
            case {"salt": str(salt), "base64": str(encoded), **rest} if not rest and _HEX.fullmatch(salt):
                content = base64.b64decode(encoded, validate=True)
            case _:
                raise UnverifiedError(
                    name, f"{where}: part {part!r} has neither a salt with its bytes, nor is it erased"
                )
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise UnverifiedError(name, f"{where}: the bytes of part {part!r} cannot be read") from None
    return packed(content, bytes.fromhex(salt))


def packed(content: bytes, salt: bytes) -> Sequence[Chunk]:
    """Return the bytes of a part as chunks, under the salt that they were committed to with."""
    return parts.pack("", content, salt).chunks
