"""Measures every engine on every collection, and morgue with other parameters than its own."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

import attrs

from index import bm25, evaluate, schema_fields
from tests.search_quality.engines import Morgue, peers, rankings
from tests.search_quality.measures import average_precision, ndcg, precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from tests.search_quality.collections import Collection, Query

MORGUE = "morgue"
WHOOSH = "stock Whoosh"


@attrs.frozen(kw_only=True)
class Quality:
    """The means of the measures over the queries of a collection, and the average precision of each query."""

    map: float
    ndcg: float
    precision: float
    each: tuple[float, ...]


@attrs.frozen(kw_only=True)
class Measured:
    """What was measured on one collection: by engine; and MAP by what was changed in morgue's parameters."""

    collection: str
    documents: int
    queries: int
    engines: dict[str, Quality]
    sensitivity: dict[str, float]


def measure(collection: Collection) -> Measured:
    """Measure all engines on a collection."""
    queries = collection.queries
    with TemporaryDirectory(prefix="morgue-quality-") as folder:
        morgue = Morgue(collection.documents, Path(folder))
        engines = {MORGUE: quality(rankings(morgue, queries), queries)}
        for name, engine in peers(collection.documents).items():
            engines[name] = quality(rankings(engine, queries), queries)
        sensitivity = {}
        for label, change in _changes():
            with change:
                morgue.build()
                sensitivity[label] = quality(rankings(morgue, queries), queries).map
        morgue.close()
    return Measured(
        collection=collection.name,
        documents=len(collection.documents),
        queries=len(queries),
        engines=engines,
        sensitivity=sensitivity,
    )


def quality(found: Sequence[Sequence[str]], queries: Sequence[Query]) -> Quality:
    """Return how good rankings are, one for each query."""
    each = tuple(average_precision(ranking, query.gains) for ranking, query in zip(found, queries, strict=True))
    gained = [ndcg(ranking, query.gains) for ranking, query in zip(found, queries, strict=True)]
    precise = [precision(ranking, query.gains) for ranking, query in zip(found, queries, strict=True)]
    count = len(queries)
    return Quality(map=sum(each) / count, ndcg=sum(gained) / count, precision=sum(precise) / count, each=each)


def _changes() -> Iterator[tuple[str, AbstractContextManager[None]]]:
    """Yield changes of the parameters, one at a time, by what they are called."""
    for k1 in (0.9, 2.0):
        yield f"k1 {k1}", _changed(K1=k1)
    yield "b 0.4", _changed(B=0.4)
    for weight in (1.0, 2.0):
        yield f"title × {weight:g}", _changed(title=weight)


@contextmanager
def _changed(title: float | None = None, **parameters: float) -> Iterator[None]:
    """Change parameters of the ranking for a while."""
    with ExitStack() as stack:
        for name, value in parameters.items():
            stack.enter_context(patch.object(bm25, name, value))
        if title is not None:
            stack.enter_context(patch.dict(evaluate.WEIGHTS, {schema_fields.TITLE: title}))
        yield
