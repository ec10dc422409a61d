"""JSON as it is printed: readable in any script, and harmless to a terminal."""

from __future__ import annotations

import json
import re

# What `json` leaves as it is though a terminal would act on it (see `cli.terminal.clean`), and halves of surrogate
# pairs, which no encoding can write. They only ever stand within strings, where an escape means the same.
_ACTIVE = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def dumps(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON, on one line unless it is indented."""
    return _ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False, indent=indent))
