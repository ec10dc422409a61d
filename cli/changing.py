"""What the commands of the life cycle share: which articles are meant, what became of each, and what a run keeps."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import catch_up, opened
from cli.main import SOME_FAILED
from cli.progress import progress_bar
from cli.runs import agent
from cli.streams import say
from cli.terminal import clean, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archive.adding import Outcome
    from archive.archive import Archive
    from archive.article import Version
    from archive.changing import Change, Changed, Statement
    from archive.submission import Failure

STDIN = "-"
_WITHHELD = "[in the event]"

# The options that several commands have.
Article = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="The article: its id, a position, a digest or a URL; - reads IDs, one a line.",
        show_default=False,
    ),
]
Articles = Annotated[
    list[str],
    typer.Argument(
        metavar="ID…",
        help="The articles: ids, positions, digests or URLs; - reads them, one a line.",
        show_default=False,
    ),
]
NoIndex = Annotated[bool, typer.Option("--no-index", help="Leave the index for the next search.")]
Json = Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")]


def change(
    context: typer.Context,
    identifiers: Sequence[str],
    statement: Statement,
    *,
    command: str,
    words: Iterable[str | None],
    no_index: bool,
    json: bool,
) -> int:
    """Say something of articles, print a line for each; return the exit code.

    `words` are those of the command line that say it. Where an article that the command line names does not exist,
    nothing is recorded; lines of standard input that name none are told one by one. Raises NoSuchArticleError,
    AmbiguousIdError, BusyError, StorageError.
    """
    from archive.changing import change_many

    render = as_json if json else as_line
    counts = dict.fromkeys((statement.status, "unchanged", "failed"), 0)
    with opened(context) as archive, progress_bar(command) as bar:
        named = _named(archive, identifiers)
        results = change_many(
            archive,
            _changes(archive, statement, named, wanted=STDIN in identifiers),
            command=command,
            arguments=kept_arguments(context.obj.arguments, words, named),
            agent=agent(),
        )
        # Closed at once, whatever happens: an interrupted run is recorded while the archive is open.
        with closing(results):
            for result in results:
                status = _tell(result, lambda changed: bar.print(render(changed)))
                counts[status] += 1
        if counts[statement.status] and not no_index:
            catch_up(archive)
    if counts["failed"] or (sys.stderr.isatty() and sum(counts.values()) > 1):
        note(", ".join(f"{count:,} {status}" for status, count in counts.items() if count))
    return SOME_FAILED if counts["failed"] else 0


def _tell(result: Changed | Failure, print_: Callable[[Changed], None]) -> str:
    from archive.submission import Failure

    if isinstance(result, Failure):
        say(clean(str(result)))
        return "failed"
    print_(result)
    return result.status


def _named(archive: Archive, identifiers: Iterable[str]) -> dict[str, Version]:
    """Return the versions that the IDs of the command line name. Raises NoSuchArticleError, AmbiguousIdError."""
    return {identifier: archive.find(identifier) for identifier in identifiers if identifier != STDIN}


def _changes(
    archive: Archive, said: Statement, named: dict[str, Version], *, wanted: bool
) -> Iterator[Change | Failure]:
    from archive.changing import Change
    from archive.errors import AmbiguousIdError, NoSuchArticleError
    from archive.submission import Failure

    yield from (Change(said, version) for version in named.values())
    for number, line in enumerate(sys.stdin if wanted else (), 1):
        # What `add` and this print is taken, too: behind the first tab stands more than an ID.
        identifier = line.partition("\t")[0].strip()
        if not identifier:
            continue
        try:
            yield Change(said, archive.find(identifier))
        except (NoSuchArticleError, AmbiguousIdError) as error:
            yield Failure(path=STDIN, line=number, message=str(error))


def kept_arguments(arguments: Sequence[str], said: Iterable[str | None], named: dict[str, Version]) -> tuple[str, ...]:
    """Return the words of a command line as a run keeps them.

    What is said stands in the event; a second copy would outlive an erasure. So would a URL that names an article, or
    another ID that tells what it is: the article's own id takes its place.
    """
    texts = set(said)
    kept: list[str] = []
    for word in arguments:
        option, equals, value = word.partition("=")
        if word in named:
            kept.append(named[word].article_id)
        elif word in texts:
            kept.append(_WITHHELD)
        elif equals and option.startswith("--") and value in texts:
            kept.append(f"{option}={_WITHHELD}")
        else:
            kept.append(word)
    return tuple(kept)


def as_line(changed: Changed | Outcome) -> str:
    """Return what became of an article as a line, in the manner of `add`."""
    return "\t".join((str(changed.position), changed.status, changed.digest, clean(changed.title or "")))


def as_json(changed: Changed | Outcome) -> str:
    """Return what became of an article as a JSON object."""
    from cli.jsontext import dumps

    return dumps(
        {
            "position": changed.position,
            "status": changed.status,
            "digest": changed.digest,
            "title": changed.title,
            "article": changed.article_id,
        }
    )
