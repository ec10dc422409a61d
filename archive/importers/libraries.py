"""The libraries that importers read with: a run records their versions, as another version may read otherwise."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIBRARIES: dict[str, tuple[str, ...]] = {
    "text": ("charset-normalizer",),
}
"""Per format the distributions whose code has a say in what is read of it."""


def versions_for(formats: Iterable[str]) -> Iterator[str]:
    """Yield the libraries of some formats that are installed, with their versions: `charset-normalizer/3.4.1`."""
    for name in sorted({library for one in formats for library in LIBRARIES.get(one, ())}):
        try:
            yield f"{name}/{version(name)}"
        except PackageNotFoundError:
            # What reads a format may be an extra that this installation does without.
            continue
