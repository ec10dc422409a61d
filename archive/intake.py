"""The way in: paths → streams → records → submissions. Nothing here appends.

Text and JSON are read in this process, unless the caller asks for several; every other format is read by worker
processes, under limits of time and memory (`archive.workers`).
"""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast, overload

import attrs

from archive import importers
from archive.errors import InvalidValueError
from archive.given import NOTHING_GIVEN, Given, Terms
from archive.importers import compressed
from archive.importers.protocol import Problem, Reached, Record, Skipped
from archive.submission import Failure, Submission, Unmodified
from archive.submitting import Source, read_record, submit_text
from archive.walking import Meter, storable_path, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.fetching.web import Page, Web
    from archive.importers.protocol import Importer
    from archive.submission import Item
    from archive.workers.ordering import Unread
    from archive.workers.pool import Pool

__all__ = ["STDIN", "Given", "gather", "submit_text"]

STDIN = "-"


@overload
def gather(
    paths: Iterable[str],
    *,
    given: Given = ...,
    format_name: str = ...,
    jobs: int | None = ...,
    meter: Meter | None = ...,
) -> Iterator[Submission | Failure]: ...
@overload
def gather(
    paths: Iterable[str],
    *,
    given: Given = ...,
    format_name: str = ...,
    jobs: int | None = ...,
    meter: Meter | None = ...,
    web: Web | None,
) -> Iterator[Item]: ...
def gather(
    paths: Iterable[str],
    *,
    given: Given = NOTHING_GIVEN,
    format_name: str = "auto",
    jobs: int | None = None,
    meter: Meter | None = None,
    web: Web | None = None,
) -> Iterator[Item]:
    """Yield what files, folders, `-` (standard input) and, where there is a `web`, URLs hold, in path order.

    Folders are walked; what is hidden in them, archives, and what is no file (pipes, sockets) are left out. Files that
    are compressed are read through. `jobs` is how many processes read; by default one a processor for formats that are
    read in processes of their own, and this one alone for text and JSON. `meter` counts what is read. Raises
    InvalidValueError before the first when a statement is invalid, and when one that names one article meets a second;
    WorkerError where no process starts.
    """
    intake = _Intake(Terms.of(given), format_name, jobs, meter or Meter(), web)
    found = intake.gather(paths)
    return _only_one(found) if given.names_one_article else found


class _Intake:
    """One call's way in: how its inputs are to be read, and the worker processes, once there are any."""

    def __init__(self, terms: Terms, format_name: str, jobs: int | None, meter: Meter, web: Web | None) -> None:
        self._terms = terms
        self._web = web
        self._format_name = format_name
        self._jobs = jobs
        self._meter = meter
        self._pool: Pool | None = None
        self._stack = ExitStack()

    def gather(self, paths: Iterable[str]) -> Iterator[Item]:
        with self._stack:
            found = self._done(self._inputs(paths))
            if self._web is None or not self._web.follow_links:
                yield from found
                return
            from archive.fetching.links import follow

            # A page may be split in a process, too, while the list that led to it still is; and of whatever format the
            # list was said to be, its pages are of their own.
            pages = _Intake(self._terms, "auto", self._jobs, self._meter, self._web)
            with pages._stack:
                for item in found:
                    yield from follow(item, self._web, self._terms.given, pages._read_page)

    def _done(self, inputs: Iterator[Item | Unread]) -> Iterator[Item]:
        """Yield what inputs come to when all of them are read."""
        for item in inputs:
            if isinstance(item, Submission | Unmodified | Failure):
                yield item
                continue
            # The first record that a worker is to read: from here on what comes out may have to wait.
            from itertools import chain

            from archive.workers.ordering import in_order

            yield from in_order(chain([item], inputs), self._workers(), self._meter)

    def _inputs(self, paths: Iterable[str]) -> Iterator[Item | Unread]:
        for path in paths:
            if path == STDIN:
                yield from self._read(sys.stdin.buffer, Source(STDIN, STDIN))
                continue
            if self._web is not None and self._web.serves(path):
                found = self._web.get(path, self._terms.given)
                yield from [found] if isinstance(found, Unmodified | Failure) else self._unread_page(found)
                continue
            for file in walk(Path(path)):
                if isinstance(file, Failure):
                    yield file
                    continue
                try:
                    with file.open("rb") as stream, self._meter.reading(stream):
                        yield from self._read(stream, Source(str(file), storable_path(file)))
                except OSError as error:
                    yield Failure(path=str(file), message=f"cannot be read: {error.strerror}")

    def _unread_page(self, page: Page) -> Iterator[Item | Unread]:
        stream = io.BufferedReader(cast("io.RawIOBase", io.BytesIO(page.body)))
        yield from self._read(stream, Source(page.path, page.path, page.capture))

    def _read_page(self, page: Page) -> Iterator[Item]:
        yield from self._done(self._unread_page(page))

    def _read(self, stream: BinaryIO, source: Source) -> Iterator[Item | Unread]:
        # What open() and standard input give; only they can peek.
        plain, trouble = compressed.opened(cast("io.BufferedReader", stream))
        importer = self._importer(plain, source)
        if isinstance(importer, Failure):
            yield importer if trouble.message is None else Failure(path=source.shown, message=trouble.message)
            return
        if importer is None:
            return
        if importer.isolated and importer.name not in importers.WHOLE:
            for item in self._split_elsewhere(importer, stream, plain):
                yield from self._take(item, importer, source)
        else:
            for split_off in importer.split(plain):
                # Half of an article is none: of other formats, what came before the trouble is whole.
                if trouble.message is None or importer.name not in importers.WHOLE:
                    yield from self._take(split_off, importer, source)
        if trouble.message is not None:
            yield Failure(path=source.shown, message=trouble.message)

    def _importer(self, stream: io.BufferedReader, source: Source) -> Importer | Failure | None:
        """Return what reads a stream, why nothing does, or None where there is nothing to read."""
        if self._format_name != "auto":
            return importers.importer_for(self._format_name)
        head = stream.peek(compressed.HEAD_BYTES)[: compressed.HEAD_BYTES]
        if not head and source.shown == STDIN:
            # A feed that has nothing new is no failure.
            return None
        importer = importers.detect(head)
        if importer.name == "text" and (unread := importers.not_read_yet(head)) is not None:
            return Failure(path=source.shown, message=unread)
        return importer

    def _take(
        self, item: Record | Problem | Skipped | Reached, importer: Importer, source: Source
    ) -> Iterator[Item | Unread]:
        """Yield what an item that was split off comes to: read here, or to be read by a worker."""
        if isinstance(item, Skipped):
            yield Failure(path=source.shown, message=item.reason, skipped=True)
        elif isinstance(item, Problem):
            yield source.failure(item)
        elif isinstance(item, Record):
            if source.capture is not None and item.capture is None:
                item = attrs.evolve(item, capture=source.capture)
            reader = importer if item.format == importer.name else importers.importer_for(item.format)
            if reader.isolated or (self._jobs or 1) > 1:
                from archive.workers.ordering import Unread

                yield Unread(item, source, reader.isolated)
            else:
                yield from read_record(item, source, self._terms)

    def _split_elsewhere(
        self, importer: Importer, stream: BinaryIO, plain: io.BufferedReader
    ) -> Iterator[Record | Problem | Skipped]:
        from archive.workers.splitting import piped, split

        try:
            descriptor, seekable = stream.fileno(), stream.seekable()
        except io.UnsupportedOperation:
            descriptor, seekable = -1, False
        if seekable:
            yield from split(self._workers(), importer.name, descriptor, seekable=True)
            return
        with piped(plain) as descriptor:
            yield from split(self._workers(), importer.name, descriptor, seekable=False)

    def _workers(self) -> Pool:
        if self._pool is None:
            from archive.workers.pool import Pool, processors

            self._pool = self._stack.enter_context(Pool(self._jobs or processors(), self._terms))
        return self._pool


def _only_one(found: Iterator[Item]) -> Iterator[Item]:
    """Pass one submission on, after making sure that no second follows."""
    held = list(_up_to_two(found))
    if sum(isinstance(item, Submission) for item in held) > 1:
        raise InvalidValueError(
            "an article's id, URL or title was given, but the input holds more than one article; add them one by one"
        )
    yield from held


def _up_to_two(found: Iterator[Item]) -> Iterator[Item]:
    count = 0
    for item in found:
        yield item
        count += isinstance(item, Submission)
        if count > 1:
            return
