"""Signing checkpoints of an archive's log, never two that contradict each other; and comparing one with the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import keys, merkle
from archive.errors import DamagedError, InconsistentError, NotProvedError, SigningKeyError, UnknownSignerError
from archive.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of, parse_checkpoint
from archive.proofs.key_history import current_key, key_history
from archive.proofs.note import open_note, sign, without_other_signatures

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from archive.proofs.note import VerifierKey


def sign_checkpoint(archive: Archive, key_file: Path | None = None) -> str:
    """Return a signed checkpoint of the log as it is now; the key is that of a file, by default the one that is kept.

    What was signed last with the file is compared first. Its successor is kept beside the key, synced, before this
    returns. Raises InconsistentError where the log does not extend it: this happens where an older copy of the archive
    was put back, or its history rewritten. Raises SigningKeyError, BusyError, DamagedError.
    """
    path = key_file if key_file is not None else keys.path_of(archive.id)
    current = current_key(archive)
    with keys.held(path, timeout=archive.store.lock_timeout):
        key = keys.load(path) if key_file is not None else keys.load_current(archive.id, current)
        if key.verifier != current:
            raise SigningKeyError(
                f"the key of {path} is {key.verifier}, and that of the archive is {current}; name the file of that one "
                "with --key, or make a new key with: morgue key --new"
            )
        checkpoint = _head(archive)
        last = keys.last_signed(path)
        if last is not None:
            _require_extension(archive, checkpoint, parse_checkpoint(last.partition("\n\n")[0] + "\n"))
        signed = sign(str(checkpoint), key)
        if signed != last:
            keys.keep_signed(path, signed)
    return signed


def compare_with_log(archive: Archive, signed: str) -> Checkpoint:
    """Return what a signed checkpoint states, if an archive's log begins with just that.

    Raises NotProvedError where none of the archive's keys signed it, InconsistentError where the log is shorter or
    another one, DamagedError.
    """
    checkpoint = open_own_checkpoint(archive, signed)
    _require_extension(archive, _head(archive), checkpoint)
    return checkpoint


def open_own_checkpoint(archive: Archive, signed: str) -> Checkpoint:
    """Return what a checkpoint states that a key of an archive has signed. Raises NotProvedError."""
    try:
        return open_checkpoint(signed, [recorded.key for recorded in key_history(archive)])
    except UnknownSignerError:
        # Nobody vouches for what it says, but it may tell what was mixed up.
        stated = parse_checkpoint(signed.rpartition("\n\n")[0] + "\n").origin
        own = origin_of(archive.id)
        if stated != own:
            raise NotProvedError(f"it is a checkpoint of {stated}, not of this archive, {own}") from None
        raise NotProvedError("none of the keys of this archive has signed it") from None


def own_signature(archive: Archive, signed: str) -> tuple[str, VerifierKey]:
    """Return a checkpoint with its signature by a key of the archive, and no other; and that key.

    In what others check by that key alone, nobody could tell whether the signature of a witness was changed. Raises
    NotProvedError where none of the archive's keys signed it.
    """
    open_own_checkpoint(archive, signed)
    _, key = open_note(signed, [recorded.key for recorded in reversed(key_history(archive))])
    return without_other_signatures(signed, key), key


def _head(archive: Archive) -> Checkpoint:
    size, frontier = archive.store.head()
    return Checkpoint(origin=origin_of(archive.id), size=size, root=merkle.root_of(size, frontier))


def _require_extension(archive: Archive, now: Checkpoint, before: Checkpoint) -> None:
    """Check that a log which is now `now` extends what it was `before`. Raises InconsistentError, DamagedError."""
    if before.origin != now.origin:
        raise InconsistentError(f"the checkpoint is of {before.origin}, not of this archive, {now.origin}")
    if before.size > now.size:
        raise InconsistentError(
            f"a checkpoint says that the log had {before.size} events; it has {now.size}: events were cut off, or an "
            "older copy of the archive was put back"
        )
    try:
        proof = merkle.prove_consistency(before.size, now.size, archive.store)
        merkle.check_consistency(old=before.size, old_root=before.root, new=now.size, new_root=now.root, proof=proof)
    except merkle.MissingHashesError as error:
        raise DamagedError(None, str(error)) from None
    except merkle.ProofError:
        raise InconsistentError(
            f"the first {before.size} events of the log are not those that a checkpoint was signed for: history was "
            "rewritten, or the archive is damaged; run: morgue verify"
        ) from None
