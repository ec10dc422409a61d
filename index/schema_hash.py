"""The hash of the schema: what an index must have been built with to be added to. Imports nothing of Whoosh."""

from __future__ import annotations

import hashlib

from index import analysis

SCHEMA_VERSION = 3
"""Raised when `index.schema_fields` or `index.projection` would make other documents of the same articles."""


def schema_hash() -> str:
    """Return the hash, 16 hex digits."""
    return hashlib.sha256(f"schema {SCHEMA_VERSION}, analysis {analysis.VERSION}".encode()).hexdigest()[:16]
