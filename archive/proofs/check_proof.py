"""Check a proof that morgue made, without morgue: this file stands alone, to be read by whoever has to rely on it.

    python check_proof.py BUNDLE KEY [KEY ...]

BUNDLE is the file of the proof; KEY is the line that the archive's owner has published, `name+id+base64`. Needed are
Python 3.11 and the library `cryptography`, for signatures by Ed25519. Exit code 0 says that the proof holds, 5 that it
does not, 2 that the program was called wrongly. What each step means is in docs/format.md of morgue, section "Bundles".
"""

import base64
import hashlib
import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VERSION = re.compile(r"morgue\.article\.(added|revised|amended)\.v\d+")  # of an event with a version of an article


def require(condition: object, what: str) -> None:
    """Stop where a condition does not hold."""
    if not condition:
        raise ValueError(what)


def unbase64(text: str) -> bytes:
    """Return the bytes of base64 that is in its only spelling."""
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 in another spelling than its own")
    return data


def canonical(value: object) -> str:
    """Return JSON in the one form that is allowed: names sorted, no white space, nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_key(line: str) -> tuple[str, bytes, bytes]:
    """Return name, id and public key of a verifier key (c2sp.org/signed-note)."""
    name, key_id, material = line.strip().split("+", 2)
    key, made = unbase64(material), hashlib.sha256(name.encode() + b"\n" + unbase64(material)).digest()[:4]
    require(len(key) == 33 and key[0] == 1 and made.hex() == key_id, "that is no key by Ed25519, or it was changed")
    return name, made, key[1:]


def read_checkpoint(signed: str, keys: list[tuple[str, bytes, bytes]]) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint that one of the keys, and nobody else, signed (tlog-checkpoint)."""
    match = re.fullmatch("(([^\n ]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n)\n— ([^\n ]+) ([^\n]+)\n", signed)
    if match is None:
        raise ValueError("it has no checkpoint, or one that is not signed once")
    text, origin, size, root, name, signature = match.groups()
    signed_by = [public for known, key_id, public in keys if (known, key_id) == (name, unbase64(signature)[:4])]
    require(signed_by and name == origin, "the checkpoint is not signed by the key that was given")
    Ed25519PublicKey.from_public_bytes(signed_by[0]).verify(unbase64(signature)[4:], text.encode())
    require(len(unbase64(root)) == 32, "the root is not 32 bytes")
    return origin, int(size), unbase64(root)


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def walk(fn: int, sn: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """Return the roots `fr` and `sr` that a path leads to (RFC 9162, sections 2.1.3.2 and 2.1.4.2, in their words)."""
    fr = sr = path[0]
    for step in path[1:]:
        require(sn, "the proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node(step, fr), node(step, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, step)
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0, "the proof is too short")
    return fr, sr


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> None:
    """Check that the tree of `new` leaves begins with that of `old` leaves (RFC 9162, section 2.1.4.2)."""
    require(old <= new, "the checkpoints are in the wrong order")
    if old in {0, new}:
        same = old_root == (new_root if old else hashlib.sha256().digest())
        return require(same and not proof, "the checkpoints are not of one log")
    height = (old & -old).bit_length() - 1  # of the last perfect subtree of the earlier tree, where the path begins
    roots = walk((old - 1) >> height, (new - 1) >> height, proof if old & (old - 1) else [old_root, *proof])
    return require(roots == (old_root, new_root), "the later log does not begin with the earlier one")


def check_event(event: dict[str, Any], size: int, root: bytes) -> tuple[int, dict[str, str], dict[str, bytes]]:
    """Return index and envelope of an event that was in the log, and the bytes of those of its parts that are shown."""
    require(set(event) == {"envelope", "index", "parts", "proof"}, "an event with members too many or too few")
    index, envelope = event["index"], json.loads(event["envelope"])
    require(type(index) is int and 0 <= index < size, "the log had no such event yet")
    require(canonical(envelope) == event["envelope"], "the envelope was changed")
    leaf = hashlib.sha256(b"\x00" + event["envelope"].encode()).digest()
    _, computed = walk(index, size - 1, [leaf, *map(unbase64, event["proof"])])
    require(computed == root, "the event was not in the log that was signed")
    parts = {}
    for name, part in event["parts"].items():
        require(set(part) == {"content", "salt"}, "a part that is not a content and its salt")
        salt, parts[name] = unbase64(part["salt"]), unbase64(part["content"])
        committed = hashlib.sha256(b"morgue.part.v1\x00" + salt + parts[name]).hexdigest()
        require(len(salt) == 32 and envelope[name + "commitment"] == committed, f"the part {name!r} was changed")
    return index, envelope, parts


def check(encoded: bytes, lines: list[str]) -> str:
    """Return what a bundle proves, in words; raises an exception of some kind where it proves nothing."""
    keys = [read_key(line) for line in lines]
    bundle = json.loads(encoded.decode())
    require((canonical(bundle) + "\n").encode() == encoded, "the file was changed")
    if bundle["format"] == "morgue.consistency.v1":
        require(set(bundle) == {"format", "new", "old", "proof"}, "members too many or too few")
        origin, old, old_root = read_checkpoint(bundle["old"], keys)
        other, new, new_root = read_checkpoint(bundle["new"], keys)
        require(origin == other, "two checkpoints of two logs")
        check_consistency(old, old_root, new, new_root, [unbase64(step) for step in bundle["proof"]])
        return f"the log {origin} of {new} events begins with all {old} that it had before"
    known = bundle["format"] == "morgue.proof.v1" and set(bundle) == {"checkpoint", "events", "format"}
    require(known, "a format that this program does not know, or members too many or too few")
    origin, size, root = read_checkpoint(bundle["checkpoint"], keys)
    events = [check_event(event, size, root) for event in bundle["events"]]
    for (index, later, _), (before, earlier, _) in pairwise(events):  # a new reading, and the version that was read
        same = (later["causationid"], later["subject"]) == (earlier["id"], earlier["subject"])
        kinds = VERSION.fullmatch(earlier["type"]) and later["type"].startswith("morgue.article.amended.")
        require(same and kinds and before < index, "an event that has no business here")
    (index, envelope, parts), original = events[0], events[-1][2].get("original")
    article = json.loads(parts.get("article", b"null")) if VERSION.fullmatch(envelope["type"]) else None
    if article and original is not None:
        stated = article["original"]["digest"]
        require(hashlib.sha256(original).hexdigest() == stated, "it is the original of another article")
    return f"the log {origin} of {size} events has at index {index}\n{json.dumps(envelope)}\n{json.dumps(article)}"


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(sys.stderr.write(__doc__) and 2)
    try:
        sys.stdout.write(f"it holds: {check(Path(sys.argv[1]).read_bytes(), sys.argv[2:])}\n")
    except (InvalidSignature, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        sys.stderr.write(f"IT DOES NOT HOLD: {error!r}\n")
        sys.exit(5)
