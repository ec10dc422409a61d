"""The registry of importers: which reads a format, and which fits a file.

Each is imported when it is asked for, so that commands that read no input pay nothing for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.importers.protocol import Importer

__all__ = ["NAMES", "detect", "importer_for"]


def _jsonl() -> Importer:
    from archive.importers.jsonl import JsonlImporter

    return JsonlImporter()


def _text() -> Importer:
    from archive.importers.text import TextImporter

    return TextImporter()


# In the order in which they are asked: the picky ones first, `text` takes what is left.
_IMPORTERS: dict[str, Callable[[], Importer]] = {"jsonl": _jsonl, "text": _text}

NAMES = tuple(_IMPORTERS)
"""The formats that `--format` knows, in the order of detection."""


def importer_for(name: str) -> Importer:
    """Return the importer of a format. Raises `InvalidValueError` for a name that is not in `NAMES`."""
    make = _IMPORTERS.get(name)
    if make is None:
        raise InvalidValueError(f"there is no format {name!r}; the formats are: auto, {', '.join(NAMES)}")
    return make()


def detect(head: bytes) -> Importer:
    """Return the first importer that takes a file for its own, by its first 4 KiB.

    There is always one: what no other claims is `text`, which says of bytes that are none that they are not text.
    """
    for make in _IMPORTERS.values():
        importer = make()
        if importer.detect(head):
            return importer
    return _text()
