"""Checking a bundle with nothing but the public key of its archive. Pure.

The same is done by `check_proof.py` beside this file, which shares no code with it: tests hold the two together.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from archive import codec, events, merkle
from archive.envelope import decode
from archive.errors import InconsistentError, InvalidEventError, NotProvedError
from archive.parts import BadPartError, commitment
from archive.proofs.bundle import ConsistencyBundle, decode_bundle
from archive.proofs.checkpoint import open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archive.envelope import Envelope
    from archive.proofs.bundle import InclusionBundle, ShownEvent
    from archive.proofs.checkpoint import Checkpoint
    from archive.proofs.note import VerifierKey
    from archive.provenance import Value


@attrs.frozen(kw_only=True)
class ProvedEvent:
    """An event that was in the log: its index, its envelope, and the parts of it that the bundle shows."""

    index: int
    envelope: Envelope
    parts: Mapping[str, bytes]

    @property
    def hidden(self) -> tuple[str, ...]:
        """The parts that it committed to and that are not shown: they were held back, or have been erased."""
        return tuple(sorted(self.envelope.commitments.keys() - self.parts.keys()))


@attrs.frozen(kw_only=True)
class ProvedInclusion:
    """What a bundle proves of events; the first one is what it is about.

    `values` are the chosen values of the article's fields, `digest` that of its original, 64 hex digits: as the part
    `article` states them, empty and None where that is not shown. `original` are the bytes where they are shown; they
    have that digest. `signed` is the checkpoint as it was signed, which a timestamp may be for.
    """

    checkpoint: Checkpoint
    signed: str
    events: tuple[ProvedEvent, ...]
    values: Mapping[str, Value]
    digest: str | None
    original: bytes | None


@attrs.frozen(kw_only=True)
class ProvedConsistency:
    """That a log at `new` begins with all that it was at `old`."""

    old: Checkpoint
    new: Checkpoint


def check_bundle(encoded: bytes, keys: Sequence[VerifierKey]) -> ProvedInclusion | ProvedConsistency:
    """Return what the bytes of a bundle prove to somebody who trusts that these keys are the archive's.

    Raises NotProvedError with what is wrong, InconsistentError where a consistency proof does not hold.
    """
    bundle = decode_bundle(encoded)
    if isinstance(bundle, ConsistencyBundle):
        return _check_consistency(bundle, keys)
    return check_inclusion_bundle(bundle, keys)


def check_inclusion_bundle(bundle: InclusionBundle, keys: Sequence[VerifierKey]) -> ProvedInclusion:
    """Return what a bundle proves that was parsed already; as `check_bundle`."""
    checkpoint = open_checkpoint(bundle.checkpoint, keys, alone=True)
    proved = tuple(_check_event(event, checkpoint) for event in bundle.events)
    for later, earlier in pairwise(proved):
        if not _follows_on(later, earlier):
            raise NotProvedError(f"the event at {earlier.index} is not the one that {later.index} follows on")
    return _check_article(checkpoint, bundle.checkpoint, proved)


def _check_event(event: ShownEvent, checkpoint: Checkpoint) -> ProvedEvent:
    try:
        envelope = decode(event.envelope)
    except InvalidEventError as error:
        raise NotProvedError(str(error)) from None
    try:
        merkle.check_inclusion(
            leaf=merkle.leaf_hash(event.envelope),
            index=event.index,
            size=checkpoint.size,
            root=checkpoint.root,
            proof=event.proof,
        )
    except merkle.ProofError as error:
        raise NotProvedError(f"the log had no such event when the checkpoint was signed: {error}") from None
    for name, part in event.parts.items():
        try:
            found = commitment(part.salt, (part.content,))
        except BadPartError as error:
            raise NotProvedError(str(error)) from None
        if envelope.commitments.get(name) != found:
            raise NotProvedError(f"part {name!r} is not what the envelope at {event.index} commits to")
    shown = {name: part.content for name, part in event.parts.items()}
    return ProvedEvent(index=event.index, envelope=envelope, parts=shown)


def _follows_on(later: ProvedEvent, earlier: ProvedEvent) -> bool:
    """Tell whether one event is a new reading of the version of another: the only reason to show both."""
    return (
        later.index > earlier.index
        and later.envelope.kind == events.ARTICLE_AMENDED
        and earlier.envelope.kind in events.ARTICLE_KINDS
        and later.envelope.causation == earlier.envelope.id
        and later.envelope.subject == earlier.envelope.subject
    )


def _check_article(checkpoint: Checkpoint, signed: str, proved: tuple[ProvedEvent, ...]) -> ProvedInclusion:
    """Read the part `article` where it is shown, and hold the original against its digest."""
    about, holder = proved[0], proved[-1]
    original = holder.parts.get(events.ORIGINAL)
    values: dict[str, Value] = {}
    digest: str | None = None
    if about.envelope.kind in events.ARTICLE_KINDS and events.ARTICLE in about.parts:
        try:
            document = codec.from_bytes(about.parts[events.ARTICLE])
            document = events.upcast(about.envelope.type, events.ARTICLE, document)
            values = codec.chosen_values(document)
            digest = codec.original_digest(document)
        except InvalidEventError as error:
            raise NotProvedError(f"part 'article' cannot be read: {error}") from None
        if original is not None and hashlib.sha256(original).hexdigest() != digest:
            raise NotProvedError("the original that is shown has not the digest that the article states")
    return ProvedInclusion(
        checkpoint=checkpoint, signed=signed, events=proved, values=values, digest=digest, original=original
    )


def _check_consistency(bundle: ConsistencyBundle, keys: Sequence[VerifierKey]) -> ProvedConsistency:
    old = open_checkpoint(bundle.old, keys, alone=True)
    new = open_checkpoint(bundle.new, keys, alone=True)
    if old.origin != new.origin:
        raise NotProvedError(f"the checkpoints are of two logs, {old.origin} and {new.origin}")
    try:
        merkle.check_consistency(old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=bundle.proof)
    except merkle.ProofError as error:
        raise InconsistentError(f"the later log does not begin with the earlier one: {error}") from None
    return ProvedConsistency(old=old, new=new)
