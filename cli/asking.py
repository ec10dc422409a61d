"""What commands that search have in common: their options, and what these mean. Annotations: see `cli.app`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.archive import Archive
    from index.aliases import Aliases
    from index.search import Request

# Words with a hyphen in front are negated words, so unknown options are taken as words; there are no short options.
QUERY_SETTINGS = {"ignore_unknown_options": True}


OptionalQuery: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY…]", help="What to look for; without it, every article counts.", show_default=False),
]
At: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="POSITION|TIME", help="Search the archive as it stood after an event, or at a time."),
]
AnyWord: TypeAlias = Annotated[bool, typer.Option("--any", help="Find articles with any of the words, not with all.")]
AsWords: TypeAlias = Annotated[
    bool, typer.Option("--literal", help="Take everything as words: no operators, no fields.")
]
Exact: TypeAlias = Annotated[
    bool, typer.Option("--exact", help="Find names as they are spelled here only, and use no aliases.")
]
AliasFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--aliases", metavar="FILE", help="Take aliases from a file; else from aliases.txt in the archive, if any."
    ),
]
FACETS = ("publisher", "agency", "author", "place", "language", "tag", "month", "year")
"""Those of `index.facets.FACETS`, which the help lists without importing it."""

Facets: TypeAlias = Annotated[
    str, typer.Option(metavar="NAME,…", help=f"Count all hits by: {', '.join(FACETS)}.", show_default=False)
]

_LIKE_A_YEAR = r"(?:19|20)\d\d"
_UNKNOWN_OPTION = r"--[A-Za-z][\w-]*(=.*)?"


def check_words(query: "Sequence[str]") -> None:
    """Raise BadParameter for a word of a query that looks like an option."""
    for word in query:
        if word.startswith("--") and re.fullmatch(_UNKNOWN_OPTION, word):
            raise typer.BadParameter(
                f"there is no option {word.split('=')[0]}; to look for such a word, quote it: '\"{word}\"'"
            )


def request_of(
    archive: "Archive",
    query: "Sequence[str] | None",
    *,
    any_word: bool,
    literal: bool,
    exact: bool,
    aliases: Path | None,
) -> "Request | None":
    """Return what is asked, None where no words are given: it finds what `morgue search` finds by the same options.

    Raises BadParameter, BadAliasesError, OSError.
    """
    from index.search import Request

    check_words(query or ())
    if not query:
        return None
    return Request(
        query=" ".join(query),
        any_word=any_word,
        literal=literal,
        saved=saved_query,
        exact=exact,
        aliases=None if exact else aliases_of(archive, aliases),
    )


def saved_query(name: str) -> str | None:
    """Return the query of a saved search. The file is read only where a query names one."""
    from cli import saved

    return saved.load(name)


def facets_of(names: str) -> tuple[str, ...]:
    """Return the facets that a list with commas names, each once. Raises BadParameter."""
    asked = tuple(dict.fromkeys(name.strip().lower() for name in names.split(",") if name.strip()))
    for name in asked:
        if name not in FACETS:
            raise typer.BadParameter(
                f"{name!r} is nothing to count by; say some of {', '.join(FACETS)}", param_hint="'--facets'"
            )
    return asked


def aliases_of(archive: "Archive", file: Path | None) -> "Aliases | None":
    """Return the aliases of a file that is named, else those of the archive's own, which need not be there.

    Raises BadAliasesError, OSError.
    """
    own = archive.path / "aliases.txt"
    if file is None and not own.exists():
        return None
    from index.aliases import read_aliases

    return read_aliases(file or own)


def position_of(archive: "Archive", at: str | None) -> int | None:
    """Return the position that `--at` means: digits alone are one, else it is the last at or before a time."""
    if at is None:
        return None
    if at.isascii() and at.isdigit():
        # No log has a position of twenty digits, and Python refuses to convert some thousand.
        return int(at[:20])
    return archive.position_at(at)


def tell_position(archive: "Archive", at: str | None, position: int) -> None:
    """Say on standard error which position a time came to, and that a number that could be a year is none."""
    from cli.terminal import note

    if at is None:
        return
    if not (at.isascii() and at.isdigit()):
        note(f"as of position {position}, recorded {archive.event(position).attribute('time')}")
    elif re.fullmatch(_LIKE_A_YEAR, at):
        note(f"{at} is taken for a position; the end of a year is written {at}-12-31")
