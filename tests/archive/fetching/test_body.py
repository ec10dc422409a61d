"""Content codings: what was coded comes back, however it is cut; what was not is an error, within bounds."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fetching.body import collected
from archive.fetching.faults import FetchError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}
BODIES = st.binary(max_size=2000) | st.binary(min_size=1, max_size=3).map(lambda piece: piece * 100_000)


def cut(body: bytes, places: list[int]) -> list[bytes]:
    """Return a body in pieces, some of them empty perhaps."""
    ends = sorted(place % (len(body) + 1) for place in places)
    return [body[start:end] for start, end in zip([0, *ends], [*ends, len(body)], strict=True)]


@given(BODIES, st.lists(st.sampled_from(sorted(CODINGS)), max_size=3), st.lists(st.integers(min_value=0), max_size=6))
def test_what_was_coded_comes_back(body: bytes, names: list[str], places: list[int]) -> None:
    coded = body
    for name in names:
        coded = CODINGS[name](coded)
    assert collected(cut(coded, places), ", ".join(names), largest=len(body)) == body


@given(BODIES.filter(bool), st.sampled_from(["gzip", "deflate"]), st.integers(min_value=0))
def test_what_was_cut_short_is_never_taken_for_whole(body: bytes, name: str, place: int) -> None:
    coded = CODINGS[name](body)
    # Of gzip, two bytes tell that it is that; what has fewer is told by its length on the wire.
    short = coded[: 2 + place % (len(coded) - 2)]
    with pytest.raises(FetchError) as caught:
        collected([short], name, largest=len(body))
    assert caught.value.passing


@given(BODIES.filter(bool), st.sampled_from(["gzip", "deflate", None]))
def test_a_byte_too_many_is_too_many(body: bytes, name: str | None) -> None:
    coded = body if name is None else CODINGS[name](body)
    with pytest.raises(TooLargeError):
        collected([coded], name, largest=len(body) - 1)
    assert collected([coded], name, largest=len(body) - 1, cut=True) == body[:-1]


@given(st.lists(st.binary(max_size=300), max_size=5), st.sampled_from(["gzip", "deflate", "gzip, deflate", "", "br"]))
def test_anything_is_a_body_or_an_error(pieces: list[bytes], name: str) -> None:
    for start in (b"", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x78\x9c"):
        try:
            body = collected([start, *pieces], name, largest=1000)
        except FetchError as error:
            assert str(error)  # noqa: PT017 - either will do, nothing else
        else:
            assert len(body) <= 1000
