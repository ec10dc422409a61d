"""What holds for all tests: Hypothesis sets no deadline, as none compares times; ids are alike in all processes; keys
that are made are none of the user's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("morgue", deadline=None)
settings.load_profile("morgue")

_GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name gzipped bytes by their parameter: they hold the second they were made in, so processes would disagree."""
    return argname if isinstance(val, bytes) and _GZIP in val else None


@pytest.fixture(scope="session", autouse=True)
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep private keys of archives in a folder that goes with the tests."""
    before = os.environ.get("MORGUE_KEYS")
    os.environ["MORGUE_KEYS"] = str(tmp_path_factory.mktemp("keys") / "keys")
    yield
    del os.environ["MORGUE_KEYS"]
    if before is not None:
        os.environ["MORGUE_KEYS"] = before
