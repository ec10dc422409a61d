"""The postings of single terms with numpy: what the blocks say, one posting at a time."""

from __future__ import annotations

from itertools import accumulate
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lists import PlaceRuns
from index.segment.blocks import BLOCK, Blocks, Encoder
from index.segment.reader import Term
from index.segment.term_arrays import TermArrays

if TYPE_CHECKING:
    from random import Random

    from index.segment.reader import Segment

# More than one range of 2^16 documents, frequencies above a byte, positions above two: all widths of all runs.
_documents = st.one_of(st.integers(0, 300), st.integers(65_000, 66_000), st.integers(0, 200_000))
_positions = st.one_of(st.integers(0, 300), st.integers(65_000, 66_000))
_sparse = st.dictionaries(_documents, st.sets(_positions, min_size=1, max_size=4).map(sorted), min_size=1, max_size=20)
_dense = st.builds(
    lambda count, first, step, often: {
        first + number * step: list(range(number % often + 1)) for number in range(count)
    },
    st.integers(BLOCK - 1, 3 * BLOCK + 1),
    st.sampled_from((0, 65_400)),
    st.sampled_from((1, 3, 400)),
    st.sampled_from((1, 3, 300)),
)
_terms = st.lists(st.one_of(_sparse, _dense), min_size=1, max_size=4)


@given(_terms, st.randoms())
@settings(deadline=None)
def test_a_term_is_read_as_it_was_written(terms: list[dict[int, list[int]]], random: Random) -> None:
    encoder = Encoder()
    entries = []
    for postings in terms:
        first = len(encoder.sections["block_first"])
        blocks = encoder.add(sorted(postings.items()), None)
        entries.append(Term(first, first + blocks, len(postings), sum(map(len, postings.values()))))
    sections = {name: memoryview(section) for name, section in encoder.sections.items()}
    last = max(max(postings) for postings in terms)
    segment = SimpleNamespace(sections=sections, blocks=Blocks(sections), documents=last + 1)
    arrays = TermArrays(cast("Segment", segment))
    begin = 0
    pieces, frequencies = [], []
    for postings, term in zip(terms, entries, strict=True):
        assert arrays.documents(term, len(postings)).tolist() == sorted(postings)
        counts = [len(postings[document]) - 1 for document in sorted(postings)]
        assert arrays.frequencies(term, len(postings)).tolist() == counts
        some = len(postings) // 2 + 1
        assert arrays.documents(term, some).tolist() == sorted(postings)[:some]
        assert arrays.frequencies(term, some).tolist() == counts[:some]
        frequencies += counts
        pieces.append((arrays, term, begin))
        begin += len(postings)
    every = [positions for postings in terms for _, positions in sorted(postings.items())]
    chosen = sorted(random.sample(range(len(every)), random.randint(0, len(every))))
    found, ends, places = PlaceRuns(pieces, np.array(frequencies)).places(np.array(chosen, np.int64))
    assert found.tolist() == [len(every[number]) for number in chosen]
    assert ends.tolist() == list(accumulate(found.tolist()))
    assert places.tolist() == [place for number in chosen for place in every[number]]
