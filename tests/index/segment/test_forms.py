"""The forms of a segment: found by their beginnings, and merged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.segment import forms
from index.segment.forms import Forms, lines, merged

_words = st.sets(st.text(st.sampled_from("abé中"), min_size=1, max_size=4).map(str.encode), max_size=20)


def kept(words: set[bytes]) -> Forms:
    """Return forms in the middle of other bytes, as they are in a file."""
    data = lines(sorted(words))
    return Forms(b"\naa\n" + data + b"\naa\n", 4, 4 + len(data))


@given(_words, st.text(st.sampled_from("abé中"), max_size=3).map(str.encode))
@settings(deadline=None)
def test_forms_are_found_by_their_beginning(words: set[bytes], prefix: bytes) -> None:
    assert kept(words).starting_with(prefix) == sorted(word for word in words if word.startswith(prefix))


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
        assert b"".join(merged([kept(words) for words in segments])) == lines(sorted(set().union(*segments)))
