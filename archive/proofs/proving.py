"""Making bundles: proofs about an archive's log for somebody who does not have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import events, merkle
from archive.errors import DamagedError, ErasedError, InvalidValueError, NoSuchArticleError, NotProvedError
from archive.originals import amended
from archive.proofs.bundle import ConsistencyBundle, InclusionBundle, ShownEvent, ShownPart, encode_bundle
from archive.proofs.checking import check_bundle
from archive.proofs.signing import compare_with_log, own_signature

if TYPE_CHECKING:
    from collections.abc import Collection

    from archive.archive import Archive
    from archive.store import Recorded


def find_event(archive: Archive, identifier: str) -> Recorded:
    """Return the event that an ID means: a position, an event's id, or what `Archive.find` takes for an article.

    An article is the event of its current version; of an erased one, that of the version that was recorded last: that
    it was recorded can still be proved. Raises what `Archive.find` raises.
    """
    if identifier.isascii() and identifier.isdigit() and len(identifier) < 20 and int(identifier) < archive.size():
        return archive.event(int(identifier))
    position = archive.store.position_of(identifier.lower())
    if position is not None:
        return archive.event(position)
    try:
        return archive.event(archive.find(identifier).position)
    except (NoSuchArticleError, ErasedError):
        history = archive.history(identifier.lower())
        versions = [one for one in history if events.kind_of(one.attribute("type")) in events.ARTICLE_KINDS]
        if not versions:
            raise
        return versions[-1]


def prove_event(
    archive: Archive,
    recorded: Recorded,
    signed: str,
    *,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
) -> bytes:
    """Return a bundle which proves that an event was in the log at a signed checkpoint of it, and what it says.

    It discloses the payload parts that `only` names, by default all that were not erased, but for those that `without`
    names. Of an
    amended version it proves the events of those that were read anew, too: they hold its original. Raises
    NotProvedError and InconsistentError where the checkpoint is not one of this log, InvalidValueError where it is
    older than the event or a part is not one of it, ErasedError where a part that `only` names is gone, DamagedError
    where the log does not give the proof.
    """
    signed, key = own_signature(archive, signed)
    checkpoint = compare_with_log(archive, signed)
    if recorded.position >= checkpoint.size:
        raise InvalidValueError(
            f"the checkpoint is of the first {checkpoint.size} events, the one to be proved has position "
            f"{recorded.position}; take a later checkpoint"
        )
    chain = _chain(archive, recorded)
    known = {name for link in chain for name in link.envelope.commitments}
    for name in (*(only or ()), *without):
        if name not in known:
            raise InvalidValueError(f"the event has no part {name!r}; it has: {', '.join(sorted(known))}")
    wanted = (known if only is None else set(only)) - set(without)
    shown = [
        # What an erasure names is gone. Where a part of it was asked for, reading it says so.
        _shown(
            archive,
            link,
            checkpoint.size,
            wanted - (archive.store.erased_parts(link.position) if only is None else set()),
        )
        for link in chain
    ]
    while len(shown) > 1 and not shown[-1].parts:
        # An event behind the one that is asked for is there for its parts only.
        shown.pop()
    encoded = encode_bundle(InclusionBundle(checkpoint=signed, events=tuple(shown)))
    try:
        check_bundle(encoded, [key])
    except NotProvedError as error:
        raise DamagedError(recorded.position, str(error)) from None
    return encoded


def prove_growth(archive: Archive, old: str, new: str) -> bytes:
    """Return a bundle which proves that the log at one signed checkpoint begins with what it was at another.

    Raises NotProvedError, InconsistentError, DamagedError; InvalidValueError where `old` is the later one.
    """
    (old, old_key), (new, new_key) = own_signature(archive, old), own_signature(archive, new)
    before, after = compare_with_log(archive, old), compare_with_log(archive, new)
    if before.size > after.size:
        raise InvalidValueError(
            f"the checkpoint of {before.size} events is not the earlier one; the other has {after.size}"
        )
    try:
        proof = merkle.prove_consistency(before.size, after.size, archive.store)
    except merkle.MissingHashesError as error:
        raise DamagedError(None, str(error)) from None
    encoded = encode_bundle(ConsistencyBundle(old=old, new=new, proof=tuple(proof)))
    check_bundle(encoded, [old_key, new_key])
    return encoded


def _chain(archive: Archive, recorded: Recorded) -> list[Recorded]:
    """Return an event and, of an amended version, those that it follows on, down to the one with the bytes."""
    chain = [recorded]
    while events.kind_of(chain[-1].attribute("type")) == events.ARTICLE_AMENDED:
        chain.append(amended(archive.store, chain[-1]))
    return chain


def _shown(archive: Archive, recorded: Recorded, size: int, wanted: set[str]) -> ShownEvent:
    store, position = archive.store, recorded.position
    names = sorted(wanted & recorded.envelope.commitments.keys())
    parts: dict[str, ShownPart] = {}
    for name in names:
        content = store.part(position, name)
        parts[name] = ShownPart(salt=store.stored_chunks(position, name)[0].salt, content=content)
    try:
        proof = merkle.prove_inclusion(position, size, store)
    except merkle.MissingHashesError as error:
        raise DamagedError(None, str(error)) from None
    return ShownEvent(envelope=recorded.encoded, index=position, parts=parts, proof=tuple(proof))
