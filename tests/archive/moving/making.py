"""Archives to be moved, and what is the same in two of them."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from archive import capture, events, lookup
from archive.archive import Archive
from archive.ids import new_id
from archive.moving.carried import content_of
from archive.moving.sources import ArchiveSource
from archive.new_events import article_erased
from archive.verification import verify
from tests.archive.damage import amend
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.moving.carried import Source
    from archive.submission import Submission

Content = tuple[int, bytes, dict[str, tuple[bytes, bytes] | None]]
"""A position, an envelope, and by part its salt and its bytes; None for an erased one."""

VARIED = 12
"""Events of a varied archive; the one at 5 is erased, the one at 10 reads the one at 4 again."""


def make_varied(folder: Path) -> None:
    """Make an archive with events of many kinds: large, binary and captured originals, a reading, an erasure."""
    with Archive.create(folder) as archive:
        add_all(archive, [submission("x" * ((1 << 20) + 5), title="Two chunks"), submission("One. \u202e\x1b[31m\x85")])
        two = submission("Two.", url="https://courier.example/2", captured="2021-04-13")
        add_all(archive, [two, *numbered(2), fetched(), latin()])
        amend(archive, archive.version(4), "Two, read again.")
        erase(archive, 5)
        assert archive.size() == VARIED


def fetched() -> Submission:
    """Return an article that was fetched through a redirect, and compressed on its way."""
    where = "https://courier.example/lamp"
    exchanges = (
        capture.Exchange(uri=where + "?r=1", date="2031-04-13T09:30:00Z", status="HTTP/1.1 301 Moved Permanently"),
        capture.Exchange(
            uri=where,
            date="2031-04-13T09:30:01.5+02:00",
            status="HTTP/1.1 200 OK",
            headers=(("Content-Type", "text/plain"), ("Content-Encoding", "gzip"), ("X-Lamp", "médaille")),
        ),
    )
    made = submission("The lamp of Quellin burns again.", title="Lamp mended", url=where)
    return attrs.evolve(made, capture=capture.to_bytes(capture.Capture(exchanges)))


def latin() -> Submission:
    """Return an article whose original is not UTF-8."""
    original = "Le phare de Quellin est allumé.".encode("latin-1")
    made = submission(original.decode("latin-1"))
    digest = hashlib.sha256(original).hexdigest()
    article = attrs.evolve(made.article, encoding="latin-1", digest=digest, length=len(original))
    return attrs.evolve(made, article=article, original=original)


def erase(archive: Archive, *positions: int, named: str | None = None) -> str:
    """Erase events as an erasure does, in one event about the article of the first; return that event's id."""
    recorded = [archive.event(position) for position in positions]
    article_id = named or recorded[0].attribute("subject")
    parts = {event.position: set(event.envelope.commitments) for event in recorded}
    erased = article_erased(
        article_id=article_id,
        run_id=new_id(),
        causation=None,
        ground={"basis": "a court order", "authority": "Court of Port Ansel"},
        suppressed={},
        parts={event.envelope.id: parts[event.position] for event in recorded},
    )
    with archive.store.appending() as appender:
        appender.erase(parts, article_id)
        _, envelope = appender.append(erased, lookup.life_cycle_keys(events.ARTICLE_ERASED, article_id))
    return envelope.id


def contents(source: Source) -> list[Content]:
    """Return all that a source holds."""
    with source.opened():
        return [
            (
                carried.position,
                carried.encoded,
                {
                    part: None if chunks is None else (chunks[0].salt, content_of(chunks))
                    for part, chunks in carried.parts.items()
                },
            )
            for carried in source.events()
        ]


def log_of(folder: Path) -> list[Content]:
    """Return all that an archive's log holds, which must verify."""
    with Archive.open(folder) as archive:
        assert list(verify(archive)) == []
        return contents(ArchiveSource(archive.store))


@contextmanager
def varied(folder: Path) -> Iterator[Archive]:
    """Give a varied archive, made in a folder."""
    make_varied(folder)
    with Archive.open(folder) as archive:
        yield archive
