"""How a query was understood: its tree, and the terms that each word is looked up by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index import analysis, schema_fields
from index.query.ast import (
    And,
    Boost,
    DateRange,
    Fuzzy,
    InField,
    InState,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    WithId,
    Word,
    to_query,
)

if TYPE_CHECKING:
    from index.query.ast import Date, Node


def analyzed(node: Node) -> dict[str, Any]:
    """Return what `--analyze` tells of a query, as JSON has it. Its members are a contract."""
    from index.query.dates import today

    return {"query": to_query(node), "today": _day(today()), "time_zone": "UTC", "tree": _tree(node, None)}


def lines(node: Node) -> list[str]:
    """Return what `--analyze` tells of a query, for people: the canonical query, and a line for each node."""
    told = analyzed(node)
    found = [f"query  {told['query']}"]
    if any(f"{field}:" in told["query"] for field in ("published", "captured", "recorded")):
        found.append(f"today  {told['today']} {told['time_zone']}, to which relative dates refer")
    return [*found, *_lines(told["tree"], "")]


def _lines(tree: dict[str, Any], indent: str) -> list[str]:
    shown = [f"{name} {_shown(value)}" for name, value in tree.items() if name not in {"node", "children"}]
    first = f"{indent}{tree['node']}{'  ' if shown else ''}{', '.join(shown)}"
    return [first, *(line for child in tree.get("children", ()) for line in _lines(child, indent + "  "))]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "(none: it is found nowhere)"
    return "any" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _tree(node: Node, field: str | None) -> dict[str, Any]:  # noqa: C901 - one for each kind of node
    found: dict[str, Any] = {"node": type(node).__name__.lower()}
    match node:
        case Word() | Phrase():
            found |= {"text": node.text, "fields": _fields(field), "terms": _terms(node.text, field)}
        case Prefix() | Pattern():
            found |= {"text": node.text, "fields": _fields(field), "folded": analysis.fold(node.text)}
        case Fuzzy():
            folded = analysis.fold(node.text)
            found |= {"text": node.text, "fields": _fields(field), "folded": folded, "edits": node.edits}
        case Near():
            found |= {"distance": node.distance, "ordered": node.ordered}
        case Boost():
            found["factor"] = node.factor
        case InField():
            found["field"] = field = node.field
        case DateRange():
            found |= {"field": node.field, "earliest": _day(node.earliest), "latest": _day(node.latest)}
            if node.doubtful:
                found["doubtful"] = True
        case InState():
            found |= {"field": node.field, "state": node.state}
        case WithId():
            found["id"] = node.identifier
        case And() | Or() | Not():
            pass
    children = node.children if isinstance(node, (And, Or, Near)) else ()
    if isinstance(node, (Not, Boost, InField)):
        children = (node.child,)
    return found | ({"children": [_tree(child, field) for child in children]} if children else {})


def _fields(field: str | None) -> list[str]:
    return list(schema_fields.SCORED) if field is None else [field]


def _terms(text: str, field: str | None) -> list[str]:
    """Return the terms of a word, as the index is asked for them."""
    from index.evaluate import name_terms

    return analysis.terms(text) if field is None or field in schema_fields.SCORED else name_terms(text, field)


def _day(day: Date | None) -> str | None:
    return None if day is None else "{:04}-{:02}-{:02}".format(*day)
