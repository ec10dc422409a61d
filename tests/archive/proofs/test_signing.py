"""Checkpoints of an archive: signed in order, refused where history does not go on, and keys that change."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from archive import keys, lookup, parts
from archive.archive import Archive
from archive.envelope import Envelope
from archive.errors import DamagedError, InconsistentError, NotProvedError, SigningKeyError
from archive.ids import new_id
from archive.proofs.checkpoint import open_checkpoint
from archive.proofs.key_history import archive_keyed, current_key, key_history, rotate
from archive.proofs.note import SigningKey, parse_verifier_key, sign
from archive.proofs.signing import compare_with_log, sign_checkpoint
from archive.verification import verify
from tests.archive.making import add_all, kinds, numbered

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkpoint_states_the_log_as_it_is(keyed: Archive) -> None:
    signed = sign_checkpoint(keyed)
    checkpoint = open_checkpoint(signed, [current_key(keyed)], alone=True)
    assert (checkpoint.size, checkpoint.root) == (keyed.size(), keyed.root())
    assert checkpoint.archive_id == keyed.id
    assert compare_with_log(keyed, signed) == checkpoint
    assert sign_checkpoint(keyed) == signed == keys.last_signed(keys.path_of(keyed.id))


def test_the_key_of_an_archive_is_in_its_first_event(keyed: Archive) -> None:
    stated = keyed.document(keyed.event(0), "archive")["key"]
    assert parse_verifier_key(stated) == current_key(keyed)
    assert list(verify(keyed)) == []


def test_an_older_copy_is_not_signed_for_once_a_later_state_was(keyed: Archive, tmp_path: Path) -> None:
    shutil.copytree(keyed.path, tmp_path / "older")
    add_all(keyed, numbered(2))
    signed = sign_checkpoint(keyed)
    with Archive.open(tmp_path / "older") as older:
        with pytest.raises(InconsistentError, match="cut off"):
            sign_checkpoint(older)
        with pytest.raises(InconsistentError, match="cut off"):
            compare_with_log(older, signed)
        # And neither where it grew again, to the same size and beyond, by other events.
        add_all(older, numbered(2, start=10))
        assert older.size() == keyed.size()
        with pytest.raises(InconsistentError, match="rewritten"):
            sign_checkpoint(older)
        add_all(older, numbered(2, start=20))
        with pytest.raises(InconsistentError, match="rewritten"):
            compare_with_log(older, signed)
    assert keys.last_signed(keys.path_of(keyed.id)) == signed
    assert sign_checkpoint(keyed) == signed


def test_a_log_that_grew_is_consistent_with_what_was_signed_before(keyed: Archive) -> None:
    earlier = [sign_checkpoint(keyed)]
    for count in range(1, 6):
        add_all(keyed, numbered(count, start=100 * count))
        earlier.append(sign_checkpoint(keyed))
    assert [compare_with_log(keyed, signed).size for signed in earlier][-1] == keyed.size()


def test_a_checkpoint_of_another_archive_or_key_is_refused(keyed: Archive, archive: Archive) -> None:
    signed = sign_checkpoint(keyed)
    with pytest.raises(NotProvedError):
        compare_with_log(archive, signed)
    stranger = keys.prepare_next(keyed.id)
    with pytest.raises(NotProvedError):
        compare_with_log(keyed, sign(signed.partition("\n\n")[0] + "\n", stranger))


def test_an_archive_without_a_key_says_how_to_make_one(archive: Archive) -> None:
    assert key_history(archive) == []
    with pytest.raises(SigningKeyError, match="morgue key --new"):
        sign_checkpoint(archive)


def test_an_archive_without_a_key_gets_one_that_nothing_vouches_for(archive: Archive) -> None:
    made = rotate(archive)
    assert kinds(archive)[-2:] == ["archive.keyed", "run.recorded"]
    assert not made.vouched
    assert key_history(archive) == [made]
    assert open_checkpoint(sign_checkpoint(archive), [made.key]).size == archive.size()
    assert list(verify(archive)) == []


def test_a_new_key_is_vouched_for_by_the_one_before_it(keyed: Archive) -> None:
    first, before = current_key(keyed), sign_checkpoint(keyed)
    second = rotate(keyed, arguments=("key", "--new"))
    third = rotate(keyed)
    assert [recorded.key for recorded in key_history(keyed)] == [first, second.key, third.key]
    assert [recorded.vouched for recorded in key_history(keyed)] == [False, True, True]
    # What the old key signed still holds, and nothing is signed with it any more.
    assert compare_with_log(keyed, before).size == 5
    signed = sign_checkpoint(keyed)
    open_checkpoint(signed, [third.key])
    with pytest.raises(NotProvedError):
        open_checkpoint(signed, [first, second.key])
    assert list(verify(keyed)) == []


def test_a_lost_key_is_replaced_by_one_that_nothing_vouches_for(keyed: Archive) -> None:
    signed = sign_checkpoint(keyed)
    keys.path_of(keyed.id).unlink()
    with pytest.raises(SigningKeyError, match="morgue key --new"):
        sign_checkpoint(keyed)
    made = rotate(keyed)
    assert not made.vouched
    # What was signed last is kept nevertheless, and binds the new key, too.
    assert compare_with_log(keyed, signed).size < open_checkpoint(sign_checkpoint(keyed), [made.key]).size


def test_a_key_file_elsewhere_is_used_and_remembers_by_itself(keyed: Archive, tmp_path: Path) -> None:
    elsewhere = tmp_path / "stick" / "desk.key"
    elsewhere.parent.mkdir()
    keys.path_of(keyed.id).rename(elsewhere)
    signed = sign_checkpoint(keyed, elsewhere)
    assert keys.last_signed(elsewhere) == signed
    rotate(keyed, elsewhere)
    assert key_history(keyed)[-1].vouched
    with pytest.raises(SigningKeyError, match="that of the archive is"):
        sign_checkpoint(keyed, elsewhere)


def test_the_key_of_another_archive_signs_nothing(keyed: Archive, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "other", make_key=lambda one: str(keys.create(one).verifier)) as other:
        with pytest.raises(SigningKeyError, match="--key"):
            sign_checkpoint(keyed, keys.path_of(other.id))
        shutil.copy(keys.path_of(other.id), keys.path_of(keyed.id))
    with pytest.raises(SigningKeyError, match="move that file away"):
        rotate(keyed)


def test_an_archive_that_was_merged_in_gives_it_no_other_key(keyed: Archive) -> None:
    own = current_key(keyed)
    stranger = SigningKey(own.name, bytes(32)).verifier
    forged = archive_keyed(keyed.id, new_id(), stranger, None)
    packed = [parts.pack(name, content) for name, content in forged.parts.items()]
    envelope = Envelope(
        id=new_id(),
        source=f"urn:uuid:{new_id()}",
        type=forged.type,
        subject=keyed.id,
        time=keyed.event(0).envelope.time,
        correlation=forged.correlation,
        commitments={part.name: part.commitment for part in packed},
    )
    with keyed.store.appending() as appender:
        appender.adopt(envelope, packed, [lookup.article_key(keyed.id)])
    assert len(keyed.history(keyed.id)) == 1
    assert current_key(keyed) == own
    assert open_checkpoint(sign_checkpoint(keyed), [own]).size == keyed.size()


def test_a_key_that_was_changed_in_the_log_is_damage(keyed: Archive) -> None:
    def about(_: str) -> dict[str, bytes]:
        return {"archive": b'{"canonical_url_rules":1,"key":"morgue.invalid/x+00000000+AA==","tool":"t"}'}

    from archive.store import EventStore

    with EventStore.create(keyed.path.parent / "forged", about) as store:
        forged = Archive(store)
        with pytest.raises(DamagedError):
            key_history(forged)
