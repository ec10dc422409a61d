"""Proofs: what somebody without the archive can check. Signed checkpoints, bundles, timestamps of others."""

from __future__ import annotations

from pathlib import Path


def standalone() -> bytes:
    """Return the source of the program that checks bundles without morgue."""
    return Path(__file__).with_name("check_proof.py").read_bytes()
