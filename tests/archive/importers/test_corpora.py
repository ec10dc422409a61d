"""The rules on collections of real texts, where those are at hand: every span points at what it names."""

from __future__ import annotations

import json
import tarfile
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.importers.reading import read_text
from archive.passages import blanked, spans_in_text

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[4] / "shared" / "data"
SAMPLE = 3000
# Of what texts that were written, not scraped, hold, hardly anything is boilerplate.
MOST_MARKED = 0.001


def bodies(name: str) -> Iterator[str]:
    """Yield the first texts of a collection."""
    path = DATA / f"{name}.tar.xz"
    if not path.exists():
        pytest.skip(f"needs the collection {path.name}, which is not beside this checkout")
    with tarfile.open(path) as packed:
        for member in packed:
            stream = packed.extractfile(member) if member.name.endswith("docs.jsonl") else None
            if stream is not None:
                for line in islice(stream, SAMPLE):
                    yield json.loads(line)["body"]
                return


@pytest.mark.parametrize("name", ["bench_senate", "ecbplus_topics_1-22"])
def test_every_span_points_at_what_it_names_and_little_is_marked(name: str) -> None:
    read = marked = 0
    for text in bodies(name):
        reading = read_text(text, extractor="test/1")
        for candidates in reading.fields.values():
            for candidate in candidates:
                assert candidate.span is not None
                assert text[candidate.span.start : candidate.span.end] == candidate.raw
        spans = spans_in_text(reading.boilerplate)
        assert spans == sorted(spans)
        assert all(start < end <= following for (start, end), (following, _) in pairwise(spans))
        assert len(blanked(text, spans)) == len(text)
        read += len(text)
        marked += sum(end - start for start, end in spans)
    assert marked <= MOST_MARKED * read
