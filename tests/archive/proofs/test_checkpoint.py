"""Checkpoints: the example of the specification, and all that is none."""

from __future__ import annotations

import pytest

from archive.errors import NotProvedError
from archive.ids import new_id
from archive.merkle import EMPTY_ROOT
from archive.proofs.checkpoint import Checkpoint, open_checkpoint, origin_of, parse_checkpoint
from archive.proofs.note import SigningKey, sign

# c2sp.org/tlog-checkpoint
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
KEY = SigningKey("morgue.invalid/test", bytes(32))


def test_the_example_of_the_specification_is_read_and_written() -> None:
    checkpoint = parse_checkpoint(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e")
    assert str(checkpoint) == EXAMPLE
    assert checkpoint.archive_id is None


def test_the_origin_names_the_archive() -> None:
    archive_id = new_id()
    checkpoint = Checkpoint(origin=origin_of(archive_id), size=0, root=EMPTY_ROOT)
    assert parse_checkpoint(str(checkpoint)) == checkpoint
    assert checkpoint.archive_id == archive_id


@pytest.mark.parametrize("origin", ["morgue.invalid/desk", "018f0000-0000-7000-8000-000000000001", "x.example/y"])
def test_an_origin_of_another_kind_names_no_archive(origin: str) -> None:
    assert Checkpoint(origin=origin, size=0, root=EMPTY_ROOT).archive_id is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        EXAMPLE[:-1],
        EXAMPLE + "extension\n",
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "-1"),
        EXAMPLE.replace("20852163", "2e7"),
        EXAMPLE.replace("20852163", "9" * 20),
        EXAMPLE.replace("20852163", "٣"),
        EXAMPLE.replace("CsUY", "CsU"),
        EXAMPLE.replace("CsUY", "CsUYAAAA"),
        EXAMPLE.removeprefix("example.com/behind-the-sofa"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotProvedError):
        parse_checkpoint(text)


def test_a_checkpoint_is_its_own_logs_only() -> None:
    own = Checkpoint(origin=KEY.name, size=1, root=bytes(32))
    assert open_checkpoint(sign(str(own), KEY), [KEY.verifier]) == own
    with pytest.raises(NotProvedError, match="is of example"):
        open_checkpoint(sign(EXAMPLE, KEY), [KEY.verifier])
