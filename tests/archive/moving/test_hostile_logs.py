"""Logs that somebody wrote by hand: sound by all their hashes, and not what any reader takes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from archive import events, parts
from archive.archive import Archive
from archive.errors import UnverifiedError
from archive.ids import new_id
from archive.moving.carried import Carried, check_parts, checked_envelope
from archive.moving.importing import import_whole
from archive.moving.merging import merge
from archive.moving.sources import source_at
from archive.new_events import NewEvent
from archive.verification import verify

if TYPE_CHECKING:
    from pathlib import Path

ORIGINAL = b"The lamp of Quellin burns again."
ORIGIN = {"path": "lamp.txt", "format": "text", "importer": "text/1"}
DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def version(original: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """Return a part `article` for the original above; what is given takes the place of what is right."""
    about = {"digest": hashlib.sha256(ORIGINAL).hexdigest(), "encoding": "utf-8", "length": len(ORIGINAL)}
    about["media_type"] = "text/plain"
    return {"original": {**about, **(original or {})}, "text": {"from": "original"}, "fields": {}, **members}


def dated(published: str) -> dict[str, Any]:
    return version(fields={"published": [{"value": published, "method": "m", "extractor": "e"}]})


def made(folder: Path, kind: str, said: dict[str, Any]) -> Path:
    """Make an archive with one event besides its first; its parts are documents, or bytes."""
    packed = {name: part if isinstance(part, bytes) else json.dumps(part).encode() for name, part in said.items()}
    with Archive.create(folder) as archive, archive.store.appending() as appender:
        appender.append(
            NewEvent(type=events.type_of(kind), subject=new_id(), correlation=new_id(), parts=packed),
            [],
        )
    return folder


def added(article: dict[str, Any] | bytes, **others: bytes) -> tuple[str, dict[str, Any]]:
    """Return the kind and the parts of an event that adds a version."""
    return events.ARTICLE_ADDED, {"article": article, "origin": ORIGIN, "original": ORIGINAL, **others}


RUN = {"command": "add", "agent": "a", "tool": "t", "counts": {}, "started": "2031-03-04T00:00:00Z"}
HOSTILE: dict[str, tuple[str, dict[str, Any]]] = {
    "deep": added(DEEP),
    "digest": (
        events.ARTICLE_ADDED,
        {"article": version({"digest": "0" * 64}), "origin": ORIGIN, "original": ORIGINAL},
    ),
    "length": added(version({"length": 1})),
    "encoding": (
        events.ARTICLE_ADDED,
        {"article": version({"encoding": "a\0"}), "origin": ORIGIN, "original": ORIGINAL},
    ),
    "no text": (
        events.ARTICLE_ADDED,
        {"article": version({"encoding": "zip"}), "origin": ORIGIN, "original": ORIGINAL},
    ),
    "captured": added(version(captured="now")),
    "published": added(dated("2031-99")),
    "moment": added(dated("2031-01-01T99:00Z")),
    "half": added(version(key="\ud800")),
    "no origin": (events.ARTICLE_ADDED, {"article": version(), "original": ORIGINAL}),
    "capture": added(version(), capture=b"nothing"),
    "tags": (events.ARTICLE_TAGGED, {"tags": {"tags": "lamp"}}),
    "note": (events.ARTICLE_ANNOTATED, {"note": b"\xff"}),
    "no note": (events.ARTICLE_ANNOTATED, {"tags": {"tags": ["lamp"]}}),
    "reason": (events.ARTICLE_WITHHELD, {"reason": {"reason": 1}}),
    "run": (events.RUN_RECORDED, {"run": {**RUN, "ended": "later"}}),
    "counts": (events.RUN_RECORDED, {"run": {**RUN, "ended": RUN["started"], "counts": []}}),
    "erased": (events.ARTICLE_ERASED, {"erasure": {}, "erased": DEEP, "suppressed": {}}),
    "ground": (events.ARTICLE_ERASED, {"erasure": b"[]", "erased": {"parts": {}}, "suppressed": {}}),
    "suppressed": (events.ARTICLE_ERASED, {"erasure": {}, "erased": {"parts": {}}, "suppressed": {"secret": 1}}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_reader_takes_is_not_taken_in(tmp_path: Path, name: str) -> None:
    kind, said = HOSTILE[name]
    there = made(tmp_path / "there", kind, said)
    with (
        Archive.create(tmp_path / "here") as here,
        source_at(there, lock_timeout=1) as source,
        pytest.raises(UnverifiedError, match="event 1"),
    ):
        merge(here, source)
    with Archive.open(tmp_path / "here") as here:
        assert here.size() == 1
    with source_at(there, lock_timeout=1) as source, pytest.raises(UnverifiedError, match="event 1"):
        import_whole(tmp_path / "imported", source, lambda *_: None)
    assert not (tmp_path / "imported").exists()


def test_what_is_well_is_taken_in(tmp_path: Path) -> None:
    # Else the test above would show nothing: all but one thing is right there.
    for name, article in {"captured": version(captured="2031-03-04"), "dated": dated("2031-03-04T08:00Z")}.items():
        there = made(tmp_path / f"{name}-there", *added(article))
        with Archive.create(tmp_path / name) as here, source_at(there, lock_timeout=1) as source:
            assert merge(here, source).articles == 1
        with Archive.open(tmp_path / name) as here:
            assert not list(verify(here))


def test_a_part_that_decompresses_to_gigabytes_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "there", events.RUN_RECORDED, {"run": RUN})
    with Archive.open(tmp_path / "there") as there:
        recorded = there.event(1)
        [chunk] = parts.pack("run", bytes(parts.CHUNK), bytes(32)).chunks
    envelope = checked_envelope("there", 1, recorded.encoded)
    # 40 KB in a database. It is not even hashed.
    carried = Carried(1, recorded.encoded, {"run": [chunk] * 1000})
    with pytest.raises(UnverifiedError, match="larger than any"):
        check_parts("there", carried, envelope)
    raw = bytes(parts.CHUNK + 1)
    whole = parts.Chunk(bytes(32), parts.RAW, raw, parts.checksum(parts.RAW, raw))
    with pytest.raises(UnverifiedError, match="not cut where chunks end"):
        check_parts("there", Carried(1, recorded.encoded, {"run": [whole]}), envelope)
