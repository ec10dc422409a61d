"""The forms of a segment: found by their beginnings, and merged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.segment import forms
from index.segment.forms import Forms, lines, merged

_words = st.sets(st.text(st.sampled_from("abé中"), min_size=1, max_size=4).map(str.encode), max_size=20)


def kept(words: set[bytes]) -> Forms:
    """Return forms in the middle of other bytes, as they are in a file; the first document of each is its length."""
    data = lines(sorted(words))
    return Forms(b"\naa\n" + data + b"\naa\n", 4, 4 + len(data), [len(word) for word in sorted(words)])


@given(_words, st.text(st.sampled_from("abé中"), max_size=3).map(str.encode))
@settings(deadline=None)
def test_forms_are_found_by_their_beginning(words: set[bytes], prefix: bytes) -> None:
    assert kept(words).starting_with(prefix) == sorted(word for word in words if word.startswith(prefix))


@given(_words, st.text(st.sampled_from("abé中"), max_size=3).map(str.encode), st.integers(0, 17))
@settings(deadline=None)
def test_forms_are_found_that_stand_below_a_document(words: set[bytes], prefix: bytes, limit: int) -> None:
    expected = sorted(word for word in words if word.startswith(prefix) and len(word) < limit)
    assert kept(words).starting_with_below(prefix, limit) == expected
    assert kept(words).lines_below(limit) == lines(sorted(word for word in words if len(word) < limit)).decode()


@given(_words, _words)
@settings(deadline=None)
def test_the_place_of_a_form_is_behind_all_lower_ones(words: set[bytes], others: set[bytes]) -> None:
    found = kept(words)
    for form in words | others:
        assert found.between(found.start, found.place(form)) == sorted(word for word in words if word < form)
        assert found.between(found.place(form), found.end) == sorted(word for word in words if word >= form)


@given(st.lists(_words, min_size=1, max_size=4), st.sampled_from((1, 9, 1 << 18)))
@settings(deadline=None)
def test_merged_forms_are_all_forms_once(segments: list[set[bytes]], piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "_PIECE", piece)
        pieces = list(merged([kept(words) for words in segments], range(0, 100 * len(segments), 100)))
    union = sorted(set().union(*segments))
    assert b"".join(piece for piece, _ in pieces) == lines(union)
    assert [document for _, documents in pieces for document in documents] == [
        next(100 * number + len(word) for number, words in enumerate(segments) if word in words) for word in union
    ]
