"""What scripts may ask of the formats of hits: keys, a template, a version. docs/formats.md describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VERSION = 1
"""Of all formats of hits. Keys may be added under it; to take one away, or to change what it means, takes another."""

KEYS = (
    "rank", "score", "position", "article", "version", "versions", "title", "publisher", "agency", "authors",
    "published", "place", "language", "tags", "url", "origin", "captured", "recorded", "digest", "snippet", "marks",
    "retracted", "corrections", "notes", "withheld",
)  # fmt: skip
"""The keys of a hit: those of `Hit.as_dict`, which are known here before there is any hit."""

_WITH_KEYS = ("json", "jsonl", "csv")


def keys_of(format_name: str, fields: str | None, version: int) -> tuple[str, ...] | None:
    """Return the keys that are asked for, None for all. Raises BadParameter."""
    if version != VERSION:
        raise typer.BadParameter(
            f"this morgue writes version {VERSION} only, not {version}", param_hint="'--format-version'"
        )
    if fields is None:
        return None
    if format_name not in _WITH_KEYS:
        raise typer.BadParameter(f"goes with --format {', '.join(_WITH_KEYS)}", param_hint="'--fields'")
    from cli.templates import picked

    return picked(fields, KEYS)


def template_of(
    format_name: str, fields: str | None, template: str | None
) -> Callable[[Mapping[str, Any]], str] | None:
    """Return what fills a template for a hit, None where there is none. Raises BadParameter."""
    if template is None:
        return None
    if format_name != "text" or fields is not None:
        raise typer.BadParameter("takes the place of --format and --fields; leave them out", param_hint="'--template'")
    from cli.templates import parse_template

    return parse_template(template, KEYS)
