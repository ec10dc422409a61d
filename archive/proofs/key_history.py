"""The keys of an archive, as its log tells of them: the one that it was created with, and each that took its place.

A key in the log proves nothing by itself: whoever writes the log writes the key. What counts is that it was published
elsewhere, and that each later one is vouched for by the one before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive import codec, events, lookup
from archive.errors import DamagedError, InvalidValueError, NotProvedError, SigningKeyError
from archive.new_events import NewEvent
from archive.proofs.checkpoint import origin_of
from archive.proofs.note import open_note, parse_verifier_key, sign

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from archive.proofs.note import SigningKey, VerifierKey
    from archive.store import Recorded

_STATEMENT = "morgue key rotation v1"


@attrs.frozen(kw_only=True)
class RecordedKey:
    """A key and the position of the event that made it the archive's; whether the key before it signed that."""

    key: VerifierKey
    position: int
    vouched: bool


def key_history(archive: Archive) -> list[RecordedKey]:
    """Return the keys of an archive, oldest first: empty where it never had one. Raises DamagedError."""
    history: list[RecordedKey] = []
    created = archive.event(0)
    if "key" in (about := archive.document(created, events.ABOUT)):
        history.append(RecordedKey(key=_parsed(archive, created, about.get("key")), position=0, vouched=False))
    for recorded in own_events(archive, events.ARCHIVE_KEYED):
        document = archive.document(recorded, events.KEY)
        key = _parsed(archive, recorded, document.get("key"))
        before = history[-1].key if history else None
        vouched = before is not None and _is_vouched(document.get("statement"), before, key)
        history.append(RecordedKey(key=key, position=recorded.position, vouched=vouched))
    return history


def own_events(archive: Archive, kind: str) -> list[Recorded]:
    """Return the events of a kind about an archive that it recorded itself, in order.

    What was merged in may say what it likes about it, such as that it has another key, and may say so in its name: a
    copy of it that somebody else went on with.
    """
    from archive.moving.merged import Blocks

    source = f"urn:uuid:{archive.id}"
    blocks = Blocks.of(archive.store)
    return [
        recorded
        for recorded in archive.history(archive.id)
        if events.kind_of(recorded.attribute("type")) == kind
        and recorded.attribute("source") == source
        and blocks.start(recorded.position) is None
    ]


def current_key(archive: Archive) -> VerifierKey:
    """Return the key that an archive's checkpoints are signed with today. Raises SigningKeyError where it has none."""
    history = key_history(archive)
    if not history:
        raise SigningKeyError("the archive has no key to sign with; make one with: morgue key --new")
    return history[-1].key


def rotate(
    archive: Archive,
    old_file: Path | None = None,
    *,
    command: str = "key",
    arguments: tuple[str, ...] = (),
    agent: str = "",
) -> RecordedKey:
    """Give an archive a new key, and record it; the old one signs the new one.

    The old private key is that of `old_file`, else the one that is kept, whose place the new one takes: it is deleted.
    Where it is lost, or there was none, nothing vouches for the new one. Raises SigningKeyError, BusyError,
    StorageError, DamagedError.
    """
    from archive import keys
    from archive.runs import RunInProgress

    keys.make_folder()
    with keys.held(keys.path_of(archive.id), timeout=archive.store.lock_timeout):
        old = _private_half(archive, old_file)
        new = keys.prepare_next(archive.id).verifier
        run = RunInProgress(command, arguments, agent)
        with archive.store.appending() as appender:
            position, _ = appender.append(archive_keyed(archive.id, run.id, new, old), [lookup.article_key(archive.id)])
            run.count("keyed")
            appender.append(run.event())
        # A crash here leaves the new key beside the old one; whoever signs next puts it into its place.
        keys.adopt_next(archive.id)
    return RecordedKey(key=new, position=position, vouched=old is not None)


def archive_keyed(archive_id: str, run_id: str, new: VerifierKey, old: SigningKey | None) -> NewEvent:
    """Return the event that records a new key of an archive, signed by the old one where there is one."""
    document: codec.Document = {"key": str(new)}
    if old is not None:
        document["statement"] = sign(_statement(new), old)
    return NewEvent(
        type=events.type_of(events.ARCHIVE_KEYED),
        subject=archive_id,
        correlation=run_id,
        parts={events.KEY: codec.to_bytes(document)},
    )


def _statement(new: VerifierKey) -> str:
    """Return what the old key signs: by its first line it can never be taken for a checkpoint."""
    return f"{_STATEMENT}\n{new}\n"


def _is_vouched(statement: object, before: VerifierKey, key: VerifierKey) -> bool:
    if not isinstance(statement, str):
        return False
    try:
        text, _ = open_note(statement, [before], alone=True)
    except NotProvedError:
        return False
    return text == _statement(key)


def _private_half(archive: Archive, old_file: Path | None) -> SigningKey | None:
    """Return the private half of the archive's current key, None where it never had one or it is lost."""
    from archive import keys

    history = key_history(archive)
    if not history:
        return None
    current = history[-1].key
    key = keys.load(old_file) if old_file is not None else keys.find_current(archive.id, current)
    if key is not None and key.verifier != current:
        path = old_file or keys.path_of(archive.id)
        raise SigningKeyError(f"the key of {path} is not that of the archive, {current}; move that file away")
    return key


def _parsed(archive: Archive, recorded: Recorded, line: object) -> VerifierKey:
    try:
        key = parse_verifier_key(line if isinstance(line, str) else "")
    except InvalidValueError as error:
        raise DamagedError(recorded.position, str(error)) from None
    if key.name != origin_of(archive.id):
        raise DamagedError(recorded.position, f"the key that it states is of {key.name}, not of this archive")
    return key
