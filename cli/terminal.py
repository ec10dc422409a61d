"""What reaches a terminal: harmless text, styles only where they are wanted, the width."""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_right
from typing import TextIO

from cli.streams import say

# What a terminal would act on: control characters, and the marks that turn text around (bidirectional overrides); and
# the bytes of a file's name that are no text, which Python holds as halves of surrogate pairs.
_ACTIVE = r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff]"
# Ascending bounds of half-open ranges: where one begins, where it ends, where the next one begins. To compile classes
# of so many characters for `re` takes longer than a search.
_WIDE = (
    "\u1100\u1160\u2e80\u303f\u3041\ua4d0\uac00\ud7a4\uf900\ufb00\ufe30\ufe70\uff00\uff61"
    "\U0001f300\U0001fb00\U00020000\U0003fffe"
)
_WITHOUT_WIDTH = (
    "\u0300\u0370\u0483\u048a\u0591\u05be\u0610\u061b\u064b\u0660\u1ab0\u1b00\u200b\u200e\u20d0\u2100\ufe20\ufe30"
)

BOLD, DIM, MARKED, ALERT = "1", "2", "1;33", "1;31"
_DEFAULT_WIDTH = 80
_NARROWEST = 20


def clean(text: str) -> str:
    """Return a text on one line in which nothing can drive a terminal: what could is shown as a space or U+FFFD."""
    if text.isprintable():
        # Nearly always: the expression is not even compiled then.
        return text
    return re.sub(_ACTIVE, lambda match: " " if match[0] in "\t\n\r" else "\ufffd", text)


def clean_lines(text: str) -> str:
    """Return a text of several lines in which nothing can drive a terminal; line ends of any kind become newlines."""
    return "\n".join(clean(line) for line in text.splitlines())


def coloured(stream: TextIO) -> bool:
    """Tell whether styles may be written to a stream: a terminal that has them, and a user who wants them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, *, on: bool) -> str:
    """Return a text in a style (an SGR code), or as it is."""
    return f"\x1b[{style}m{text}\x1b[0m" if on and text else text


def width() -> int:
    """Return the columns of the terminal on standard output, 80 where it is none."""
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        columns = _DEFAULT_WIDTH
    return max(_NARROWEST, columns or _DEFAULT_WIDTH)


def cells(text: str) -> int:
    """Return the columns that a text takes, about: East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    beyond = [character for character in text if character >= _WITHOUT_WIDTH[0]]
    wide = sum(_within(_WIDE, character) for character in beyond)
    return len(text) + wide - sum(_within(_WITHOUT_WIDTH, character) for character in beyond)


def _within(bounds: str, character: str) -> bool:
    return bisect_right(bounds, character) % 2 == 1


def note(sentence: str) -> None:
    """Tell the user something beside the data, on standard error."""
    say(f"morgue: {clean(sentence)}")
