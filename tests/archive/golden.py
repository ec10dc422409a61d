"""Golden archives: one of every format that was ever released, which today's code must read.

    python -m tests.archive.golden

makes that of today's format, in `data/format-N`, where none is yet. It is made once, before a format is released, and
never again: a test that fails on it has found a change of the format, not a golden archive that is out of date.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import zstandard

from archive import schema
from archive.archive import Archive
from archive.intake import gather
from archive.submission import Submission
from tests.archive.making import numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.article import Version
    from archive.submission import Failure

DATA = Path(__file__).with_name("data")
CLIPPINGS = DATA / "format-1" / "clippings"
DATABASE, EXPECTED = "events.db.zst", "expected.json"
LARGE = "The ferry ran. " * 100_000
"""A text of more than one chunk, which is not in the folder of clippings."""


def make(folder: Path) -> None:
    """Write an archive with every kind of row, and next to it what is to be read of it."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, "archive")
        with Archive.create(path) as archive:
            list(archive.add_many(_clippings(), arguments=("/clippings",), agent="desk"))
            list(archive.add_many([submission(LARGE, title="Large"), *numbered(250)]))
            expected = facts(archive)
        folder.mkdir(parents=True, exist_ok=True)
        compressed = zstandard.ZstdCompressor(level=19).compress((path / "events.db").read_bytes())
        (folder / DATABASE).write_bytes(compressed)
    with (folder / EXPECTED).open("w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


def _clippings() -> Iterator[Submission | Failure]:
    """Read the clippings as if they stood elsewhere: an archive keeps the path that a file had."""
    for item in gather([str(CLIPPINGS)]):
        if isinstance(item, Submission):
            origin = attrs.evolve(item.article.origin, path=f"/clippings/{Path(item.article.origin.path).name}")
            yield attrs.evolve(item, article=attrs.evolve(item.article, origin=origin))
        else:
            yield item


def unpack(folder: Path, to: Path) -> None:
    """Write a golden archive's database into a folder, so that it can be opened."""
    to.mkdir(mode=0o700)
    with (folder / DATABASE).open("rb") as compressed, (to / "events.db").open("wb") as database:
        zstandard.ZstdDecompressor().copy_stream(compressed, database)


def facts(archive: Archive) -> dict[str, Any]:
    """Return what there is to know of an archive: its roots, its events, its articles."""
    recorded = list(archive.events())
    versions = [archive.version(article.position) for article in archive.articles()]
    return {
        "archive": archive.id,
        "size": archive.size(),
        "roots": {str(size): archive.root(size).hex() for size in (0, 1, 100, 256, archive.size())},
        "first": recorded[0].encoded.decode(),
        "kinds": {str(event.position): event.envelope.kind for event in recorded if event.envelope.kind != _ADDED},
        "runs": {
            str(event.position): archive.document(event, "run")
            for event in recorded
            if event.envelope.kind == "run.recorded"
        },
        "articles": [_article(archive, version) for version in versions[:6]],
    }


_ADDED = "article.added"


def _article(archive: Archive, version: Version) -> dict[str, Any]:
    return {
        "position": version.position,
        "event": version.event_id,
        "article": version.article_id,
        "number": version.number,
        "recorded": version.recorded,
        "run": version.run,
        "text": hashlib.sha256(archive.text(version).encode()).hexdigest(),
        "original": hashlib.sha256(archive.original(version)).hexdigest(),
        "digest": version.article.digest,
        "origin": str(version.article.origin),
        "encoding": version.article.encoding,
        "media_type": version.article.media_type,
        "key": version.article.key,
        "url": version.article.canonical_url,
        "captured": version.article.captured,
        "fields": {
            name: [[candidate.value, candidate.method, candidate.raw] for candidate in candidates]
            for name, candidates in version.metadata.fields.items()
        },
    }


if __name__ == "__main__":
    made = DATA / f"format-{schema.FORMAT}"
    if (made / DATABASE).exists():
        raise SystemExit(f"{made / DATABASE} exists; if its format was never released, remove it and try again")
    make(made)
