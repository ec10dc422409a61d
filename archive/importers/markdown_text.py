"""Markdown (CommonMark, with tables) to text: paragraphs, without the marks; links and pictures to their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive.importers.fragments import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_LINES = frozenset({"tr_close", "list_item_open", "list_item_close"})
_WITHIN_A_TABLE = frozenset({"th_close", "td_close", "thead_close", "tbody_close"})


class Body(NamedTuple):
    """A text, and where in it, `[start, end)`, the heading of the first level stands that it begins with."""

    text: str
    heading: tuple[int, int] | None


def read_markdown(source: str) -> Body:
    """Return the text of a Markdown document: blocks apart by an empty line, items and rows by a line's end."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    pieces: list[str] = []
    due = 0
    length = 0
    heading: tuple[int, int] | None = None
    for number, token in enumerate(tokens):
        if token.type in {"inline", "fence", "code_block", "html_block"}:
            written = _written(token)
            if not written:
                continue
            if pieces:
                pieces.append("\n" * due or " ")
                length += len(pieces[-1])
            elif number == 1 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
                heading = (0, len(written))
            pieces.append(written)
            length += len(written)
            due = 2 if token.type != "inline" else 0
        else:
            due = max(due, _break(token))
    return Body("".join(pieces), heading)


def _break(token: Token) -> int:
    """Return how many line ends a mark of a block puts between what is ahead of it and what is behind."""
    if token.type in _LINES or (token.hidden and token.type == "paragraph_close"):
        return 1
    return 2 if token.type.endswith("_close") and token.type not in _WITHIN_A_TABLE else 0


def _written(token: Token) -> str:
    if token.type == "html_block":
        return text_of(token.content)
    if token.type == "inline":
        return _inline(token.children or ()).strip()
    return token.content.rstrip("\n")


def _inline(tokens: Sequence[Token]) -> str:
    pieces: list[str] = []
    for token in tokens:
        if token.type == "image":
            pieces.append(_inline(token.children or ()))
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif token.type == "html_inline":
            pieces.append("\n" if token.content.lower().startswith("<br") else "")
        else:
            pieces.append(token.content)
    return "".join(pieces)
