"""Signing keys: private keys of archives, in a folder of the user's own, and beside each what was last signed with it.

They are kept apart from the archives: whoever gets hold of an archive, or of its backup, cannot sign for it. The
folder has mode 0700, its files 0600:

    <archive uuid>.key          the private key, in one line (archive.proofs.note)
    <archive uuid>.new          the next one, while a rotation is on its way
    <archive uuid>.checkpoint   the last checkpoint that was signed, kept before anybody else gets to see it
    <archive uuid>.lock         held while something is signed

Durability: what a function here has written is synced, and so is its name, when it returns; a crash leaves the file
as it was before or as it is after. Concurrency: `held` keeps others from signing with a key for the length of a block.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive import lock
from archive.creating import sync_names
from archive.errors import InvalidValueError, SigningKeyError
from archive.proofs.checkpoint import origin_of
from archive.proofs.note import new_signing_key, parse_signing_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.proofs.note import SigningKey, VerifierKey

_VARIABLE = "MORGUE_KEYS"
_LONGEST = 1 << 16
"""Bytes: a file above this is no key."""


def folder() -> Path:
    """Return the folder of the keys, which need not be there: $MORGUE_KEYS, else one in the user's data folder."""
    stated = os.environ.get(_VARIABLE)
    if stated:
        return Path(stated)
    from platformdirs import user_data_path

    # Not within "morgue", which is the default archive.
    return user_data_path("morgue-keys")


def make_folder() -> None:
    """Make the folder of the keys where it is missing. Raises SigningKeyError, also where others may write in it."""
    path = folder()
    with _told(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise SigningKeyError(f"others can write in {path}, where keys are kept; run: chmod 700 '{path}'")


def path_of(archive_id: str) -> Path:
    """Return where the private key of an archive is kept, or would be."""
    return folder() / f"{archive_id}.key"


def create(archive_id: str) -> SigningKey:
    """Make a key for a new archive, and keep it. Raises SigningKeyError where it cannot be kept."""
    key = new_signing_key(origin_of(archive_id))
    path = path_of(archive_id)
    make_folder()
    if path.exists():
        raise SigningKeyError(f"{path} is there already; a key is never overwritten")
    _write(path, key.private_line() + "\n")
    return key


def load(path: Path) -> SigningKey:
    """Return the key that a file holds. Raises SigningKeyError: no such file, no key, or others could read it."""
    if not path.exists():
        raise SigningKeyError(
            f"no private key at {path}; name its file with --key, or make a new key with: morgue key --new"
        )
    try:
        return parse_signing_key(_read(path).rstrip("\n"))
    except InvalidValueError as error:
        raise SigningKeyError(f"{path}: {error}") from None


def load_current(archive_id: str, current: VerifierKey) -> SigningKey:
    """Return the private half of an archive's current key, from the folder. Raises SigningKeyError.

    Ends a rotation that was cut short after the archive had recorded it.
    """
    _end_rotation(archive_id, current)
    return load(path_of(archive_id))


def find_current(archive_id: str, current: VerifierKey) -> SigningKey | None:
    """Return the same as `load_current`, None where there is no such file."""
    _end_rotation(archive_id, current)
    path = path_of(archive_id)
    return load(path) if path.exists() else None


# Rotation: the next key is kept before the archive records it, and takes the old one's place after that.


def prepare_next(archive_id: str) -> SigningKey:
    """Make the next key of an archive, and keep it beside the current one. Raises SigningKeyError."""
    key = new_signing_key(origin_of(archive_id))
    # One that is there already was never recorded: it would have been moved.
    _write(_prepared(archive_id), key.private_line() + "\n")
    return key


def adopt_next(archive_id: str) -> None:
    """Put the next key in the place of the current one, which is gone then. Raises SigningKeyError."""
    path = path_of(archive_id)
    with _told(path):
        _prepared(archive_id).replace(path)
        sync_names(path.parent)


# What was signed last


@contextmanager
def held(path: Path, *, timeout: float) -> Iterator[None]:
    """Keep others from signing with the key of a file for a `with` block. Raises BusyError, SigningKeyError."""
    if not path.parent.is_dir():
        # There is no key either, which says more.
        load(path)
    with _told(path), lock.held(path.with_suffix(".lock"), timeout=timeout):
        yield


def last_signed(path: Path) -> str | None:
    """Return the last checkpoint that was signed with the key of a file; None where there is none."""
    kept = path.with_suffix(".checkpoint")
    return _read(kept, private=False) if kept.exists() else None


def keep_signed(path: Path, signed: str) -> None:
    """Keep a checkpoint as the last one that was signed with the key of a file: only then may it be shown."""
    _write(path.with_suffix(".checkpoint"), signed)


# Files


def _prepared(archive_id: str) -> Path:
    return folder() / f"{archive_id}.new"


def _end_rotation(archive_id: str, current: VerifierKey) -> None:
    prepared = _prepared(archive_id)
    if prepared.exists() and load(prepared).verifier == current:
        adopt_next(archive_id)


def _read(path: Path, *, private: bool = True) -> str:
    with _told(path), path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if private and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SigningKeyError(
                f"others than you can read or change the private key {path}; run: chmod 600 '{path}', and if somebody "
                "may have read it, replace it with: morgue key --new"
            )
        content = file.read(_LONGEST + 1)
    try:
        if len(content) > _LONGEST:
            raise SigningKeyError(f"{path} is too long")
        return content.decode()
    except UnicodeDecodeError:
        raise SigningKeyError(f"{path} is no text") from None


def _write(path: Path, text: str) -> None:
    """Write a file of mode 0600 and sync it, so that it is there whole or not at all."""
    draft = path.with_name(path.name + f".{os.urandom(4).hex()}")
    with _told(path):
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            # A crash before this leaves the file as it was, and a draft that means nothing.
            draft.replace(path)
            sync_names(path.parent)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Make of what the system says an error that names the file."""
    try:
        yield
    except OSError as error:
        raise SigningKeyError(
            f"{path}: {error.strerror or error}; keys are kept in {folder()}, or where MORGUE_KEYS says"
        ) from None
