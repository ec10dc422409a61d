"""Payload parts: what was packed is unpacked, what was changed is noticed, what is hostile stays small."""

from __future__ import annotations

import hashlib
import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive import parts
from archive.parts import CHUNK, RAW, SALT_BYTES, ZSTD, BadPartError, Chunk, checksum, commitment, pack, unpack

NOISE = random.Random(1).randbytes(CHUNK + 7)


@given(st.binary(max_size=2000))
def test_what_is_packed_is_unpacked(content: bytes) -> None:
    part = pack("text", content)
    assert b"".join(unpack(part.chunks)) == content
    assert commitment(part.chunks[0].salt, unpack(part.chunks)) == part.commitment


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_part_is_split_into_chunks_of_a_mebibyte(length: int) -> None:
    content = (b"ferry " * (length // 6 + 1))[:length]
    part = pack("original", content)
    assert len(part.chunks) == max(1, -(-length // CHUNK))
    assert [len(piece) for piece in unpack(part.chunks)][:-1] == [CHUNK] * (len(part.chunks) - 1)
    assert b"".join(unpack(part.chunks)) == content


def test_only_the_first_chunk_has_the_salt() -> None:
    part = pack("original", NOISE)
    assert [len(chunk.salt) for chunk in part.chunks] == [SALT_BYTES, 0]


def test_what_does_not_shrink_is_stored_as_it_is() -> None:
    assert [chunk.codec for chunk in pack("original", NOISE[:1000]).chunks] == [RAW]
    assert [chunk.codec for chunk in pack("original", b"x" * 1000).chunks] == [ZSTD]
    assert [chunk.codec for chunk in pack("original", b"").chunks] == [RAW]


def test_the_commitment_is_the_hash_of_prefix_salt_and_bytes() -> None:
    salt = bytes(range(32))
    expected = hashlib.sha256(b"morgue.part.v1\x00" + salt + b"two pieces").hexdigest()
    assert commitment(salt, [b"two ", b"pieces"]) == expected


def test_equal_contents_have_unequal_commitments() -> None:
    assert pack("text", b"same").commitment != pack("text", b"same").commitment


def test_parts_that_are_committed_to_at_one_go_have_salts_of_their_own() -> None:
    contents = {"article": b"same", "text": b"same", "original": b""}
    committed = parts.commit_all(contents)
    assert {part.name: part.whole() for part in committed} == contents
    assert len({part.salt for part in committed}) == 3
    assert [part.commitment for part in committed] == [commitment(part.salt, [part.content]) for part in committed]


@pytest.mark.parametrize("count", [1, parts._MANY - 1, parts._MANY])
def test_parts_are_packed_in_their_order_however_many(count: int) -> None:
    contents = {str(number): b"ferry %d " % number * 50 for number in range(count)}
    ready = pack("ready", b"packed before")
    packed = list(parts.packed([*parts.commit_all(contents), ready, *parts.commit_all({"large": NOISE})]))
    assert [part.name for part in packed] == [*contents, "ready", "large"]
    assert [part.whole() for part in packed] == [*contents.values(), b"packed before", NOISE]
    assert packed[count] is ready
    assert all(commitment(part.chunks[0].salt, unpack(part.chunks)) == part.commitment for part in packed)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_commits_to_nothing(length: int) -> None:
    # With any length, salt+content could be cut anew and one commitment would stand for two contents.
    with pytest.raises(BadPartError):
        commitment(bytes(length), [b"content"])


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_changed_bit_of_stored_bytes_is_noticed(content: bytes, data: st.DataObject) -> None:
    (chunk,) = pack("text", content).chunks
    bit = data.draw(st.integers(0, len(chunk.data) * 8 - 1))
    changed = bytearray(chunk.data)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadPartError):
        list(unpack([chunk._replace(data=bytes(changed))]))


def test_a_frame_is_not_read_as_raw_bytes() -> None:
    (chunk,) = pack("text", b"x" * 1000).chunks
    with pytest.raises(BadPartError):
        list(unpack([chunk._replace(codec=RAW)]))


@pytest.mark.parametrize("codec", [-1, 2, 256, 1 << 60])
def test_an_unknown_codec_is_refused(codec: int) -> None:
    with pytest.raises(BadPartError, match="codec"):
        list(unpack([Chunk(b"", codec, b"data", bytes(32))]))


def _hostile(data: bytes) -> Chunk:
    return Chunk(bytes(SALT_BYTES), ZSTD, data, checksum(ZSTD, data))


def test_a_frame_that_claims_more_than_a_chunk_is_refused_unread() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * CHUNK))
    with pytest.raises(BadPartError, match="claims"):
        list(unpack([_hostile(bomb)]))


def test_a_frame_that_does_not_state_its_size_is_refused() -> None:
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(1000))
    with pytest.raises(BadPartError, match="claims"):
        list(unpack([_hostile(silent)]))


@pytest.mark.parametrize("data", [b"", b"no frame", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfd\x20\x10\xff\xff\xff"])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(BadPartError):
        list(unpack([_hostile(data)]))


def test_frames_use_no_dictionary() -> None:
    # It would keep fragments of what was erased.
    (chunk,) = pack("text", b"x" * 1000).chunks
    assert zstandard.get_frame_parameters(chunk.data).dict_id == 0
    assert parts.CHUNK == 1 << 20
