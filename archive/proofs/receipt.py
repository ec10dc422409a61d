"""Timestamp requests and receipts of RFC 3161: what others attest of a checkpoint. Pure.

An authority signs the hash of some bytes together with the time by its clock: it attests that these bytes existed then.
Messages are in DER. They are read, and signatures checked, by rfc3161-client.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from archive.errors import InvalidValueError, NotProvedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

MOST_BYTES = 1 << 20
"""A message above this is refused."""

_SHA256 = "2.16.840.1.101.3.4.2.1"
_CERTIFICATES = 0xA0
"""The tag of the certificates in CMS's SignedData (RFC 5652, section 5.1)."""


@attrs.frozen(kw_only=True)
class Receipt:
    """What a receipt says: the time that it attests, in the form of an event's, and who attests it, where it says so.

    `checked` tells whether its signature was checked, by a chain of certificates to one that the caller trusts.
    """

    time: str
    authority: str | None
    checked: bool


def request_timestamp(content: bytes) -> bytes:
    """Return a request to attest the time of some bytes: their SHA-256, a random nonce; certificates are asked for."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
    return builder.cert_request(cert_request=True).build().as_bytes()


def check_receipt(
    receipt: bytes, *, content: bytes, request: bytes | None = None, authorities: Sequence[Certificate] = ()
) -> Receipt:
    """Return what a receipt says, if it is one for just these bytes, hashed by SHA-256, and answers the request.

    Nonce and policy must be those of the request, where one is given. With `authorities`, the receipt must be signed by
    a certificate for timestamps that one of them issued, directly or by certificates in the receipt, all of them valid
    at the attested time; without, nobody knows who signed it. Raises NotProvedError with what is wrong.
    """
    answer, digest = _parsed_receipt(receipt), hashlib.sha256(content).digest()
    try:
        info = answer.tst_info
        imprint, nonce, policy, moment, named = info.message_imprint, info.nonce, info.policy, info.gen_time, info.name
    except Exception as error:  # noqa: BLE001 - as in `_check_signature`
        raise NotProvedError(f"the receipt holds no timestamp that can be read ({error})") from None
    if (imprint.hash_algorithm.dotted_string, imprint.message) != (_SHA256, digest):
        raise NotProvedError("the receipt is for other bytes than this checkpoint")
    if request is not None:
        asked = _parsed_request(request)
        if (asked.message_imprint.hash_algorithm.dotted_string, asked.message_imprint.message) != (_SHA256, digest):
            raise NotProvedError("the request is not one for this checkpoint")
        if nonce != asked.nonce:
            raise NotProvedError("the receipt answers another request: its nonce is another one")
        if asked.policy is not None and policy != asked.policy:
            raise NotProvedError("the receipt is by another policy than the one that was asked for")
    if authorities:
        _check_signature(answer, content, authorities)
    return Receipt(time=moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), authority=_name(named), checked=bool(authorities))


def parse_certificates(pem: bytes) -> list[Certificate]:
    """Return the certificates of a file in PEM or DER. Raises InvalidValueError where it holds none."""
    from cryptography import x509

    try:
        if b"-----BEGIN" in pem:
            return x509.load_pem_x509_certificates(pem)
        return [x509.load_der_x509_certificate(pem)]
    except ValueError as error:
        raise InvalidValueError(f"it holds no certificate in PEM or DER ({error})") from None


def _check_signature(answer: TimeStampResponse, content: bytes, authorities: Sequence[Certificate]) -> None:
    from rfc3161_client import VerifierBuilder

    builder = VerifierBuilder()
    for certificate in dict.fromkeys(authorities):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(answer, content)
    except Exception as error:  # noqa: BLE001 - what the library, and those below it, raise has no common root
        raise NotProvedError(f"the receipt is not signed by an authority that was named: {_shortened(error)}") from None


def _parsed_request(request: bytes) -> TimeStampRequest:
    # The library reads requests, and has no public name for it.
    from rfc3161_client._rust import parse_timestamp_request

    try:
        return parse_timestamp_request(request)
    except ValueError as error:
        raise NotProvedError(f"that is no timestamp request in DER ({error})") from None


def _parsed_receipt(receipt: bytes) -> TimeStampResponse:
    from rfc3161_client import PKIStatus, decode_timestamp_response

    if len(receipt) > MOST_BYTES:
        raise NotProvedError("the receipt is too long")
    try:
        answer = decode_timestamp_response(_with_sorted_certificates(receipt))
    except ValueError as error:
        raise NotProvedError(f"that is no timestamp receipt in DER ({error})") from None
    if answer.status not in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}:
        said = "; ".join(answer.status_string)
        raise NotProvedError(f"the authority refused (status {answer.status}{': ' + said if said else ''})")
    return answer


def _shortened(error: Exception) -> str:
    """Return what an error says without the list of where in OpenSSL it arose."""
    return str(error).partition(": ErrorStack")[0]


def _name(named: object) -> str | None:
    """Return the name of an authority as a certificate would have it, None where it states none."""
    from cryptography import x509

    return named.value.rfc4514_string() if isinstance(named, x509.DirectoryName) else None


# Certificates in order


def _with_sorted_certificates(receipt: bytes) -> bytes:
    """Return a receipt with its certificates in the order of their bytes, as DER wants a set.

    OpenSSL writes them in the order of its configuration, and so do the authorities that run it. No signature covers
    the order. What does not look like a receipt is returned as it is: its reader will tell.
    """
    try:
        response, end = _content(receipt, 0, 0x30)
        if end != len(receipt):
            return receipt
        _, token = _content(receipt, response, 0x30)
        content_info, _ = _content(receipt, token, 0x30)
        _, explicit = _content(receipt, content_info, 0x06)
        place, _ = _content(receipt, explicit, 0xA0)
        place, end = _content(receipt, place, 0x30)
        while place < end and receipt[place] != _CERTIFICATES:
            _, place = _content(receipt, place)
        first, last = _content(receipt, place, _CERTIFICATES)
        certificates = []
        place = first
        while place < last:
            _, behind = _content(receipt, place)
            certificates.append(receipt[place:behind])
            place = behind
    except IndexError:
        return receipt
    return receipt[:first] + b"".join(sorted(certificates)) + receipt[last:]


def _content(data: bytes, place: int, tag: int | None = None) -> tuple[int, int]:
    """Return where the content of a DER element begins and ends. Raises IndexError where there is no such element."""
    if tag is not None and data[place] != tag:
        raise IndexError(place)
    length = data[place + 1]
    begin = place + 2
    if length >= 0x80:
        begin += length - 0x80
        length = int.from_bytes(data[place + 2 : begin], "big")
    if begin + length > len(data):
        raise IndexError(place)
    return begin, begin + length
