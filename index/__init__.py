"""The index: a Whoosh projection of the archive, disposable, and the search over it.

    from index import Index, Request

The names below are the public API. They are imported when they are first used: a process pays for what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.hits import Hit
    from index.index import Index
    from index.query.errors import QueryError
    from index.search import Request, Results

_HOME_OF = {
    "Hit": "index.hits",
    "Index": "index.index",
    "QueryError": "index.query.errors",
    "Request": "index.search",
    "Results": "index.search",
}

__all__ = ["Hit", "Index", "QueryError", "Request", "Results"]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOME_OF:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
