"""Completion in the shell: commands and options as typer knows them, and values from the archive.

Values come from what is at hand: words of fields from the index as it is, names and IDs from the latest events, saved
searches from their file. Nothing is built, nothing waits, and whatever goes wrong, nothing is offered and nothing is
said: the user is in the middle of a line. The scripts that call this are typer's own (`morgue --show-completion`).
"""

from __future__ import annotations

import os
import re
from contextlib import redirect_stderr, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer import Typer

    from archive.archive import Archive
    from archive.article import Version

VARIABLE = "_MORGUE_COMPLETE"
"""What the scripts set: `complete_` and the name of the shell."""

_LATEST = 400
"""Events that names and IDs are looked for in: about a twentieth of a second's."""
_MOST = 40
_IDS = 12
_NAMES = {
    "publisher": "publisher", "agency": "agency", "author": "authors", "place": "place", "language": "language",
    "tag": "tags",
}  # fmt: skip
"""Fields of names in a query and as options, and what they are called in metadata."""

# zsh evaluates what it is offered, twice. So nothing is offered to any shell that could mean something to one.
_HARMLESS = r"[\w .,:/@+&'’-]*"
_NOT_IN_ZSH = "&'"


def complete(app: Typer) -> int:
    """Print what may stand at the cursor, as the shell asks for it by its environment; return the exit code."""
    with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):  # noqa: PTH123 - a name, not a path
        try:
            return _complete(app)
        except SystemExit as leaving:
            # How typer tells fish whether there is anything.
            return leaving.code if isinstance(leaving.code, int) else 0
        except Exception:  # noqa: BLE001 - see above
            return 0


def _complete(app: Typer) -> int:
    from typer import _click
    from typer._completion_classes import completion_init
    from typer.main import get_command

    completion_init()
    instruction, _, shell = os.environ[VARIABLE].partition("_")
    base = _click.shell_completion.get_completion_class(shell)
    if instruction != "complete" or base is None:
        return 1

    class Completing(base):  # type: ignore[valid-type, misc]
        """What typer does for a shell, with values of the archive where an option or argument takes them."""

        def get_completions(self, args: list[str], incomplete: str) -> list[Any]:
            make = _click.shell_completion
            context = make._resolve_context(self.cli, self.ctx_args, self.prog_name, args)  # noqa: SLF001 - no other way
            wanted, incomplete = make._resolve_incomplete(context, args, incomplete)  # noqa: SLF001
            path = context.find_root().params.get("archive")
            offered = list(_values(wanted, path, args, incomplete))
            if not offered:
                return list(wanted.shell_complete(context, incomplete))
            return [
                make.CompletionItem(_quoted(value, shell), help=about and _harmless_only(about))
                for value, about in offered
                if re.fullmatch(_HARMLESS, value) and not (shell == "zsh" and set(value) & set(_NOT_IN_ZSH))
            ][:_MOST]

    printed = Completing(get_command(app), {"obj": ()}, "morgue", VARIABLE).complete()
    if printed:
        print(printed)
    return 0


def _quoted(value: str, shell: str) -> str:
    """Return a value as it stands on the command line: bash puts it there as it is, the others quote it themselves."""
    return re.sub(r"([ &'])", r"\\\1", value) if shell == "bash" else value


def _harmless_only(about: str) -> str:
    return re.sub(r"[^\w ,-]+", " ", about)[:60]


def _values(wanted: Any, path: Any, args: list[str], incomplete: str) -> Iterator[tuple[str, str | None]]:
    """Yield what the archive has for an option or an argument, with what it is about; nothing for all others."""
    name, metavar = getattr(wanted, "name", None), getattr(wanted, "metavar", None) or ""
    if name == "query":
        field, typed, head = _field_of_query(args, incomplete)
        if field in _NAMES:
            with _opened(path) as archive:
                for word in _words(archive, field, typed):
                    yield head + word, None
        elif field == "query":
            for saved, query in _saved(typed):
                yield head + saved, query
    elif name == "save" or metavar == "[NAME…]":
        yield from _saved(incomplete)
    elif metavar in {"ID", "ID…"}:
        with _opened(path) as archive:
            yield from _ids(archive, incomplete)
    elif name in _NAMES or name == "tags":
        with _opened(path) as archive:
            for value in _names(archive, _NAMES.get(name, name), incomplete):
                yield value, None


def _field_of_query(args: list[str], incomplete: str) -> tuple[str, str, str]:
    """Return the field that a word of a query is in, what is typed of its value, and what stands before that.

    bash takes `publisher:ans` for three words, and puts the value in the place of the last one.
    """
    if incomplete == ":" and args:
        return args[-1], "", ""
    if args[-1:] == [":"] and len(args) > 1:
        return args[-2], incomplete, ""
    field, colon, typed = incomplete.partition(":")
    return (field, typed, field + colon) if colon else ("", "", "")


def _saved(typed: str) -> Iterator[tuple[str, str]]:
    """Yield the saved searches whose names begin so, with their queries."""
    from cli import saved

    return ((name, query) for name, query in sorted(saved.searches().items()) if name.startswith(typed))


def _opened(path: Any) -> Archive:
    from pathlib import Path

    from archive.archive import Archive
    from cli.context import Settings

    return Archive.open(Settings(Path(path) if path else None, 0.0).path(), lock_timeout=0.0)


def _words(archive: Archive, field: str, typed: str) -> list[str]:
    """Return the words of a field that begin so, from the index as it is."""
    from index.analysis import names
    from index.index import Index
    from index.reading import View

    generation = Index(archive).generations.current()
    if generation is None or generation.state.archive != archive.id:
        return []
    view = View(generation, generation.state.size - 1)
    beginning = "".join(names(typed))
    found = view.terms_with_prefix(field, beginning.encode())
    return sorted(term.decode() for term in found)


def _names(archive: Archive, member: str, typed: str) -> list[str]:
    """Return the names that the latest articles have in a field, those that begin as typed."""
    found: dict[str, str] = {}
    for version in _latest(archive):
        metadata = version.metadata
        one = metadata.one(member)
        for name in (one,) if one is not None else metadata.many(member):
            if name.casefold().startswith(typed.casefold()):
                found.setdefault(name.casefold(), name)
    return sorted(found.values(), key=str.casefold)


def _ids(archive: Archive, typed: str) -> Iterator[tuple[str, str]]:
    """Yield the positions of the latest articles, or whatever they are known by that begins as typed."""
    offered: set[str] = set()
    for version in _latest(archive):
        about = version.metadata.title or str(version.article.origin)
        known = [str(version.position), version.article_id, version.article.digest, version.metadata.url or ""]
        for identifier in known if typed else known[:1]:
            if identifier.startswith(typed) and identifier not in offered:
                offered.add(identifier)
                yield identifier, about
                break
        if len(offered) >= _IDS:
            return


def _latest(archive: Archive) -> Iterator[Version]:
    """Yield the versions among the latest events, the latest first."""
    from archive.errors import ArchiveError

    size = archive.size()
    for position in range(size - 1, max(-1, size - 1 - _LATEST), -1):
        with suppress(ArchiveError):
            yield archive.version(position)
