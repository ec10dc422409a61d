"""The law of places: what stands at a candidate's span is its `raw`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.importers.protocol import Draft


def check_spans(draft: Draft) -> int:
    """Return how many candidates of a draft state a place. Raises AssertionError where another thing stands there."""
    placed = 0
    text = draft.article_text()
    for field, candidates in draft.fields.items():
        for candidate in candidates:
            span = candidate.span
            if span is None:
                continue
            placed += 1
            if span.source == "text":
                there = text[span.start : span.end]
            else:
                there = draft.record.original[span.start : span.end].decode(draft.encoding)
            assert there == candidate.raw, (field, candidate, there)
    return placed
