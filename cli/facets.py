"""How counts are printed: facets below the hits, and what a query without hits may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.terminal import BOLD, cells, clean, note, styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from index.facets import ValueCount
    from index.suggestions import Suggestion

SHOWN = 10
"""Values of a facet on the screen."""

UNKNOWN = "not known"


def cut(text: str, width: int) -> str:
    """Return a text on one line that takes no more columns than `width`, with … where something was cut off."""
    text = clean(text)
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def facet_lines(facets: Mapping[str, Sequence[ValueCount]], width: int, *, colours: bool) -> Iterator[str]:
    """Yield the lines of a table: each facet with its values, those with most articles or of the latest time."""
    for name, counts in facets.items():
        # What is in the order of time ends with what is not known, as the others do.
        known = [one for one in counts if one.value is not None]
        shown = known[-SHOWN:] if name in {"month", "year"} else known[:SHOWN]
        rest = len(known) - len(shown)
        rows = [(one.value or "", one.articles) for one in shown]
        rows += [(UNKNOWN, one.articles) for one in counts if one.value is None]
        digits = max((len(f"{count:,}") for _, count in rows), default=1)
        yield ""
        yield styled(name, BOLD, on=colours)
        for value, count in rows:
            yield f"  {count:>{digits},}  {cut(value, max(1, width - digits - 4))}"
        if rest:
            yield f"  {'':>{digits}}  {rest:,} more"


def facets_as_json(facets: Mapping[str, Sequence[ValueCount]]) -> dict[str, Any]:
    """Return facets as JSON has them, with all of their values."""
    return {name: [{"value": value, "count": count} for value, count in counts] for name, counts in facets.items()}


def tell_suggestions(suggestions: Sequence[Suggestion]) -> None:
    """Say on standard error which words are in the archive that look like those which are not."""
    for suggestion in suggestions:
        told = [f"{word} ({count:,})" for word, count in suggestion.spellings]
        where = f" in {suggestion.field}:" if suggestion.field is not None else ""
        choice = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"
        note(f"no article has {suggestion.word}{where}; did you mean {choice}?")
