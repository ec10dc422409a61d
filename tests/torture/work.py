"""What the workers of the batteries do with an archive; each step is acknowledged by a line once it is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive import batches, lookup
from archive.adding import Outcome
from archive.archive import Archive
from archive.changing import Change, Changed, change_many, tagging
from archive.erasing import Ground
from archive.moving import backups, exporting, importing, merging, restoring
from archive.moving.restoring import Maker
from archive.moving.sources import ArchiveSource, source_at
from archive.new_events import article_amended
from index.index import Index
from tests.archive.making import numbered, submission
from tests.torture.acknowledged import CREATED, ERASED, ERASING, WORD, Line, line_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from archive.submission import Submission

    Say = Callable[[Line], None]

BACKUP = "backup-"
"""What the names of backups begin with, and of what is imported or restored."""

GROUND = Ground(basis="a request", authority="the owner")


def articles(chance: random.Random, count: int) -> Iterator[Submission]:
    """Yield articles; some fill many pages with what cannot be compressed, some revise others."""
    for article in numbered(count, start=chance.randrange(1_000_000)):
        way = chance.random()
        if way < 0.15:
            yield submission(f"{WORD} {chance.randbytes(chance.choice([3_000, 30_000])).hex()}")
        elif way < 0.3:
            yield submission(f"{WORD} no. {chance.random()}", key=str(chance.randrange(5)))
        else:
            yield article


def add(folder: Path, chance: random.Random, say: Say, count: int = 24) -> None:
    """Create the archive or open it, and add articles in small batches, opening it anew now and then."""
    left = count
    while left > 0:
        with Archive.create(folder) as archive:
            say(CREATED)
            some = min(left, chance.randint(1, 15))
            left -= some
            batches.BATCH_ARTICLES = chance.choice([1, 2, 3, 7])
            for outcome in archive.add_many(articles(chance, some)):
                assert isinstance(outcome, Outcome), outcome
                # What was erased before is not stored, so nothing is acknowledged of it.
                if outcome.status != "suppressed":
                    say(line_of(outcome))


def amend(folder: Path, chance: random.Random, say: Say, count: int = 12) -> None:
    """Record other readings of some articles."""
    with Archive.open(folder) as archive:
        known = sorted({article.article_id for article in archive.articles()})
        for article_id in chance.sample(known, min(count, len(known))):
            text = f"{WORD}, read again: {chance.random()}"
            version = archive.versions(article_id)[-1]
            article = attrs.evolve(version.article, text_is_original=False)
            event = article_amended(
                article_id=article_id, article=article, text=text, run_id=version.run, amends=version.event_id
            )
            with archive.store.appending() as appender:
                keys = lookup.keys_of(archive.store.secret, article_id, article, text)
                position, _ = appender.append(event, keys)
            say(Line(position, article.digest))


def tag(folder: Path, chance: random.Random, say: Say, count: int = 12) -> None:
    """Tag some articles: events of a life cycle, which are no versions."""
    batches.BATCH_ARTICLES = chance.choice([1, 2, 5])
    with Archive.open(folder) as archive:
        known = sorted({article.position for article in archive.articles()})
        versions = [archive.version(position) for position in chance.sample(known, min(count, len(known)))]
        statement = tagging([f"seen {chance.random()}"])
        for changed in change_many(archive, [Change(statement, version) for version in versions], command="tag"):
            assert isinstance(changed, Changed), changed
            say(Line(changed.position, ""))


def erase(folder: Path, chance: random.Random, say: Say, count: int = 3) -> None:
    """Erase some articles, each said to go before it goes, and to be gone once it is."""
    with Archive.open(folder) as archive:
        known = sorted({article.article_id for article in archive.articles()})
        for article_id in chance.sample(known, min(count, len(known))):
            positions = [version.position for version in archive.versions(article_id)]
            for position in positions:
                say(Line(position, ERASING))
            archive.erase(article_id, GROUND)
            for position in positions:
                say(Line(position, ERASED))


def restore(folder: Path, chance: random.Random, say: Say) -> None:
    """Make an archive of a copy of this one, as itself or as a new one. Whoever looks expects that it is whole."""
    with Archive.open(folder) as archive:
        source = ArchiveSource(archive.store)
        with source.opened():
            path = folder.parent / f"{BACKUP}{chance.random()}"
            made = restoring.restore(
                path, source, None, Maker(make_key=None), as_new=chance.random() < 0.5, progress=lambda *_: None
            )
    assert made.tree.size >= 1
    say(CREATED)


def import_again(folder: Path, chance: random.Random, say: Say) -> None:
    """Export the archive, and make the same one of the export. Whoever looks expects that it is whole."""
    exported = folder.parent / f"export-{chance.random()}"
    with Archive.open(folder) as archive, exported.open("wb") as file:
        exporting.write_lines(ArchiveSource(archive.store), file.write)
    with source_at(exported, lock_timeout=30) as lines:
        tree = importing.import_whole(folder.parent / f"{BACKUP}{chance.random()}", lines, lambda *_: None)
    assert tree.size >= 1
    say(CREATED)


def back_up(folder: Path, chance: random.Random, say: Say) -> None:
    """Copy the archive beside it. Of a copy that is there whoever looks expects that it is whole."""
    with Archive.open(folder) as archive:
        tree = backups.back_up(archive.store, folder.parent / f"{BACKUP}{chance.random()}", lambda *_: None)
        assert tree.size >= 1


def merge(folder: Path, chance: random.Random, say: Say) -> None:
    """Take another archive's events in: all of them, or none."""
    other = folder.parent / f"other-{chance.random()}"
    add(other, chance, lambda _line: None, 12)
    with Archive.open(folder) as archive, Archive.open(other) as foreign:
        before = archive.size()
        source = ArchiveSource(foreign.store)
        with source.opened():
            outcome = merging.merge(archive, source)
        assert archive.size() >= before + foreign.size(), outcome
        say(Line(archive.size() - 1, ""))


def index(folder: Path, chance: random.Random, say: Say) -> None:
    """Bring the index up to the log, or build it anew."""
    with Archive.open(folder) as archive:
        if chance.random() < 0.5:
            Index(archive).catch_up(timeout=30)
        else:
            Index(archive).rebuild()
