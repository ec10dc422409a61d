"""Verifying is measured next to a hash of the same file, and only where all was added and verifies."""

from __future__ import annotations

import pytest

from tests.benchmarks import verifying
from tests.benchmarks.verifying import PAGES, TEXTS, made_pages, measure_verifying


def test_texts_and_pages_are_measured() -> None:
    found = measure_verifying(100, pages=3, rounds=1)
    texts, pages = found["archives"]
    assert (texts["name"], pages["name"]) == (TEXTS, PAGES)
    assert (texts["articles"], pages["articles"]) == (100, 3)
    assert all(one["verify"] > one["sha256sum"] > 0 for one in found["archives"])
    assert pages["payload"] > 3 * verifying.MARKUP


def test_pages_are_as_large_as_said_and_differ() -> None:
    pages = made_pages()
    first, second = next(pages), next(pages)
    assert first != second
    assert verifying.MARKUP < len(first) < 1.6 * verifying.MARKUP


def test_a_verification_that_fails_is_no_figure() -> None:
    with pytest.raises(RuntimeError, match="failed"):
        verifying._cpu((*verifying._MORGUE, "--archive", "missing", "verify"))
