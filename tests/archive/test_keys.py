"""The folder of keys: who may read it, what a crash leaves there, and what is told where it cannot be used."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from archive import keys
from archive.errors import BusyError, SigningKeyError
from archive.ids import new_id
from archive.proofs.note import new_signing_key

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for keys that is not there yet."""
    path = tmp_path / "kept" / "keys"
    monkeypatch.setenv("MORGUE_KEYS", str(path))
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_that_is_made_is_found_again_and_nobody_else_may_read_it(folder: Path) -> None:
    archive_id = new_id()
    before = os.umask(0)
    try:
        key = keys.create(archive_id)
    finally:
        os.umask(before)
    assert keys.load(keys.path_of(archive_id)) == key
    assert keys.load_current(archive_id, key.verifier) == key
    assert key.name == f"morgue.invalid/{archive_id}"
    assert mode(folder) == 0o700
    assert [(path.name, mode(path)) for path in folder.iterdir()] == [(f"{archive_id}.key", 0o600)]


def test_the_folder_is_the_users_own_and_not_the_default_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MORGUE_KEYS")
    monkeypatch.setenv("XDG_DATA_HOME", "/nowhere/data")
    assert keys.folder().name == "morgue-keys"
    monkeypatch.setenv("MORGUE_KEYS", "")
    assert keys.folder().name == "morgue-keys"


def test_a_key_is_never_overwritten(folder: Path) -> None:
    archive_id = new_id()
    key = keys.create(archive_id)
    with pytest.raises(SigningKeyError, match="never overwritten"):
        keys.create(archive_id)
    assert keys.load(keys.path_of(archive_id)) == key


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_can_reach_is_refused_with_advice(folder: Path, bits: int) -> None:
    archive_id = new_id()
    keys.create(archive_id)
    keys.path_of(archive_id).chmod(bits)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        keys.load(keys.path_of(archive_id))


def test_a_folder_in_which_others_can_write_is_refused_with_advice(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(SigningKeyError, match="chmod 700"):
        keys.create(new_id())


def test_a_missing_key_says_what_to_do(folder: Path) -> None:
    with pytest.raises(SigningKeyError, match="morgue key --new"):
        keys.load(keys.path_of(new_id()))
    assert keys.find_current(new_id(), new_signing_key("a").verifier) is None


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff\xfe", b"x" * 100_000])
def test_a_file_that_holds_no_key_is_told_without_being_shown(folder: Path, content: bytes) -> None:
    archive_id = new_id()
    keys.make_folder()
    path = keys.path_of(archive_id)
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(SigningKeyError) as refused:
        keys.load(path)
    assert str(path) in str(refused.value)
    assert "secret" not in str(refused.value)


def test_where_the_folder_cannot_be_made_that_is_told(folder: Path) -> None:
    folder.parent.write_text("a file")
    with pytest.raises(SigningKeyError, match="MORGUE_KEYS"):
        keys.create(new_id())


def test_a_rotation_that_was_cut_short_is_ended_by_whoever_signs_next(folder: Path) -> None:
    archive_id = new_id()
    old = keys.create(archive_id)
    new = keys.prepare_next(archive_id)
    # Cut off before the archive recorded it: the old key is the archive's, and the next attempt starts anew.
    assert keys.load_current(archive_id, old.verifier) == old
    newest = keys.prepare_next(archive_id)
    assert newest != new
    # Cut off after that.
    assert keys.load_current(archive_id, newest.verifier) == newest
    assert [path.name for path in folder.iterdir()] == [f"{archive_id}.key"]


def test_what_was_signed_last_is_kept_beside_the_key(folder: Path) -> None:
    archive_id = new_id()
    keys.create(archive_id)
    path = keys.path_of(archive_id)
    assert keys.last_signed(path) is None
    keys.keep_signed(path, "one\n")
    keys.keep_signed(path, "two\n")
    assert keys.last_signed(path) == "two\n"
    assert sorted(entry.suffix for entry in folder.iterdir()) == [".checkpoint", ".key"]


def test_two_do_not_sign_with_one_key_at_a_time(folder: Path) -> None:
    archive_id = new_id()
    keys.create(archive_id)
    path = keys.path_of(archive_id)
    with keys.held(path, timeout=0), pytest.raises(BusyError), keys.held(path, timeout=0):
        pass
    with pytest.raises(SigningKeyError, match="no private key"), keys.held(folder / "away" / "a.key", timeout=0):
        pass
