"""Timestamps by others: taken in where they are for the checkpoint, refused where they are for anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InvalidValueError, NotProvedError
from archive.proofs.anchors import anchors, receipt_of, record_anchor
from archive.proofs.receipt import check_receipt, parse_certificates, request_timestamp
from archive.proofs.signing import sign_checkpoint
from archive.verification import verify
from tests.archive.making import kinds
from tests.archive.proofs.authority import NAME, Authority

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from archive.archive import Archive

CONTENT = b"what is to be stamped\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "one")


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "two")


def roots(authority: Authority) -> list[Certificate]:
    return parse_certificates(authority.certificate.read_bytes())


def test_a_receipt_says_when_and_by_whom(authority: Authority) -> None:
    request = request_timestamp(CONTENT)
    found = check_receipt(authority.answer(request), content=CONTENT, request=request, authorities=roots(authority))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", found.time)
    assert (found.authority, found.checked) == (f"CN={NAME}", True)


def test_a_receipt_for_other_bytes_or_another_request_is_refused(authority: Authority) -> None:
    request, again = request_timestamp(CONTENT), request_timestamp(CONTENT)
    receipt = authority.answer(request)
    with pytest.raises(NotProvedError, match="nonce"):
        check_receipt(receipt, content=CONTENT, request=again)
    with pytest.raises(NotProvedError, match="other bytes"):
        check_receipt(receipt, content=CONTENT + b"x", request=request)
    with pytest.raises(NotProvedError, match="request is not one"):
        check_receipt(receipt, content=CONTENT, request=request_timestamp(b"else"))
    assert not check_receipt(receipt, content=CONTENT, request=request).checked


def test_a_receipt_by_another_authority_is_refused(authority: Authority, another: Authority) -> None:
    receipt = another.answer(request_timestamp(CONTENT))
    with pytest.raises(NotProvedError, match="not signed by an authority"):
        check_receipt(receipt, content=CONTENT, authorities=roots(authority))
    assert check_receipt(receipt, content=CONTENT, authorities=roots(authority) + roots(another)).checked


def test_no_changed_byte_of_a_receipt_changes_what_it_says(authority: Authority) -> None:
    request = request_timestamp(CONTENT)
    receipt = authority.answer(request)
    trusted = roots(authority)
    expected = check_receipt(receipt, content=CONTENT, request=request, authorities=trusted)
    refused = 0
    for place in range(len(receipt)):
        changed = receipt[:place] + bytes([receipt[place] ^ 1]) + receipt[place + 1 :]
        try:
            # A certificate beside the signer's may be changed: nobody needs it.
            assert check_receipt(changed, content=CONTENT, request=request, authorities=trusted) == expected
        except NotProvedError:
            refused += 1
        if place % 7 == 0:
            with pytest.raises(NotProvedError):
                check_receipt(receipt[:place], content=CONTENT, request=request)
    assert refused > len(receipt) / 2


@given(st.binary(max_size=80))
def test_what_is_no_receipt_or_request_is_refused(junk: bytes) -> None:
    with pytest.raises(NotProvedError):
        check_receipt(junk, content=CONTENT)
    with pytest.raises(InvalidValueError):
        parse_certificates(junk)


def test_a_request_that_is_none_is_refused(authority: Authority) -> None:
    receipt = authority.answer(request_timestamp(CONTENT))
    with pytest.raises(NotProvedError, match="no timestamp request"):
        check_receipt(receipt, content=CONTENT, request=b"\x30\x00")
    with pytest.raises(NotProvedError, match="too long"):
        check_receipt(bytes(2 << 20), content=CONTENT)


def test_a_refusal_of_the_authority_is_told() -> None:
    # PKIStatusInfo with status 2, rejection, and nothing else (RFC 3161, section 2.4.2).
    with pytest.raises(NotProvedError, match="refused"):
        check_receipt(bytes.fromhex("30053003020102"), content=CONTENT)


def test_a_receipt_for_a_checkpoint_is_taken_into_the_log_once(keyed: Archive, authority: Authority) -> None:
    signed = sign_checkpoint(keyed)
    request = request_timestamp(signed.encode())
    receipt = authority.answer(request)
    made = record_anchor(keyed, signed=signed, request=request, receipt=receipt, authorities=roots(authority))
    assert kinds(keyed)[-2:] == ["archive.anchored", "run.recorded"]
    assert (made.size, made.authority, len(made.checked)) == (5, f"CN={NAME}", 1)
    assert record_anchor(keyed, signed=signed, request=request, receipt=receipt) == made
    assert anchors(keyed) == [made]
    assert receipt_of(keyed, made) == receipt
    assert keyed.store.part(made.position, "request") == request
    assert list(verify(keyed)) == []


def test_a_receipt_that_is_for_no_checkpoint_of_the_archive_is_not_taken_in(
    keyed: Archive, archive: Archive, authority: Authority
) -> None:
    signed = sign_checkpoint(keyed)
    request = request_timestamp(signed.encode())
    receipt = authority.answer(request)
    size = keyed.size()
    with pytest.raises(NotProvedError):
        record_anchor(keyed, signed=signed.replace("\n5\n", "\n4\n"), request=request, receipt=receipt)
    with pytest.raises(NotProvedError):
        record_anchor(archive, signed=signed, request=request, receipt=receipt)
    with pytest.raises(NotProvedError):
        record_anchor(keyed, signed=signed, request=request_timestamp(b"else"), receipt=receipt)
    assert keyed.size() == size
    assert anchors(keyed) == []
