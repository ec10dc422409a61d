"""What holds for all tests: Hypothesis sets no deadline, as none compares times; ids are alike in all processes."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("morgue", deadline=None)
settings.load_profile("morgue")

_GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name gzipped bytes by their parameter: they hold the second they were made in, so processes would disagree."""
    return argname if isinstance(val, bytes) and _GZIP in val else None
