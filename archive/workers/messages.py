"""What goes between the archive's process and its workers: records, terms, submissions and failures as messages. Pure.

A document of a message has the members of the value's class under their own names; bytes are blobs beside it.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

from archive import codec, parts
from archive.errors import InvalidEventError
from archive.given import Given, Terms
from archive.importers.libraries import Readers
from archive.importers.protocol import Problem, Record, Skipped
from archive.parts import CHECKSUM_BYTES, SALT_BYTES, Chunk, Part
from archive.preparing import PreparedSubmission, prepare
from archive.submission import Failure, Identifiers, Prepared, Submission
from archive.submitting import Source
from archive.workers.framing import BadFrameError, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archive.provenance import Fields

READY, REACHED, ENDED = "ready", "reached", "ended"
"""Members of a worker's other answers: that it has started, that its splitter is at an offset, or at the end."""

_IDENTIFIERS = tuple(field.name for field in attrs.fields(Identifiers))
_identifier_values = attrgetter(*_IDENTIFIERS)

Item = Record | Problem | Skipped | Submission | Failure


# To a worker: what to read


def terms_message(terms: Terms) -> Message:
    """Return what is stated of all records: sent once, ahead of them."""
    given = terms.given
    return Message(
        {
            "do": "terms",
            "captured": given.captured,
            "article_id": given.article_id,
            "key": given.key,
            "candidates": codec.fields_document(terms.candidates),
        }
    )


def terms_from(message: Message) -> Terms:
    """Return what is stated of all records."""
    document = message.document
    candidates: Fields = codec.fields_from_document(document["candidates"])
    given = Given(captured=document["captured"], article_id=document["article_id"], key=document["key"])
    return Terms(given, candidates)


def read_message(records: Sequence[Record], source: Source) -> Message:
    """Return the order to read records of one source."""
    blobs: list[bytes] = []
    documents = [_record_document(record, blobs) for record in records]
    return Message({"do": "read", "shown": source.shown, "stored": source.stored, "records": documents}, blobs)


def read_from(message: Message) -> tuple[list[Record], Source]:
    """Return the records of an order to read, and where they come from."""
    blobs = iter(message.blobs)
    document = message.document
    records = [_record_from(item, blobs) for item in document["records"]]
    return records, Source(document["shown"], document["stored"])


# From a worker: what it read


def split_message(format_name: str, *, seekable: bool, offset: int) -> Message:
    """Return the order to split a file that is handed over, from a byte on."""
    return Message({"do": "split", "format": format_name, "seekable": seekable, "offset": offset})


def items_message(items: Iterable[Sequence[Item]], records: Sequence[Record] = ()) -> Message:
    """Return what was made of each of some records; or, without them, what was split off."""
    blobs: list[bytes] = []
    read: Sequence[Record | None] = records or [None]
    return Message(
        {
            "items": [
                [_item_document(item, record, blobs) for item in made] for made, record in zip(items, read, strict=True)
            ]
        },
        blobs,
    )


def items_from(message: Message, records: Sequence[Record] = (), *, trusted: bool = False) -> list[list[Item]]:
    """Return what was made of each record. Raises BadFrameError where it is no such message.

    A worker is `trusted` that has run no parser but ours: what it says twice is then not compared, which would take
    longer than all else that is done here.
    """
    blobs = iter(message.blobs)
    read: Sequence[Record | None] = records or [None]
    try:
        found = [
            [_item_from(document, record, blobs) for document in made]
            for made, record in zip(message.document["items"], read, strict=True)
        ]
        if not trusted:
            for made in found:
                for item in made:
                    if isinstance(item, PreparedSubmission):
                        _check(item)
    except (KeyError, TypeError, ValueError, StopIteration, AttributeError, InvalidEventError) as error:
        raise BadFrameError(f"a message lacks something: {error!r}") from None
    return found


def _item_document(item: Item, record: Record | None, blobs: list[bytes]) -> dict[str, Any]:
    if isinstance(item, Record):
        return _record_document(item, blobs)
    if isinstance(item, Submission):
        return _submission_document(item, record, blobs)
    if isinstance(item, Skipped):
        return {"is": "skipped", "reason": item.reason}
    known = {"line": item.line, "label": item.label, "message": item.message, "partial": item.partial}
    return {"is": "failure", "path": item.path, **known} if isinstance(item, Failure) else {"is": "problem", **known}


def _item_from(document: dict[str, Any], record: Record | None, blobs: Iterator[bytes]) -> Item:
    kind = document.pop("is")
    if kind == "submission":
        return _submission_from(document, record, blobs)
    if kind == "record":
        return _record_from(document, blobs)
    if kind == "skipped":
        return Skipped(**document)
    return Failure(**document) if kind == "failure" else Problem(**document)


def _record_document(record: Record, blobs: list[bytes]) -> dict[str, Any]:
    document: dict[str, Any] = {"is": "record", "format": record.format}
    for name in ("container", "label", "line"):
        if (value := getattr(record, name)) is not None:
            document[name] = value
    blobs.append(record.original)
    for name in ("capture", "head"):
        if (value := getattr(record, name)) is not None:
            document[name] = True
            blobs.append(value)
    return document


def _record_from(document: dict[str, Any], blobs: Iterator[bytes]) -> Record:
    return Record(
        original=next(blobs),
        format=document["format"],
        capture=next(blobs) if "capture" in document else None,
        head=next(blobs) if "head" in document else None,
        container=document.get("container"),
        label=document.get("label"),
        line=document.get("line"),
    )


def _submission_document(item: Submission, record: Record | None, blobs: list[bytes]) -> dict[str, Any]:
    prepared = prepare(item)
    packed = list(parts.packed(prepared.parts))
    for part in packed:
        blobs += [chunk.checksum + chunk.salt + chunk.data for chunk in part.chunks]
    # The bytes of the record are there already, where they came from.
    same = record is not None and item.original == record.original
    if not same:
        blobs.append(item.original)
    return {
        "is": "submission",
        "identifiers": dict(zip(_IDENTIFIERS, _identifier_values(item.identifiers()), strict=True)),
        "content": prepared.content,
        "named": item.named,
        "parts": [(part.name, part.commitment, [chunk.codec for chunk in part.chunks]) for part in packed],
        "same": same,
        "readers": tuple(prepared.readers),
    }


def _submission_from(document: dict[str, Any], record: Record | None, blobs: Iterator[bytes]) -> Submission:
    packed: list[Part] = []
    for name, commitment, codecs in document["parts"]:
        chunks: list[Chunk] = []
        for kind in codecs:
            blob = next(blobs)
            # Only the first chunk of a part has a salt.
            begin = CHECKSUM_BYTES if chunks else CHECKSUM_BYTES + SALT_BYTES
            chunks.append(Chunk(blob[CHECKSUM_BYTES:begin], kind, blob[begin:], blob[:CHECKSUM_BYTES]))
        packed.append(Part(name, commitment, tuple(chunks)))
    return PreparedSubmission(
        identifiers=Identifiers(**document["identifiers"]),
        prepared=Prepared(document["content"], tuple(packed), Readers(*map(tuple, document["readers"]))),
        original=record.original if record is not None and document["same"] else next(blobs),
        named=document["named"],
    )


def _check(made: PreparedSubmission) -> None:
    """Raise BadFrameError where a submission cannot be read, or says two things.

    That would else be found out when it is appended, and cost its whole batch.
    """
    if made.identifiers() != Submission.identifiers(made) or not isinstance(made.content(), str):
        raise BadFrameError("a submission contradicts itself")
