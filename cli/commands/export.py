"""`morgue export`: write the archive, or some of its articles, for other archives and other programs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from cli.context import opened
from cli.facts import counted
from cli.main import SOME_FAILED
from cli.progress import progress_bar
from cli.streams import say
from cli.terminal import clean, note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.archive import Archive
    from archive.article import Version
    from archive.moving.carried import Source
    from archive.store import Recorded
    from cli.progress import Bar

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Form(StrEnum):
    """What an export is written as."""

    EVENTS = "events"
    FOLDER = "folder"
    WARC = "warc"
    JSON_LD = "json-ld"


_LOSSLESS = (Form.EVENTS, Form.FOLDER)


@app.command()
def export(
    context: typer.Context,
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…]", help="Only what is about these articles.", show_default=False),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="What to write.")] = Form.EVENTS,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="Where to; - for standard output.", show_default=False),
    ] = None,
    salvage: Annotated[
        bool, typer.Option("--salvage", help="Write what is sound of a damaged archive, and name the rest.")
    ] = False,
) -> int:
    """Write the archive, or all about some articles, for other archives and other programs.

    `events` is lossless: JSON Lines with the envelope of each event as it is stored, and its parts with their salts.
    `folder` is the same as a folder of files, which is missing or empty before. `morgue import` and `morgue merge` take
    both. `warc` are the originals with the headers that they came with (compressed where the name ends with .gz), and
    what is known of them; `json-ld` are the current versions as articles in the words of schema.org, one a line. Both
    leave withheld articles out, unless you name them.

    All that is written is checked first; the same archive gives the same bytes. A file is readable for you only, and is
    there when it is complete. Of a damaged archive nothing is written, unless with --salvage: then what does not verify
    is named on standard error and left out, and the exit code is 3.
    """
    path = None if output is None or str(output) == "-" else output
    if form is Form.FOLDER and path is None:
        raise typer.BadParameter("names the folder to write; the format needs one", param_hint="'--output'")
    if salvage and (identifiers or form not in _LOSSLESS):
        raise typer.BadParameter("writes all that is sound, as events or as a folder", param_hint="'--salvage'")
    with progress_bar("exporting") as bar:
        if salvage:
            return _salvage(context, form, path, bar)
        with opened(context) as archive:
            from archive.moving.exporting import CheckedSource, chosen_positions
            from archive.moving.sources import ArchiveSource

            positions = chosen_positions(archive, identifiers) if identifiers else None
            if form in _LOSSLESS:
                _write(CheckedSource(ArchiveSource(archive.store, positions), bar.step), form, path)
            elif form is Form.WARC:
                _write_warc(archive, positions, path)
            else:
                _write_articles(archive, identifiers, path, bar)
    return 0


def _write(source: Source, form: Form, path: Path | None) -> None:
    from archive.moving.exporting import write_folder, write_lines

    if form is Form.FOLDER and path is not None:
        write_folder(source, path)
        return
    with _opened_output(path) as out:
        write_lines(source, out.write)


def _salvage(context: typer.Context, form: Form, path: Path | None, bar: Bar) -> int:
    from archive.moving.salvaging import SalvageSource

    lost = 0

    def tell(position: int | None, what: str) -> None:
        nonlocal lost
        lost += 1
        say(clean(what if position is None else f"position {position}: {what}"))

    settings = context.obj
    _write(
        SalvageSource(settings.path(), tell, lock_timeout=settings.lock_timeout, progress=bar.step),
        form,
        path,
    )
    if lost:
        note(f"left out what does not verify: {counted(lost, 'problem')}")
    return SOME_FAILED if lost else 0


def _write_warc(archive: Archive, positions: list[int] | None, path: Path | None) -> None:
    from archive.moving.warc import write_warc

    compress = path is not None and path.suffix == ".gz"
    with archive.store.snapshot(), _opened_output(path) as out:
        recorded = (
            _shown(archive, archive.events(0, archive.size())) if positions is None else map(archive.event, positions)
        )
        erased = write_warc(archive, recorded, out, compress=compress)
    if erased:
        note(f"{counted(erased, 'version was', 'versions were')} erased, and left out")


def _write_articles(archive: Archive, identifiers: list[str] | None, path: Path | None, bar: Bar) -> None:
    from archive.amending import current_versions
    from archive.moving.exporting import is_withheld
    from archive.moving.news_articles import news_articles

    versions: Iterable[Version] = map(archive.find, identifiers or ())
    if not identifiers:
        current = current_versions(archive, bar.step)
        versions = (version for version in current if not is_withheld(archive, version.article_id))
    with archive.store.snapshot(), _opened_output(path) as out:
        out.writelines(news_articles(archive, versions))


def _shown(archive: Archive, recorded: Iterable[Recorded]) -> Iterator[Recorded]:
    """Yield events, but for those about articles that are withheld."""
    from archive import events
    from archive.moving.exporting import is_withheld

    for event in recorded:
        about_article = events.kind_of(event.attribute("type")) in events.ARTICLE_KINDS
        if not about_article or not is_withheld(archive, event.attribute("subject")):
            yield event


class _Output:
    """Standard output, which says that it was the one where it refuses; else the archive would be taken for it."""

    def write(self, content: bytes) -> int:
        """Write, as a file does. Raises OSError."""
        try:
            return sys.stdout.buffer.write(content)
        except OSError as error:
            error.filename = "standard output"
            raise

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Write one after the other. Raises OSError."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Leave it to the end of the process."""


@contextmanager
def _opened_output(path: Path | None) -> Iterator[BinaryIO]:
    """Yield what to write to: standard output, or a file that is put in place when it is complete."""
    if path is None:
        yield cast("BinaryIO", _Output())
        return
    from archive.moving.placing import new_file

    with new_file(path) as file:
        yield file
