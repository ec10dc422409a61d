"""Anchors: receipts of timestamping authorities for signed checkpoints, taken into the log.

A signed checkpoint says what the log was, and not when. An authority that attests when the checkpoint existed says so
of every event in it: none of them is younger.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from archive import codec, events, lookup
from archive.errors import DamagedError, NoSuchArticleError, NotProvedError
from archive.new_events import NewEvent
from archive.proofs.checkpoint import parse_checkpoint
from archive.proofs.key_history import own_events
from archive.proofs.receipt import check_receipt
from archive.proofs.signing import compare_with_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from archive.archive import Archive


class NoSuchAnchorError(NoSuchArticleError):
    """No anchor was recorded at a position."""

    def __init__(self, position: int) -> None:
        super().__init__(str(position))
        self.args = (f"there is no anchor at position {position}; those there are: morgue anchor",)


@attrs.frozen(kw_only=True)
class Anchor:
    """A checkpoint whose time somebody attests; `time` is that time, in the form of an event's.

    `size` is how many events it covers. `authority` is who signed, as the receipt says; `checked` are the SHA-256, in
    hex, of the certificates against which its signature was checked when it was taken in: none where it was not.
    """

    position: int
    time: str
    size: int
    checkpoint: str
    authority: str | None
    checked: tuple[str, ...]


def record_anchor(
    archive: Archive,
    *,
    signed: str,
    request: bytes,
    receipt: bytes,
    authorities: Sequence[Certificate] = (),
    command: str = "anchor",
    arguments: tuple[str, ...] = (),
    agent: str = "",
) -> Anchor:
    """Take a receipt for a signed checkpoint into the log, with the request that it answers.

    A receipt that is there already is not recorded again. Raises NotProvedError where the receipt is not for this
    checkpoint, or the checkpoint is not of this archive; InconsistentError where the log does not begin with what it
    states; BusyError, StorageError.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from archive.runs import RunInProgress

    compare_with_log(archive, signed)
    found = check_receipt(receipt, request=request, content=signed.encode(), authorities=authorities)
    checked = sorted({hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest() for one in authorities})
    document: codec.Document = {"checkpoint": signed, "time": found.time}
    if found.authority is not None:
        document["authority"] = found.authority
    if checked:
        document["checked"] = checked
    run = RunInProgress(command, arguments, agent)
    new = NewEvent(
        type=events.type_of(events.ARCHIVE_ANCHORED),
        subject=archive.id,
        correlation=run.id,
        parts={events.ANCHOR: codec.to_bytes(document), events.REQUEST: request, events.RECEIPT: receipt},
    )
    with archive.store.appending() as appender:
        known = _recorded(archive, receipt, checked)
        if known is not None:
            return known
        position, _ = appender.append(new, [lookup.article_key(archive.id)])
        run.count("anchored")
        appender.append(run.event())
    return _anchor(position, document)


def anchors(archive: Archive) -> list[Anchor]:
    """Return the anchors that an archive has recorded, oldest first. Raises DamagedError."""
    recorded = own_events(archive, events.ARCHIVE_ANCHORED)
    return [_anchor(one.position, archive.document(one, events.ANCHOR)) for one in recorded]


def receipt_of(archive: Archive, anchor: Anchor) -> bytes:
    """Return the receipt of an anchor, as it came. Raises DamagedError."""
    return archive.store.part(anchor.position, events.RECEIPT)


def _recorded(archive: Archive, receipt: bytes, checked: Sequence[str]) -> Anchor | None:
    """Return the anchor with a receipt, if it is there, and was checked against the same authorities or more."""
    for recorded in own_events(archive, events.ARCHIVE_ANCHORED):
        anchor = _anchor(recorded.position, archive.document(recorded, events.ANCHOR))
        if set(checked) <= set(anchor.checked) and archive.store.part(recorded.position, events.RECEIPT) == receipt:
            return anchor
    return None


def _anchor(position: int, document: codec.Document) -> Anchor:
    match document:
        case {"checkpoint": str(signed), "time": str(time)}:
            try:
                size = parse_checkpoint(signed.partition("\n\n")[0] + "\n").size
            except NotProvedError as error:
                raise DamagedError(position, str(error)) from None
        case _:
            raise DamagedError(position, "its part 'anchor' has no checkpoint or no time")
    return Anchor(
        position=position,
        time=time,
        size=size,
        checkpoint=signed,
        authority=document.get("authority"),
        checked=tuple(str(one) for one in document.get("checked", ())),
    )
