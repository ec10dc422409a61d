"""`morgue show`: an article, and where it comes from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import opened

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version
    from archive.provenance import Candidate

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_LABEL_WIDTH = 11


@app.command()
def show(
    context: typer.Context,
    identifier: Annotated[
        str,
        typer.Argument(metavar="ID", help="A position, an article's id, 8 or more digits of a digest, or a URL."),
    ],
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Show how each field is known, and where the bytes come from.")
    ] = False,
    original: Annotated[bool, typer.Option("--original", help="Write the original bytes, and nothing else.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print all that is known as a JSON object.")] = False,
) -> None:
    """Show an article: what is known of it, and its text.

    An article's id or its URL means its current version, a position or a digest just that one.
    """
    with opened(context) as archive:
        version = archive.find(identifier)
        if original:
            sys.stdout.buffer.write(archive.original(version))
            sys.stdout.buffer.flush()
        elif json:
            _write_json(archive, version)
        elif provenance:
            _write("\n".join(_provenance_lines(archive, version)))
        else:
            _write("\n".join([*_fact_lines(version), "", *_text_lines(archive.text(version))]))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _fact_lines(version: Version) -> list[str]:
    metadata, article = version.metadata, version.article
    facts = {
        "title": metadata.title,
        "by": ", ".join(metadata.authors) or None,
        "publisher": metadata.publisher,
        "agency": metadata.agency,
        "published": metadata.published,
        "place": metadata.place,
        "language": metadata.language,
        "tags": ", ".join(metadata.tags) or None,
        "url": metadata.url,
        "origin": str(article.origin),
        "captured": article.captured,
        "recorded": f"{version.recorded}, position {version.position}",
        "article": f"{version.article_id}, version {version.number}",
        "digest": article.digest,
    }
    return [line for name, value in facts.items() if value for line in _fact(name, value)]


def _fact(name: str, value: str) -> list[str]:
    from cli.layout import wrapped
    from cli.terminal import BOLD, DIM, coloured, styled, width

    colours = coloured(sys.stdout)
    lines = wrapped(value, width=width(), indent=" " * _LABEL_WIDTH) or [""]
    lines[0] = styled(name.ljust(_LABEL_WIDTH), DIM, on=colours) + lines[0][_LABEL_WIDTH:]
    if name == "title":
        lines = [styled(line, BOLD, on=colours) for line in lines]
    return lines


def _text_lines(text: str) -> list[str]:
    """Return a text in lines that fit a terminal; in a pipe its lines stay as they are."""
    from cli.layout import wrapped
    from cli.terminal import clean, width

    if not sys.stdout.isatty():
        return [clean(line) for line in text.splitlines()]
    return [piece for line in text.splitlines() for piece in wrapped(line, width=min(width(), 100)) or [""]]


def _provenance_lines(archive: Archive, version: Version) -> list[str]:
    article = version.article
    envelope = archive.event(version.position).envelope
    identity = (
        f"the id {article.key} of the input"
        if article.key is not None
        else f"the URL {article.canonical_url}"
        if article.canonical_url is not None
        else "its content"
    )
    lines = _fact_lines(version)
    lines += ["", "how each field is known"]
    for name, candidates in article.metadata.fields.items():
        for number, candidate in enumerate(candidates):
            lines += _fact(name if not number else "  or", _candidate(candidate))
    lines += ["", "where the bytes come from"]
    lines += _fact("origin", f"{article.origin}, read as {article.origin.format} by {article.origin.importer}")
    lines += _fact("original", f"{article.length} bytes, {article.media_type}, {article.encoding}")
    lines += _fact("digest", f"SHA-256 {article.digest}")
    lines += _fact("identity", identity)
    lines += ["", "how it was recorded"]
    lines += _fact("event", f"{envelope.id}, {envelope.kind}, position {version.position}")
    if envelope.causation is not None:
        lines += _fact("follows", f"event {envelope.causation}")
    lines += _fact("run", _run(archive, version))
    for part, commitment in sorted(envelope.commitments.items()):
        lines += _fact("commits to", f"{part}: {commitment}")
    for sibling in archive.versions(version.article_id):
        if sibling.position != version.position:
            lines += _fact("see also", f"version {sibling.number}, position {sibling.position}, {sibling.recorded}")
    return lines


def _candidate(candidate: Candidate) -> str:
    value = ", ".join(candidate.value) if isinstance(candidate.value, tuple) else candidate.value
    where = ""
    if candidate.span is not None:
        unit = "characters" if candidate.span.source == "text" else "bytes"
        where = f", {unit} {candidate.span.start} to {candidate.span.end} of the {candidate.span.source}"
    raw = f", as written: {candidate.raw}" if candidate.raw is not None and candidate.raw != value else ""
    return f"{value} ({candidate.method}, {candidate.extractor}{where}{raw})"


def _run(archive: Archive, version: Version) -> str:
    for recorded in archive.events(version.position + 1):
        if recorded.attribute("subject") == version.run:
            run = archive.run(recorded.position)
            by = f" by {run.agent}" if run.agent else ""
            return (
                f"{run.id}: {run.command}{by}, {run.tool}, {run.started} to {run.ended}, position {recorded.position}"
            )
    return f"{version.run}, which was interrupted before it could be recorded"


def _write_json(archive: Archive, version: Version) -> None:
    import json

    from archive import codec

    document: dict[str, Any] = {
        "position": version.position,
        "article": version.article_id,
        "version": version.number,
        "recorded": version.recorded,
        "event": archive.event(version.position).envelope.attributes(),
        "metadata": {name: _plain(candidates[0]) for name, candidates in version.metadata.fields.items() if candidates},
        "provenance": codec.article_document(version.article),
        "text": archive.text(version),
    }
    _write(json.dumps(document, ensure_ascii=False, indent=1))


def _plain(candidate: Candidate) -> str | list[str]:
    return list(candidate.value) if isinstance(candidate.value, tuple) else candidate.value
