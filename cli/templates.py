r"""Templates of a line for each hit: `{title}\t{published}`.

A key in braces stands for its value, `{{` and `}}` for braces, `\t`, `\n`, `\0` and `\\` for a tab, a line end, NUL and
a backslash. There is nothing else to it: no formats, no expressions, nothing that a template could run or reach.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer

from cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<key>[^{}]*)\}|\\(?P<escape>.?)|[{}]", re.DOTALL)
_ESCAPES = {"t": "\t", "n": "\n", "0": "\0", "\\": "\\"}
_ENDS = ("\n", "\0")


def parse_template(text: str, keys: Collection[str]) -> Callable[[Mapping[str, Any]], str]:
    """Return what makes the text of a hit, given its members; a line end is added where the template has no end.

    Raises BadParameter for a key that there is none of, naming those that there are, and for other things in braces or
    behind a backslash.
    """
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for match in _PIECE.finditer(text):
        pieces.append((text[at : match.start()], None))
        at = match.end()
        if (key := match["key"]) is not None:
            pieces.append(("", _known(key, keys)))
        elif (escape := match["escape"]) is not None:
            if escape not in _ESCAPES:
                raise _bad(f"'\\{escape}' means nothing; write \\t, \\n, \\0, or \\\\ for a backslash")
            pieces.append((_ESCAPES[escape], None))
        elif len(match[0]) == 1:
            raise _bad(f"a {match[0]} stands alone; write {match[0] * 2} for the character itself")
        else:
            pieces.append((match[0][0], None))
    pieces.append((text[at:], None))
    if not "".join("x" if key else literal for literal, key in pieces).endswith(_ENDS):
        pieces.append(("\n", None))

    def fill(members: Mapping[str, Any]) -> str:
        return "".join(literal if key is None else as_text(members[key]) for literal, key in pieces)

    return fill


def as_text(value: object) -> str:
    """Return the value of a key on one line: nothing for null, members of a list with `; ` between them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return clean("; ".join(value))
    from cli.jsontext import dumps

    return dumps(value)


def picked(text: str, keys: Collection[str]) -> tuple[str, ...]:
    """Return the keys that a list with commas names, in its order. Raises BadParameter for one that is no key."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in keys:
            raise typer.BadParameter(_no_key(name, keys), param_hint="'--fields'")
    return tuple(dict.fromkeys(names))


def _known(key: str, keys: Collection[str]) -> str:
    if key not in keys:
        raise _bad(_no_key(key, keys))
    return key


def _no_key(key: str, keys: Collection[str]) -> str:
    return f"there is no key {clean(key)!r}; the keys are {', '.join(keys)}"


def _bad(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint="'--template'")
