"""`morgue show`: an article, and where it comes from."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import opened
from cli.explaining import LABELS
from cli.facts import fact
from cli.layout import wrapped
from cli.main import NOT_FOUND
from cli.paging import NoPager, paged
from cli.terminal import DIM, clean, coloured, note, styled, width

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version
    from archive.errors import ErasedError
    from archive.provenance import Candidate

app = typer.Typer(rich_markup_mode=None, add_completion=False)

# Control characters but for tabs and line ends, those of C1 as UTF-8 has them.
_DRIVES_TERMINAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]"
    rb"|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c"  # what turns text around, in UTF-8
)


@app.command()
def show(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Annotated[
        str,
        typer.Argument(metavar="ID", help="A position, an article's id, 8 or more digits of a digest, or a URL."),
    ],
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Show how each field is known, and where the bytes come from.")
    ] = False,
    original: Annotated[bool, typer.Option("--original", help="Write the original bytes, and nothing else.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="List all that was recorded about it: versions, corrections, tags, notes.")
    ] = False,
    diff: Annotated[
        str | None, typer.Option("--diff", metavar="A..B", help="Show what version B has otherwise than version A.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all that is known as a JSON object.")] = False,
    no_pager: NoPager = False,
) -> int:
    """Show an article: what became of it, what is known of it, and its text.

    An article's id or its URL means its current version, a position just that one, and a digest the version with those
    bytes, in its latest reading. Of what was erased it tells when and on what ground, and ends with code 4.
    """
    if sum((provenance, original, history, diff is not None)) > 1 or (original and json):
        raise typer.BadParameter("each of --provenance, --original, --history and --diff stands alone")
    with opened(context) as archive, paged(wanted=not no_pager and not original):
        from archive.errors import ErasedError
        from archive.passages import spans_in_text

        if history:
            _write_history(archive, identifier, as_json=json)
            return 0
        try:
            version = archive.find(identifier)
        except ErasedError as error:
            _tell_erased(archive, error, as_json=json)
            return NOT_FOUND
        if diff is not None:
            _write_difference(archive, version, diff, as_json=json)
        elif original:
            _write_bytes(archive.original(version))
        elif json:
            _write_json(archive, version)
        elif provenance:
            _write("\n".join(_provenance_lines(archive, version)))
        else:
            spans = spans_in_text(version.article.boilerplate)
            _write("\n".join([*_fact_lines(archive, version), "", *_text_lines(archive.text(version), spans)]))
    return 0


def _tell_erased(archive: Archive, error: ErasedError, *, as_json: bool) -> None:
    """Tell of what is gone that it is, and on what ground: to a script on standard output, to a reader beside it."""
    from archive.erasing import erasure_of

    if error.erased_at is None:
        raise error
    ground, recorded = erasure_of(archive, error.erased_at)
    if as_json:
        from cli.jsontext import dumps

        erased = {"position": error.erased_at, "recorded": recorded, **ground.document()}
        _write(dumps({"article": error.article_id, "erased": erased}, indent=1))
    why = f"; reason: {ground.reason}" if ground.reason is not None else ""
    note(
        f"erased {recorded}, position {error.erased_at}; basis: {ground.basis}; authority: {ground.authority}{why}. "
        f"What article {error.article_id} said is gone"
    )


def _write_bytes(original: bytes) -> None:
    if sys.stdout.isatty() and _DRIVES_TERMINAL.search(original):
        raise typer.BadParameter("the original holds control characters; send it to a file: --original > FILE")
    sys.stdout.buffer.write(original)
    sys.stdout.buffer.flush()


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _fact_lines(archive: Archive, version: Version) -> list[str]:
    from archive.states import state_of
    from cli.marks import mark_lines, note_lines

    metadata, article = version.metadata, version.article
    state = state_of(archive, version.article_id)
    facts = {
        "title": metadata.title,
        "by": ", ".join(metadata.authors) or None,
        "publisher": metadata.publisher,
        "agency": metadata.agency,
        "published": metadata.published,
        "place": metadata.place,
        "language": metadata.language,
        "tags": ", ".join(state.tags(metadata.tags)) or None,
        "url": metadata.url,
        "origin": str(article.origin),
        "captured": article.captured,
        "recorded": f"{version.recorded}, position {version.position}",
        "article": f"{version.article_id}, {_which(archive, version)}",
        "digest": article.digest,
    }
    told = [line for name, value in facts.items() if value for line in _fact(name, value, bold=name == "title")]
    return [*mark_lines(state, labels=LABELS), *told, *note_lines(state, labels=LABELS)]


def _fact(name: str, value: str, *, bold: bool = False) -> list[str]:
    return fact(name, value, labels=LABELS, bold=bold)


def _which(archive: Archive, version: Version) -> str:
    """Say which version of its article it is, and where the current one is if it is not that."""
    from archive.identity import current_version

    versions = archive.versions(version.article_id)
    current = current_version(versions)
    if len(versions) == 1:
        return f"version {version.number}"
    where = ", the current one" if current.position == version.position else f"; current: position {current.position}"
    return f"version {version.number} of {len(versions)}{where}"


def _text_lines(text: str, boilerplate: list[tuple[int, int]]) -> list[str]:
    """Return a text in lines that fit a terminal, boilerplate dimmed; in a pipe its lines stay as they are."""
    if not sys.stdout.isatty():
        return [clean(line) for line in text.splitlines()]
    dimmed = boilerplate if coloured(sys.stdout) else []
    lines: list[str] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        marks = [
            (max(first, start) - start, min(last, end) - start) for first, last in dimmed if first < end > start < last
        ]
        lines += wrapped(line, width=min(width(), 100), marks=marks, mark=lambda word: styled(word, DIM, on=True)) or [
            ""
        ]
        start = end
    return lines


def _provenance_lines(archive: Archive, version: Version) -> list[str]:
    from archive.explaining import Excerpts, explain
    from cli.explaining import boilerplate_lines, field_lines, section, source_lines

    envelope = archive.event(version.position).envelope
    excerpts = Excerpts(archive, version)
    known = [one for one in explain(version.metadata) if one.candidates]
    lines = _fact_lines(archive, version)
    lines += section("how each field is known")
    if not known:
        lines += wrapped("no field is known; the text is all there is", width=width())
    lines += [line for one in known for line in field_lines(one, excerpts, every=True)]
    lines += source_lines(archive, version)
    lines += boilerplate_lines(version, excerpts)
    lines += section("how it was recorded")
    lines += _fact("event", f"{envelope.id}, {envelope.kind}, position {version.position}")
    if version.amends is not None:
        lines += _fact("amends", f"version {version.amends.number}, position {version.amends.position}")
    elif envelope.causation is not None:
        lines += _fact("follows", f"event {envelope.causation}")
    lines += _fact("run", _run(archive, version))
    for sibling in archive.versions(version.article_id):
        if sibling.position != version.position:
            reads = f", a new reading of position {sibling.amends.position}" if sibling.amends is not None else ""
            lines += _fact(
                "see also", f"version {sibling.number}, position {sibling.position}, {sibling.recorded}{reads}"
            )
    lines += section("what the event commits to")
    for part, commitment in sorted(envelope.commitments.items()):
        lines += _fact(part, commitment)
    return lines


def _run(archive: Archive, version: Version) -> str:
    from archive.errors import ErasedError

    for recorded in archive.events(version.position + 1):
        if recorded.attribute("subject") == version.run:
            try:
                run = archive.run(recorded.position)
            except ErasedError:
                # It named an article that was erased since; what may stay is recorded behind it.
                continue
            by = f" by {run.agent}" if run.agent else ""
            return (
                f"{run.id}: {run.command}{by}, {run.tool}, {run.started} to {run.ended}, position {recorded.position}"
            )
    return f"{version.run}, which was interrupted before it could be recorded"


def _write_json(archive: Archive, version: Version) -> None:
    from archive import codec
    from archive.states import state_of
    from cli.jsontext import dumps
    from cli.marks import state_members

    state = state_of(archive, version.article_id)
    document: dict[str, Any] = {
        "position": version.position,
        "article": version.article_id,
        "version": version.number,
        "amends": version.amends.position if version.amends is not None else None,
        "recorded": version.recorded,
        "event": archive.event(version.position).envelope.attributes(),
        **state_members(state),
        "tags": list(state.tags(version.metadata.tags)),
        "metadata": {name: _plain(candidates[0]) for name, candidates in version.metadata.fields.items() if candidates},
        "provenance": {
            **codec.article_document(version.article),
            "origin": codec.origin_document(version.article.origin),
        },
        "text": archive.text(version),
    }
    _write(dumps(document, indent=1))


def _write_history(archive: Archive, identifier: str, *, as_json: bool) -> None:
    from archive.errors import ErasedError
    from cli.history import write_history

    try:
        article_id = archive.find(identifier).article_id
    except ErasedError as error:
        # What it said is gone; that it was there, and what became of it, is not.
        article_id = error.article_id
    write_history(archive, article_id, as_json=as_json)


def _write_difference(archive: Archive, version: Version, wanted: str, *, as_json: bool) -> None:
    from archive.differences import difference
    from cli.differences import change_lines, members_of, shown, text_diff

    old, new = _two_versions(archive.versions(version.article_id), wanted)
    found = difference(old.article, archive.text(old), new.article, archive.text(new))
    if as_json:
        from cli.jsontext import dumps

        ends = {
            name: {"version": one.number, "position": one.position, "digest": one.article.digest}
            for name, one in (("old", old), ("new", new))
        }
        _write(dumps({"article": new.article_id, **ends, **members_of(found), "text_diff": text_diff(found)}, indent=1))
        return
    heading = " -> ".join(f"version {one.number}, position {one.position}" for one in (old, new))
    lines = list(change_lines(found)) or ["  both say the same"]
    _write("\n".join(line for told in (heading, *lines) for line in shown(clean(told))))


def _two_versions(versions: list[Version], wanted: str) -> tuple[Version, Version]:
    """Return the versions that `A..B` names by their numbers; the first and the last where one is left out."""
    match = re.fullmatch(r"([0-9]{0,9})\.\.([0-9]{0,9})", wanted)
    numbers = [int(match[1] or 1), int(match[2] or len(versions))] if match is not None else []
    if not numbers or not all(1 <= number <= len(versions) for number in numbers):
        raise typer.BadParameter(
            f"write it as 1..2, with numbers from 1 to {len(versions)}, the article's versions", param_hint="'--diff'"
        )
    return versions[numbers[0] - 1], versions[numbers[1] - 1]


def _plain(candidate: Candidate) -> str | list[str]:
    return list(candidate.value) if isinstance(candidate.value, tuple) else candidate.value
