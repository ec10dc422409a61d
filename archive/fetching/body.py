"""Bodies: content codings removed, in pieces, and never to more than a number of bytes. RFC 9110, section 8.4."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from archive.fetching.faults import FetchError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ACCEPTED = "gzip, deflate"
"""The codings that are asked for: `Accept-Encoding`."""

_AT_ONCE = 1 << 18
_MOST_CODINGS = 3
_GZIP = b"\x1f\x8b"
_CUT_SHORT = "cut short: its compressed body has no end"


def collected(pieces: Iterable[bytes], encoding: str | None, *, largest: int, cut: bool = False) -> bytes:
    """Return a body without its content coding, which the header `Content-Encoding` names.

    Raises FetchError where the coding is unknown, broken or cut short, and TooLargeError beyond `largest` bytes; of a
    body that expands without end no more than that is ever held. With `cut`, the body is taken up to there instead.
    """
    codings = [name for item in (encoding or "").lower().split(",") if (name := item.strip()) not in {"", "identity"}]
    if len(codings) > _MOST_CODINGS:
        raise FetchError(f"its body is coded {len(codings)} times, which no server means")
    flow: Iterator[bytes] = iter(pieces)
    for name in reversed(codings):
        decode = _CODINGS.get(name)
        if decode is None:
            raise FetchError(f"its body has the content coding {name!r}, which was not asked for and is not known")
        flow = decode(flow)
    whole = bytearray()
    for piece in flow:
        whole += piece
        if len(whole) > largest:
            if cut:
                return bytes(whole[:largest])
            raise TooLargeError(largest)
    return bytes(whole)


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decode gzip, of several members too. What does not begin like gzip was not compressed, whatever its header says.

    Such bodies come from caches that decompress and keep the header. Nothing could be a page and begin like gzip.
    """
    begun = b""
    for piece in pieces:
        begun += piece
        if len(begun) >= len(_GZIP):
            break
    if not begun.startswith(_GZIP):
        yield begun
        yield from pieces
        return
    yield from _inflated(_chained(begun, pieces), lambda _: zlib.decompressobj(31), next_member=_GZIP)


def _deflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decode `deflate`: zlib's format, or the bare one that some servers send under that name."""
    yield from _inflated(pieces, lambda begun: zlib.decompressobj(15 if _is_zlib(begun) else -15))


_CODINGS = {"gzip": _gunzipped, "x-gzip": _gunzipped, "deflate": _deflated}


def _inflated(
    pieces: Iterator[bytes], make: Callable[[bytes], zlib._Decompress], *, next_member: bytes | None = None
) -> Iterator[bytes]:
    decoder: zlib._Decompress | None = None
    data = b""
    for piece in pieces:
        data += piece
        if decoder is None:
            if len(data) < 2:
                continue
            decoder = make(data)
        while data:
            try:
                yield decoder.decompress(data, _AT_ONCE)
            except zlib.error as error:
                raise FetchError(f"its compressed body is broken: {error}") from None
            data = decoder.unconsumed_tail
            if decoder.eof:
                data = decoder.unused_data
                if next_member is None or not data.startswith(next_member):
                    # What follows a finished body is padding. Its end is waited for: that shows that all has come.
                    for _ in pieces:
                        pass
                    return
                decoder = make(data)
    if data or (decoder is not None and not decoder.eof):
        # The decoder may hold on to output beyond the limit of one call.
        raise FetchError(_CUT_SHORT, passing=True)


def _is_zlib(begun: bytes) -> bool:
    return begun[0] & 0x0F == 8 and int.from_bytes(begun[:2], "big") % 31 == 0


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
