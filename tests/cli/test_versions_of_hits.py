"""How hits tell of the other versions of their articles, and how long their passages are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.cli.process import morgue

if TYPE_CHECKING:
    from tests.sessions import Place


def hits(place: Place, *words: str) -> list[dict[str, Any]]:
    done = morgue(place, "--archive", "archive", "search", *words, "--format", "jsonl")
    return [json.loads(line) for line in done.lines]


def test_the_versions_of_an_article_are_one_hit_that_tells_how_many_there_were(filled: Place) -> None:
    [now] = hits(filled, "size", "office")
    assert (now["position"], now["version"], now["versions"]) == (4, 2, 2)
    [then] = hits(filled, "fits", "--at", "3")
    assert (then["position"], then["version"], then["versions"]) == (2, 1, 1)


def test_a_passage_is_as_long_as_is_asked_for(filled: Place) -> None:
    [usual] = hits(filled, "buoy", "ferry", "nights")
    [short] = hits(filled, "buoy", "ferry", "nights", "--context", "60")
    [none] = hits(filled, "buoy", "ferry", "nights", "--context", "0")
    assert len(short["snippet"]) < len(usual["snippet"])
    assert (none["snippet"], none["marks"]) == ("", [])
    assert usual == {**short, "snippet": usual["snippet"], "marks": usual["marks"]}
