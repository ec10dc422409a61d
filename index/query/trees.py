"""A query's tree as JSON has it, and back: for what keeps a query longer than the grammar may stay as it is.

Each node is an object: its class under `node`, its members under their names. Spans are left out, as they are no part
of what a query means. A day is an array of three numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from index.query import ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.query.ast import Node

_BASE = ast.Word.__mro__[1]
_KINDS = {
    name: kind
    for name, kind in vars(ast).items()
    if isinstance(kind, type) and issubclass(kind, _BASE) and kind is not _BASE
}


def tree_of(node: Node) -> dict[str, Any]:
    """Return a tree of objects, arrays, strings and numbers."""
    members = {name: _plain(getattr(node, name)) for name in type(node).__slots__}
    return {"node": type(node).__name__, **members}


def node_of(tree: object) -> Node:
    """Return the node that a tree is of. Raises ValueError where this version has no such node."""
    if not isinstance(tree, dict) or tree.get("node") not in _KINDS:
        named = tree.get("node") if isinstance(tree, dict) else tree
        raise ValueError(f"this version of morgue knows no {named!r} in a query")
    members = {name: _valued(value) for name, value in tree.items() if name != "node"}
    return _made(str(tree["node"]), members)


def _made(name: str, members: Mapping[str, Any]) -> Node:
    try:
        return cast("Node", _KINDS[name](**members))
    except (TypeError, AttributeError) as error:
        raise ValueError(f"this version of morgue cannot read {name!r} in a query: {error}") from None


def _plain(value: object) -> object:
    if isinstance(value, _BASE):
        return tree_of(cast("Node", value))
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _valued(value: object) -> object:
    if isinstance(value, dict):
        return node_of(value)
    return tuple(_valued(item) for item in value) if isinstance(value, list) else value
