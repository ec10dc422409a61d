"""`morgue related`: articles like another one. Annotations are not postponed, see `cli.app`."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.asking import At, position_of, tell_position
from cli.context import indexed, opened
from cli.main import NO_HITS

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Format = Literal["text", "json", "jsonl", "csv", "ids", "urls"]


@app.command()
def related(  # noqa: PLR0917 - the options of the command are its contract
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The article; a position means the version there.")],
    format_: Annotated[
        Format,
        typer.Option("--format", metavar="FORMAT", help="Print the articles as text, json, jsonl, csv, ids or urls."),
    ] = "text",
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Print so many articles; 0 is all.")] = 10,
    offset: Annotated[int, typer.Option(metavar="N", min=0, help="Skip so many articles first.")] = 0,
    at: At = None,
) -> int:
    """Find articles like another one: those that have the words by which it stands out.

    These are up to 25 words of its title and text that it has often and that few articles have. What has any of them
    is ranked as by `morgue search --any`; in JSON, `query` is the query that this comes to. The article itself is not
    among them.
    """
    with opened(context) as archive:
        from cli.hits import write_hits
        from index.search import Request

        position = position_of(archive, at)
        version = _version(archive, identifier, position)
        count = format_ == "json" or offset > 0 or sys.stderr.isatty()
        request = Request(query="", limit=limit or None, offset=offset, count=count)
        with indexed(archive) as index:
            results = index.related(version, request, at=position)
        tell_position(archive, at, results.position)
        write_hits(results, format_)
        return 0 if results.page else NO_HITS


def _version(archive: "Archive", identifier: str, at: int | None) -> "Version":
    """Return the version that an ID means as of an event. Raises NoSuchArticleError, ErasedError."""
    version = archive.find(identifier)
    if at is None or version.position <= at:
        return version
    from archive.errors import NoSuchArticleError
    from archive.identity import current_version

    known = [one for one in archive.versions(version.article_id) if one.position <= at]
    if not known:
        raise NoSuchArticleError(identifier, f"it was recorded at position {version.position}, after {at}")
    return current_version(known)
