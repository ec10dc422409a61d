"""The way in: paths → streams → drafts → submissions.

Here the user's own statements meet what an importer read: what is given wins, and the importer's candidates stay behind
it. Nothing here appends.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import attrs

from archive import edtf, importers
from archive.article import Article, Metadata
from archive.errors import InvalidValueError, NoSuchArticleError
from archive.identity import instant
from archive.ids import is_id
from archive.importers.protocol import Draft, Problem, Record, Skipped
from archive.precedence import arranged
from archive.provenance import FIELD_NAMES, LIST_FIELDS, Candidate, Fields, Origin
from archive.submission import Failure, Submission
from archive.urls import canonical_or_none, canonical_url

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable, Iterator

    from archive.archive import Archive
    from archive.provenance import Value

HEAD_BYTES = 4096
STDIN = "-"
_FILES_OF_AN_ARCHIVE = frozenset({"events.db", "events.db-wal", "events.db-shm"})
GIVEN = "given"
_EXTRACTOR = "user/1"
# Neither a position nor a digest, nor a URL: a mistyped one of those must not pass for an id of the user's own.
_OWN_ID = re.compile(r"(?![0-9a-fA-F]*$)(?!.*://).+", re.DOTALL)


@attrs.frozen(kw_only=True)
class Given:
    """What the user states of the articles to be added: `fields` by name, when they were captured, which one it is."""

    fields: dict[str, Value] = attrs.field(factory=dict)
    captured: str | None = None
    article_id: str | None = None
    key: str | None = None

    @property
    def names_one_article(self) -> bool:
        """Whether it can be true of one article only."""
        named = self.article_id is not None or self.key is not None
        return named or "url" in self.fields or "title" in self.fields

    def naming(self, archive: Archive, identifier: str) -> Given:
        """Return these statements of the article that an identifier names.

        An ID of the archive (see `Archive.find`) is that article. What cannot be one is an id of the user's own: it
        makes a new article, or is the article that was added under it. Raises NoSuchArticleError, AmbiguousIdError.
        """
        try:
            return attrs.evolve(self, article_id=archive.find(identifier).article_id)
        except NoSuchArticleError:
            if _OWN_ID.fullmatch(identifier) and not is_id(identifier.lower()):
                return attrs.evolve(self, key=identifier)
            raise

    def candidates(self) -> Fields:
        """Return the statements as candidates. Raises InvalidValueError where a value cannot be what it should."""
        return {name: (_given(name, value),) for name, value in self.fields.items()}


NOTHING_GIVEN = Given()


def gather(
    paths: Iterable[str], *, given: Given = NOTHING_GIVEN, format_name: str = "auto"
) -> Iterator[Submission | Failure]:
    """Yield what files, folders and `-` (standard input) hold, in path order.

    Folders are walked; what is hidden in them, archives, and what is no file (pipes, sockets) are left out. Raises
    InvalidValueError before the first when a statement is invalid, and when one that names one article meets a second.
    """
    candidates = given.candidates()
    given = attrs.evolve(given, captured=_moment(given.captured))
    found = _gather(paths, _Terms(given, candidates, format_name))
    return _only_one(found) if given.names_one_article else found


def submit_text(text: str, *, given: Given, origin: str = "given") -> Submission:
    """Return a submission of a text that a program has in hand, with what it states of it.

    Raises InvalidValueError.
    """
    original = _storable_text("text", text).encode()
    record = Record(original=original, format=GIVEN)
    draft = Draft(record=record, media_type="text/plain", encoding="utf-8", fields={})
    return _submission(draft, Origin(path=origin, format=GIVEN, importer=_EXTRACTOR), given, given.candidates())


def reread(article: Article, record: Callable[[], Record]) -> tuple[Article, str] | None:
    """Read a record again as today's importer does; None where that is the one which read it before.

    Statements of the user are kept.
    """
    try:
        importer = importers.importer_for(article.origin.format)
    except InvalidValueError:
        return None
    if importers.signature(importer) == article.origin.importer:
        return None
    drafts = [item for item in importer.read(record()) if isinstance(item, Draft)]
    if len(drafts) != 1:
        return None
    stated: Fields = {
        name: (candidates[0],)
        for name, candidates in article.metadata.fields.items()
        if candidates and candidates[0].method == GIVEN
    }
    again = _submission(drafts[0], article.origin, Given(captured=article.captured), stated)
    return again.article, again.text


@attrs.frozen
class _Terms:
    """How inputs are to be read: what is stated of them, as it was and as candidates, and their format."""

    given: Given
    candidates: Fields
    format_name: str


def _gather(paths: Iterable[str], terms: _Terms) -> Iterator[Submission | Failure]:
    for path in paths:
        if path == STDIN:
            yield from _read(sys.stdin.buffer, STDIN, STDIN, terms)
            continue
        for file in _walk(Path(path)):
            if isinstance(file, Failure):
                yield file
                continue
            try:
                with file.open("rb") as stream:
                    yield from _read(stream, str(file), _storable(file), terms)
            except OSError as error:
                yield Failure(path=str(file), message=f"cannot be read: {error.strerror}")


def _walk(path: Path) -> Iterator[Path | Failure]:
    """Yield a file itself, or the files below a folder, in path order.

    Nothing of an archive is ever opened: closing events.db would drop the locks of our own connection to it, and
    commits would be lost (see `archive.database`).
    """
    if not path.exists():
        yield Failure(path=str(path), message="no such file or folder")
        return
    if _is_archive(path):
        yield Failure(path=str(path), message="belongs to an archive; give the files that articles come from")
        return
    if not path.is_dir():
        yield path
        return
    unreadable: list[Failure] = []

    def report(error: OSError) -> None:
        unreadable.append(Failure(path=str(error.filename), message=f"cannot be read: {error.strerror}"))

    for folder, folders, files in os.walk(path, onerror=report):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _is_archive(Path(folder, name))
        )
        for file in (Path(folder, name) for name in sorted(files) if not name.startswith(".")):
            if not file.exists():
                yield Failure(path=str(file), message="cannot be read: it is a link to nothing")
            elif file.is_file() and not _is_archive(file):
                yield file
    yield from unreadable


def _is_archive(path: Path) -> bool:
    try:
        return (path / "events.db").exists() if path.is_dir() else path.resolve().name in _FILES_OF_AN_ARCHIVE
    except OSError:
        # A folder that may not be looked into: walking it says so.
        return False


def _read(stream: BinaryIO, shown: str, stored: str, terms: _Terms) -> Iterator[Submission | Failure]:
    buffered = cast("io.BufferedReader", stream)  # What open() and standard input give; only they can peek.
    if terms.format_name == "auto":
        head = buffered.peek(HEAD_BYTES)[:HEAD_BYTES]
        if not head and shown == STDIN:
            # A feed that has nothing new is no failure.
            return
        if (unread := importers.not_read_yet(head)) is not None:
            yield Failure(path=shown, message=unread)
            return
        importer = importers.detect(head)
    else:
        importer = importers.importer_for(terms.format_name)
    for item in importers.parse(importer, buffered):
        if isinstance(item, Skipped):
            continue
        if isinstance(item, Problem):
            yield Failure(path=shown, line=item.line, message=item.message, partial=item.partial)
            continue
        record = item.record
        origin = Origin(
            path=stored,
            line=record.line,
            format=record.format,
            importer=importers.signature(importers.importer_for(record.format)),
            container=record.container,
            label=record.label,
        )
        try:
            yield _submission(item, origin, terms.given, terms.candidates)
        except InvalidValueError as error:
            yield Failure(path=shown, line=record.line, message=str(error))


def _submission(draft: Draft, origin: Origin, given: Given, candidates: Fields) -> Submission:
    fields: Fields = {
        name: candidates.get(name, ()) + draft.fields.get(name, ())
        for name in dict.fromkeys((*FIELD_NAMES, *draft.fields))
        if name in candidates or name in draft.fields
    }
    captured = _moment(given.captured or draft.captured)
    metadata = Metadata(arranged(fields))
    record = draft.record
    article = Article(
        metadata=metadata,
        origin=origin,
        digest=hashlib.sha256(record.original).hexdigest(),
        length=len(record.original),
        media_type=draft.media_type,
        encoding=draft.encoding,
        text_is_original=draft.text is None,
        boilerplate=draft.boilerplate,
        key=given.key or draft.key,
        canonical_url=canonical_or_none(metadata.url),
        captured=captured,
    )
    return Submission(
        article=article,
        original=record.original,
        text=draft.article_text(),
        capture=record.capture,
        head=record.head,
        named=given.article_id,
    )


def _moment(captured: str | None) -> str | None:
    """Return a stated time of capture in its canonical spelling. Raises InvalidValueError where it names no moment."""
    if captured is None:
        return None
    normal = edtf.normalize(captured)
    instant(normal)
    return normal


def _given(name: str, value: Value) -> Candidate:
    if name not in FIELD_NAMES or isinstance(value, tuple) != (name in LIST_FIELDS):
        raise InvalidValueError(f"{name}={value!r} is no field with its value; the fields: {', '.join(FIELD_NAMES)}")
    for item in (value,) if isinstance(value, str) else value:
        _storable_text(name, item)
    if name == "url" and isinstance(value, str):
        canonical_url(value)
    stated = edtf.normalize(value) if name == "published" and isinstance(value, str) else value
    raw = value if stated != value and isinstance(value, str) else None
    return Candidate(value=stated, method=GIVEN, extractor=_EXTRACTOR, raw=raw)


def _storable_text(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(f"{name}={value!r} is not Unicode text; give it in UTF-8") from None
    return value


def _only_one(found: Iterator[Submission | Failure]) -> Iterator[Submission | Failure]:
    """Pass one submission on, after making sure that no second follows."""
    held = list(_up_to_two(found))
    if sum(isinstance(item, Submission) for item in held) > 1:
        raise InvalidValueError(
            "an article's id, URL or title was given, but the input holds more than one article; add them one by one"
        )
    yield from held


def _up_to_two(found: Iterator[Submission | Failure]) -> Iterator[Submission | Failure]:
    count = 0
    for item in found:
        yield item
        count += isinstance(item, Submission)
        if count > 1:
            return


def _storable(file: Path) -> str:
    r"""Return a file's absolute path as Unicode text: bytes of a name that are none are written as `\\xNN`."""
    return os.fsencode(os.path.abspath(file)).decode("utf-8", "backslashreplace")  # noqa: PTH100 - "a/../b" is "b" here
