"""Compressed files: read through by content, in bounded memory, and what is damaged or a bomb is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.importers import compressed

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
TEXT = b"".join(b"The ferry came in %d times on that day.\n" % number for number in range(20_000))

formats = pytest.mark.parametrize("name", PACKERS)


def read(data: bytes) -> tuple[bytes, str | None]:
    stream, trouble = compressed.opened(io.BufferedReader(io.BytesIO(data)))
    return stream.read(), trouble.message


@formats
def test_what_was_compressed_is_read(name: str) -> None:
    pack = PACKERS[name]
    assert compressed.kind(pack(TEXT)) == name
    assert read(pack(TEXT)) == (TEXT, None)
    assert read(pack(TEXT) + pack(b"And more.")) == (TEXT + b"And more.", None)
    assert read(pack(b"")) == (b"", None)


def test_what_is_not_compressed_is_read_as_it_is() -> None:
    assert read(b"BZhou and the ferry") == (b"BZhou and the ferry", None)
    assert read(TEXT) == (TEXT, None)
    assert read(b"") == (b"", None)


@formats
@settings(deadline=None)  # the first example imports what reads it
@given(data=st.binary(max_size=3000).filter(lambda data: compressed.kind(data) is None))
def test_any_bytes_come_back(name: str, data: bytes) -> None:
    assert read(PACKERS[name](data)) == (data, None)


@formats
def test_twice_is_read_and_no_more(name: str) -> None:
    pack = PACKERS[name]
    assert read(pack(gzip.compress(TEXT))) == (TEXT, None)
    assert read(gzip.compress(pack(gzip.compress(TEXT)))) == (
        b"",
        "was compressed more than 2 times; decompress it first",
    )


@formats
@pytest.mark.parametrize("share", [0.5, 0.999])
def test_what_is_cut_off_is_told_and_what_came_before_is_read(name: str, share: float) -> None:
    packed = PACKERS[name](TEXT)
    data, message = read(packed[: int(len(packed) * share)])
    assert TEXT.startswith(data)
    assert message == f"the {name} data is cut off"


@formats
def test_what_is_damaged_is_told(name: str) -> None:
    packed = bytearray(PACKERS[name](TEXT))
    packed[len(packed) // 2 :] = bytes(len(packed) - len(packed) // 2)
    data, message = read(bytes(packed))
    assert data != TEXT
    assert f"the {name} data is" in (message or "")


@formats
def test_what_follows_is_told_but_for_zeros(name: str) -> None:
    packed = PACKERS[name](TEXT)
    assert read(packed + b"junk") == (TEXT, f"the {name} data is followed by something else")
    assert read(packed + bytes(512)) == (TEXT, None)


@formats
def test_a_bomb_is_stopped(name: str) -> None:
    stream, trouble = compressed.opened(io.BufferedReader(io.BytesIO(PACKERS[name](bytes(200 * MIB)))))
    given = 0
    while piece := stream.read(MIB):
        given += len(piece)
    assert given <= compressed.ALWAYS_ALLOWED + 4 * MIB
    assert "grows to more than 250 times its size" in (trouble.message or "")


def test_a_large_file_of_text_is_no_bomb() -> None:
    data = TEXT * 120
    assert len(data) > compressed.ALWAYS_ALLOWED
    assert read(gzip.compress(data, 1)) == (data, None)
