"""The archive: what goes in is decided, recorded and acknowledged here; what is in is read from here.

The data's way in: bytes → draft (`archive.importers`) → submission (`archive.intake`) → decision (`archive.identity`)
→ event (`archive.new_events`) → store (`archive.store`). A search only reads: what else a method needs it imports.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from archive import codec, events, lookup, originals
from archive.errors import DamagedError, InvalidEventError, InvalidValueError, NoSuchArticleError
from archive.ids import is_id
from archive.store import LOCK_TIMEOUT, EventStore

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from archive.adding import Outcome
    from archive.amending import Amendment
    from archive.article import Article, Version
    from archive.capture import Capture
    from archive.erasing import Erasure, Ground
    from archive.importers.protocol import Record
    from archive.replay import RecordedArticle
    from archive.rereading import Rereader
    from archive.runs import Run
    from archive.store import Recorded
    from archive.submission import Failure, Submission, Unmodified
    from archive.suppression import Suppressions


class Archive:
    """An archive in a folder: add articles, read them back, follow the log. Holds connections: close it.

    Any number of processes may use one archive at a time, each with an Archive of its own; an object belongs to one
    thread. Once an outcome is returned, its article survives kill -9 and a power cut.
    """

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self._rereader: Rereader | None = None

    @classmethod
    def create(
        cls, path: Path, *, lock_timeout: float = LOCK_TIMEOUT, make_key: Callable[[str], str | None] | None = None
    ) -> Self:
        """Create an archive in a folder that is missing or empty and open it; an existing one is just opened.

        `make_key` is given the id of a new archive and returns the line of its verifier key, or None: it must have
        kept the private half by then. `archive.keys.create` does that. Without it the archive has no key.

        Raises NotAnArchiveError where the folder holds other things, BusyError, StorageError.
        """
        from archive.new_events import archive_created
        from archive.version import TOOL

        def genesis(archive_id: str) -> dict[str, bytes]:
            return archive_created(TOOL, None if make_key is None else make_key(archive_id))

        return cls(EventStore.create(path, genesis, lock_timeout=lock_timeout))

    @classmethod
    def open(cls, path: Path, *, lock_timeout: float = LOCK_TIMEOUT) -> Self:
        """Open an archive. Raises NoSuchArchiveError, NotAnArchiveError, StorageError, DamagedError."""
        return cls(EventStore(path, lock_timeout=lock_timeout))

    def close(self) -> None:
        """Close the archive's files, and end what it reads with."""
        if self._rereader is not None:
            self._rereader.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The archive's folder."""
        return self.store.folder

    @property
    def id(self) -> str:
        """The archive's UUID, which every event of it names as its source."""
        return self.store.archive_id

    def size(self) -> int:
        """Return the number of events, which is the position of the next one."""
        return self.store.size()

    def root(self, size: int | None = None) -> bytes:
        """Return the Merkle root over the first `size` events, or over all: 32 bytes."""
        return self.store.root(size)

    # Reading

    def events(self, start: int = 0, end: int | None = None) -> Iterator[Recorded]:
        """Yield the events at `[start, end)` in order; without an end, to the end of the log."""
        return self.store.events(start, end)

    def event(self, position: int) -> Recorded:
        """Return the event at a position. Raises NoSuchArticleError beyond the end of the log."""
        recorded = self.store.event(position)
        if recorded is None:
            raise NoSuchArticleError(str(position), f"the log has {self.size()} events, from 0")
        return recorded

    def position_at(self, time_stated: str) -> int:
        """Return the position of the last event at or before a time. Raises InvalidValueError where there is none.

        A day without a time of day is taken to its end, and a time without an offset as UTC.
        """
        from archive.finding import position_at

        return position_at(self, time_stated)

    def version(self, position: int) -> Version:
        """Return the version of an article that the event at a position recorded.

        Raises NoSuchArticleError where that event records none, ErasedError, DamagedError.
        """
        return self._version(self.version_event(position))

    def version_event(self, position: int) -> Recorded:
        """Return the event at a position, which records a version. Raises NoSuchArticleError where it does not."""
        recorded = self.event(position)
        if not _is_version(recorded):
            kind = events.kind_of(recorded.attribute("type"))
            raise NoSuchArticleError(str(position), f"that event is {kind}; see: morgue log --since {position}")
        return recorded

    def versions(self, article_id: str) -> list[Version]:
        """Return the versions of an article, oldest first, without erased ones; empty where the archive has none."""
        history = self.history(article_id)
        recorded = [event for event in history if _is_version(event)]
        if any(events.kind_of(event.attribute("type")) == events.ARTICLE_ERASED for event in history):
            recorded = [event for event in recorded if events.ARTICLE not in self.store.erased_parts(event.position)]
        versions: dict[str, Version] = {}
        for number, event in enumerate(recorded, 1):
            version = self._version(event, number, versions)
            versions[version.event_id] = version
        return list(versions.values())

    def history(self, article_id: str) -> list[Recorded]:
        """Return all events about an article in order: its versions, and what became of it (LIFE_CYCLE_KINDS)."""
        if not is_id(article_id):
            return []
        candidates = (self.store.event(position) for position in self.store.find(lookup.article_key(article_id)))
        return [event for event in candidates if event is not None and event.attribute("subject") == article_id]

    def versions_under(self, kind: str, value: str) -> list[Version]:
        """Return the versions whose `url`, `origin`, `key`, `digest` or `content` is a value, oldest first.

        Of a digest, a prefix will do. `origin` is the canonical form of the address that was asked for, of a
        version that was fetched from another one than its own `url`.
        """
        searched = value[: lookup.DIGEST_PREFIX] if kind == "digest" else value
        found = self.store.find(lookup.key(self.store.secret, kind, searched))
        versions = (self._version(self.event(position)) for position in found)
        return [version for version in versions if self._answers(version, kind, value)]

    def find(self, identifier: str) -> Version:
        """Return the version that an ID means: a position, an article's id or URL (the current version), a digest.

        The position of what became of an article means the version that this was said of. Of a digest 8 digits will
        do; digits that are a position are that. Of several versions with the bytes of a digest, it is the one that
        would be current among them. Raises NoSuchArticleError, AmbiguousIdError, ErasedError, InvalidValueError for a
        URL that is none.
        """
        from archive.finding import find

        return find(self, identifier)

    def text(self, version: Version) -> str:
        """Return a version's text. Raises DamagedError."""
        return self._text(version)

    def original(self, version: Version) -> bytes:
        """Return the bytes that a version was read from. Raises DamagedError."""
        return self.store.part(version.holder.position, events.ORIGINAL)

    def record(self, version: Version) -> Record:
        """Return a version's record, as its importer was given it: to be read again. Raises DamagedError."""
        from archive.importers.protocol import Record

        origin, holder = version.article.origin, version.holder.position
        kept = self.event(holder).envelope.commitments

        def part(name: str) -> bytes | None:
            return self.store.part(holder, name) if name in kept else None

        return Record(
            original=self.original(version),
            format=origin.format,
            capture=part(events.CAPTURE),
            head=part(events.HEAD),
            container=origin.container,
            label=origin.label,
            line=origin.line,
        )

    def capture(self, version: Version) -> Capture | None:
        """Return how a version's bytes were fetched, None where that is not recorded. Raises DamagedError."""
        from archive.capture import from_bytes

        holder = version.holder.position
        if events.CAPTURE not in self.event(holder).envelope.commitments:
            return None
        try:
            return from_bytes(self.store.part(holder, events.CAPTURE))
        except InvalidValueError as error:
            raise DamagedError(holder, str(error)) from None

    def run(self, position: int) -> Run:
        """Return the run that the event at a position recorded. Raises DamagedError."""
        recorded = self.event(position)
        return codec.run_from_document(recorded.attribute("subject"), self.document(recorded, events.RUN))

    def document(self, recorded: Recorded, part: str) -> codec.Document:
        """Return a JSON part of an event as its kind's newest version has it. Raises DamagedError."""
        try:
            document = codec.from_bytes(self.store.part(recorded.position, part))
            return events.upcast(recorded.attribute("type"), part, document)
        except InvalidEventError as error:
            raise DamagedError(recorded.position, str(error)) from None

    def articles(self, start: int = 0, end: int | None = None) -> Iterator[RecordedArticle]:
        """Yield what the events at `[start, end)` recorded of articles, texts included, in order."""
        from archive.replay import replay

        return replay(self.store, start, end)

    def comparable_content(self, version: Version) -> str:
        """Return the content digest of a version as today's extractor reads its original.

        One of an isolated format is read in a process of its own, which stays until the archive is closed. Raises
        DamagedError, WorkerError.
        """
        from archive.rereading import Rereader
        from archive.submitting import reread

        if self._rereader is None:
            self._rereader = Rereader()
        article, text = version.article, self.text(version)
        again = reread(article, lambda: self.record(version), self._rereader.read)
        if again is not None:
            article, text = again
        return lookup.content_digest(article.metadata.title, text)

    # Adding

    def add(self, submission: Submission) -> Outcome:
        """Add one article, in a run of its own. Raises InvalidValueError, BusyError, StorageError."""
        from archive.adding import Outcome

        for result in self.add_many([submission]):
            if isinstance(result, Outcome):
                return result
            raise InvalidValueError(result.message)
        raise AssertionError("a submission has an outcome")

    def add_many(
        self,
        submissions: Iterable[Submission | Unmodified | Failure],
        *,
        allow_erased: bool = False,
        steady: bool = False,
        command: str = "add",
        arguments: tuple[str, ...] = (),
        agent: str = "",
    ) -> Generator[Outcome | Failure, None, None]:
        """Add articles in batches, as one run; yield an outcome each, once its batch is on disk.

        Failures among the submissions are passed on and counted, and what is unmodified is `unchanged`. The run is
        recorded after its articles if it added any, also where it ends early: by an error, Ctrl-C, or a caller who
        stops asking. Adding is idempotent, so an interrupted run is resumed by running it again. What was erased is
        `suppressed`, unless `allow_erased`. Where submissions are `steady`, and come whether or not those ahead were
        told of, a batch is written while the next one is read. Raises BusyError, StorageError.
        """
        from archive.adding import add_many

        return add_many(
            self,
            submissions,
            allow_erased=allow_erased,
            steady=steady,
            command=command,
            arguments=arguments,
            agent=agent,
        )

    # Amending

    def amend_many(
        self,
        versions: Iterable[Version],
        *,
        dry_run: bool = False,
        command: str = "amend",
        arguments: tuple[str, ...] = (),
        agent: str = "",
    ) -> Generator[Amendment | Failure, None, None]:
        """Read the kept records of versions again; where today's importers see more or else, record that.

        Works in batches, as one run, like `add_many`, and yields what became of each once its batch is on disk. Of a
        version that was amended before, the latest reading is compared. What is amended already is `unchanged`, so an
        interrupted run is resumed by running it again. With `dry_run` nothing is recorded. Raises BusyError,
        StorageError, DamagedError.
        """
        from archive.amending import amend_many

        return amend_many(self, versions, dry_run=dry_run, command=command, arguments=arguments, agent=agent)

    # Erasing

    def erase(
        self,
        identifier: str,
        ground: Ground,
        *,
        command: str = "erase",
        arguments: tuple[str, ...] = (),
        agent: str = "",
    ) -> Erasure:
        """Overwrite all that the log holds about an article, for good; return what became of that.

        All versions go, and notes, tags and notices, and what runs say of it; its envelopes stay, and say nothing.
        What is added again later is suppressed. The index lets go of it when it is used next, or by
        `index.erasing.purge`. Erasing again changes nothing. Raises NoSuchArticleError, AmbiguousIdError,
        InvalidValueError, BusyError, StorageError.
        """
        from archive.erasing import article_of, erase

        article_id = article_of(self, identifier)
        return erase(self, article_id, ground, command=command, arguments=arguments, agent=agent)

    @cached_property
    def suppressions(self) -> Suppressions:
        """What must not be added again."""
        from archive.suppression import Suppressions

        return Suppressions(self.store)

    # From stored events to values

    def _version(
        self, recorded: Recorded, number: int | None = None, known: Mapping[str, Version] | None = None
    ) -> Version:
        """Make a version; `known` are some that need not be read again, by the ids of their events."""
        from archive.article import Version

        envelope = recorded.envelope
        if number is None:
            siblings = self.store.find(lookup.article_key(envelope.subject))
            number = sum(
                1 for position in siblings if self._is_version_of(position, envelope.subject, recorded.position)
            )
        return Version(
            position=recorded.position,
            event_id=envelope.id,
            article_id=envelope.subject,
            number=number,
            recorded=envelope.time,
            run=envelope.correlation,
            article=self._article(recorded),
            amends=self._amended(recorded, known or {}),
        )

    def _amended(self, recorded: Recorded, known: Mapping[str, Version]) -> Version | None:
        if events.kind_of(recorded.attribute("type")) != events.ARTICLE_AMENDED:
            return None
        earlier = originals.amended(self.store, recorded)
        return known.get(earlier.envelope.id) or self._version(earlier)

    def _is_version_of(self, position: int, article_id: str, upto: int) -> bool:
        if position == upto:
            return True
        event = self.event(position)
        return position < upto and event.attribute("subject") == article_id and _is_version(event)

    def _article(self, recorded: Recorded) -> Article:
        try:
            return codec.article_from_document(
                self.document(recorded, events.ARTICLE), self.document(recorded, events.ORIGIN)
            )
        except InvalidEventError as error:
            raise DamagedError(recorded.position, str(error)) from None

    def _text(self, version: Version) -> str:
        article = version.article
        if article.text_is_original:
            encoded, encoding = self.original(version), article.encoding
        else:
            encoded, encoding = self.store.part(version.position, events.TEXT), "utf-8"
        try:
            return encoded.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise DamagedError(version.position, f"its text cannot be decoded: {error}") from None

    def _answers(self, version: Version, kind: str, value: str) -> bool:
        article = version.article
        if kind == "digest":
            return article.digest.startswith(value)
        if kind == "content":
            return lookup.content_digest(article.metadata.title, self.text(version)) == value
        if kind == lookup.ORIGIN:
            return lookup.origin_url(article.origin.path) == value
        return value == (article.canonical_url if kind == "url" else article.key)


def _is_version(recorded: Recorded) -> bool:
    return events.kind_of(recorded.attribute("type")) in events.ARTICLE_KINDS
