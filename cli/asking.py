"""What commands that search have in common: their options, and what these mean. Annotations: see `cli.app`."""

import re
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.archive import Archive
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

_UNKNOWN_OPTION = r"--[A-Za-z][\w-]*(=.*)?"


def check_words(query: "Sequence[str]") -> None:
    """Raise BadParameter for a word of a query that looks like an option."""
    for word in query:
        if word.startswith("--") and re.fullmatch(_UNKNOWN_OPTION, word):
            raise typer.BadParameter(
                f"there is no option {word.split('=')[0]}; to look for such a word, quote it: '\"{word}\"'"
            )


def request_of(query: "Sequence[str] | None", *, any_word: bool, literal: bool) -> "Request | None":
    """Return what is asked, None where no words are given. Raises BadParameter."""
    from index.search import Request

    check_words(query or ())
    return Request(query=" ".join(query), any_word=any_word, literal=literal) if query else None


def position_of(archive: "Archive", at: str | None) -> int | None:
    """Return the position that `--at` means: digits alone are one, else it is the last at or before a time."""
    if at is None:
        return None
    if at.isascii() and at.isdigit():
        # No log has a position of twenty digits, and Python refuses to convert some thousand.
        return int(at[:20])
    return archive.position_at(at)


def tell_position(archive: "Archive", at: str | None, position: int) -> None:
    """Say on standard error which position a time came to."""
    from cli.terminal import note

    if at is not None and not (at.isascii() and at.isdigit()):
        note(f"as of position {position}, recorded {archive.event(position).attribute('time')}")
