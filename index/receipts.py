"""Receipts: what a search was asked, what it was asked of, and what it answered, so that it can be run again.

A receipt is one JSON object on one line: members sorted, no white space, all but ASCII escaped. Its member `digest` is
the SHA-256 of the same line, without a line feed, of the object without that member. docs/receipts.md has the members.

It names versions by the ids of their events, and bytes by their digests, and repeats nothing of what they say.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from archive.errors import ErasedError, InvalidValueError
from archive.version import TOOL
from index import analysis, bm25, spellings
from index.aliases import Aliases
from index.evaluate import WEIGHTS, plan_query
from index.generations import FORMAT
from index.known import known_documents
from index.proximity import WINDOW
from index.query.ast import to_query
from index.query.trees import node_of, tree_of
from index.search import SORTS, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from index.generations import State
    from index.query.ast import Node
    from index.reading import View
    from index.search import Results

    Document = dict[str, Any]

_T = TypeVar("_T")

VERSION = 1
"""Of receipts: raised where a member comes to mean something else."""

SCORING = 1
"""Raised where `index.bm25`, `index.evaluate` or `index.proximity` would score otherwise by the same parameters."""

_LONGEST_SAID = 200


@attrs.frozen(kw_only=True)
class Scored:
    """A hit as a receipt has it: the version by the id of its event, the bytes by their digest."""

    rank: int
    event: str
    article: str
    position: int
    digest: str
    score: float


@attrs.frozen(kw_only=True)
class Receipt:
    """A receipt that was read.

    `size` and `root` are of the log that the index had seen, `as_of` is the position that was searched at, `event` the
    id of the event there and `as_of_root` the root over all events up to it.
    """

    archive: str
    size: int
    root: str
    as_of: int
    event: str
    as_of_root: str
    request: StatedRequest
    versions: Document
    statistics: Document
    total: int
    hits: tuple[Scored, ...]
    digest: str


class StatedRequest(Request):
    """A request whose tree is known already: the same search, whatever the grammar makes of its words by now."""

    def __init__(self, node: Node, **options: Any) -> None:
        super().__init__(**options)
        self._node = node

    def parse(self) -> Node:
        """Return the tree."""
        return self._node

    def plain_words(self) -> list[str]:
        """Return none: what is looked for is the tree."""
        return []


def receipt_of(results: Results) -> Document:
    """Return the receipt of a search, whose hits must have been counted. Costs a look at each hit."""
    archive, request, view = results.archive, results.request, results.view
    if results.total is None:
        raise ValueError("the hits of this search were not counted")
    node = request.parse()
    state = view.generation.state
    searched = archive.event(results.position)
    document: Document = {
        "receipt": VERSION,
        "tool": TOOL,
        "query": {
            "text": request.query,
            "canonical": to_query(node),
            "tree": tree_of(node),
            "any": request.any_word,
            "literal": request.literal,
            "exact": request.exact,
            "aliases": None if request.aliases is None else request.aliases.sets(),
        },
        "options": {
            "sort": request.sort,
            "limit": request.limit,
            "offset": request.offset,
            "since": request.since,
        },
        "versions": versions_of(state),
        "archive": {"id": archive.id, "size": state.size, "root": state.root},
        "as_of": {
            "position": results.position,
            "event": searched.attribute("id"),
            "time": searched.attribute("time"),
            "root": archive.root(results.position + 1).hex(),
        },
        "statistics": statistics_of(archive, view, node),
        "total": results.total,
        "hits": [attrs.asdict(hit) for hit in scored_of(results)],
    }
    return document | {"digest": digest_of(document)}


def scored_of(results: Results) -> Iterator[Scored]:
    """Yield the hits of a page without reading their texts; what was erased meanwhile is left out."""
    for rank, (position, score) in enumerate(results.page, results.request.offset + 1):
        try:
            version = results.archive.version(position)
        except ErasedError:
            continue
        yield Scored(
            rank=rank,
            event=version.event_id,
            article=version.article_id,
            position=position,
            digest=version.article.digest,
            score=score,
        )


def versions_of(state: State) -> Document:
    """Return what a search depends on besides the log: of the index, of the analysis of words, of the scores."""
    return {
        "format": FORMAT,
        "schema": state.schema,
        "analysis": analysis.VERSION,
        "scoring": {
            "version": SCORING,
            "b": bm25.B,
            "k1": bm25.K1,
            "weights": WEIGHTS,
            "proximity": WINDOW,
        },
        "spellings": spellings.digest(),
    }


def statistics_of(archive: Archive, view: View, node: Node) -> Document:
    """Return the numbers that scores are made of, over the versions that were recorded by then and are not erased."""
    leaves = dict.fromkeys(plan_query(view, node, known_documents(archive, view, node)).leaves())
    return {
        "documents": view.limit,
        "average_lengths": {name: view.average_length(name) for name in WEIGHTS},
        "frequencies": [
            {
                "field": leaf.field,
                "terms": [term.decode() for term in leaf.terms],
                "documents": leaf.document_frequency,
            }
            for leaf in leaves
        ],
    }


def to_bytes(document: Document) -> bytes:
    """Return a receipt as it is written: its line, and a line feed."""
    return _canonical(document) + b"\n"


def digest_of(document: Document) -> str:
    """Return the SHA-256, 64 hex digits, of a receipt without its digest."""
    return hashlib.sha256(_canonical({name: value for name, value in document.items() if name != "digest"})).hexdigest()


def _canonical(document: Document) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def from_bytes(content: bytes) -> Receipt:
    """Read a receipt. Raises InvalidValueError where it is none, was changed, or is of a later version of morgue."""
    try:
        document = json.loads(content)
        # A receipt of more levels than that was not written by any search.
        digest = digest_of(document) if isinstance(document, dict) else ""
    except (ValueError, RecursionError):
        raise InvalidValueError("not a receipt of a search: no JSON object") from None
    if not digest or "receipt" not in document:
        raise InvalidValueError("not a receipt of a search: there is no member 'receipt'")
    if document["receipt"] != VERSION:
        raise InvalidValueError(
            f"a receipt of version {_said(document['receipt'])}, and this morgue reads {VERSION}; use a newer one"
        )
    if document.get("digest") != digest:
        raise InvalidValueError("the receipt was changed since it was written: its digest is another")
    try:
        return _read(document)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(f"not a receipt of a search: {_said(error)}") from None


def _read(document: Document) -> Receipt:
    query, options = _member(document, "query", dict), _member(document, "options", dict)
    archive, as_of = _member(document, "archive", dict), _member(document, "as_of", dict)
    sort = options.get("sort")
    if sort not in SORTS:
        raise ValueError(f"it was sorted by {sort!r}, which this version of morgue cannot")
    request = StatedRequest(
        node_of(query.get("tree")),
        query=_member(query, "text", str),
        any_word=_member(query, "any", bool),
        literal=_member(query, "literal", bool),
        exact=_member(query, "exact", bool),
        aliases=_aliases(query.get("aliases")),
        sort=sort,
        limit=None if options.get("limit") is None else _member(options, "limit", int),
        offset=_member(options, "offset", int),
        since=None if options.get("since") is None else _member(options, "since", int),
    )
    return Receipt(
        archive=_member(archive, "id", str),
        size=_member(archive, "size", int),
        root=_member(archive, "root", str),
        as_of=_member(as_of, "position", int),
        event=_member(as_of, "event", str),
        as_of_root=_member(as_of, "root", str),
        request=request,
        versions=_member(document, "versions", dict),
        statistics=_member(document, "statistics", dict),
        total=_member(document, "total", int),
        hits=tuple(_hit(one) for one in _member(document, "hits", list)),
        digest=_member(document, "digest", str),
    )


def _hit(stated: object) -> Scored:
    hit = _member({"hit": stated}, "hit", dict)
    return Scored(
        rank=_member(hit, "rank", int),
        event=_member(hit, "event", str),
        article=_member(hit, "article", str),
        position=_member(hit, "position", int),
        digest=_member(hit, "digest", str),
        score=_member(hit, "score", float),
    )


def _aliases(stated: object) -> Aliases | None:
    """Return the aliases that a receipt states. Raises ValueError where they are none."""
    if stated is None:
        return None
    if not isinstance(stated, list) or not all(
        isinstance(names, list) and all(isinstance(name, str) for name in names) for names in stated
    ):
        raise ValueError("its aliases are no sets of names")
    return Aliases(stated, "")


def _member(document: Document, name: str, kind: type[_T]) -> _T:
    value = document.get(name)
    # No number here is negative, and a truth value is a number to Python only.
    wrong = type(value) is not kind or (isinstance(value, int) and value < 0)
    if wrong or not isinstance(value, kind):
        raise ValueError(f"its member {name!r} is {value!r}")
    return value


def _said(what: object) -> str:
    said = str(what)
    return said if len(said) <= _LONGEST_SAID else said[:_LONGEST_SAID] + "…"
