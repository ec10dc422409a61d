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


def analyzed(node: Node, *, exact: bool = False) -> dict[str, Any]:
    """Return what `--analyze` tells of a query, as JSON has it. Its members are a contract.

    `exact` leaves out other spellings of names, which are those of the table, whether an archive has them or not.
    """
    from index.query.dates import today

    tree = _tree(node, None, exact=exact)
    return {"query": to_query(node), "today": _day(today()), "time_zone": "UTC", "tree": tree}


def lines(node: Node, *, exact: bool = False) -> list[str]:
    """Return what `--analyze` tells of a query, for people: the canonical query, and a line for each node."""
    told = analyzed(node, exact=exact)
    found = [f"query  {told['query']}"]
    if any(f"{field}:" in told["query"] for field in ("published", "captured", "recorded")):
        found.append(f"today  {told['today']} {told['time_zone']}, to which relative dates refer")
    return [*found, *_lines(told["tree"], "")]


def _lines(tree: dict[str, Any], indent: str) -> list[str]:
    shown = [
        f"{name} {_shown(value)}"
        for name, value in tree.items()
        if name not in {"node", "children"} and (name != "spellings" or value)
    ]
    first = f"{indent}{tree['node']}{'  ' if shown else ''}{', '.join(shown)}"
    return [first, *(line for child in tree.get("children", ()) for line in _lines(child, indent + "  "))]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "(none: it is found nowhere)"
    return "any" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _tree(node: Node, field: str | None, *, exact: bool) -> dict[str, Any]:  # noqa: C901 - one for each kind of node
    found: dict[str, Any] = {"node": type(node).__name__.lower()}
    match node:
        case Word() | Phrase():
            found |= {"text": node.text, "fields": _fields(field), "terms": _terms(node.text, field)}
            found["spellings"] = [] if exact else _spellings(node.text, field)
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
    return found | ({"children": [_tree(child, field, exact=exact) for child in children]} if children else {})


def _fields(field: str | None) -> list[str]:
    return list(schema_fields.SCORED) if field is None else [field]


def _terms(text: str, field: str | None) -> list[str]:
    """Return the terms of a word, as the index is asked for them."""
    from index.evaluate import name_terms

    return analysis.terms(text) if field is None or field in schema_fields.SCORED else name_terms(text, field)


def _spellings(text: str, field: str | None) -> list[str]:
    """Return the other spellings of a name, or else of its words, that are looked up where an archive has them."""
    from index.expansion import FIELDS
    from index.spellings import spellings_of

    if field is not None and field not in FIELDS:
        return []
    forms = [analysis.fold(form) for form in analysis.forms(text)]
    found = spellings_of(*forms) if forms else ()
    if not found and len(forms) > 1:
        found = tuple(spelling for form in forms for spelling in spellings_of(form) if len(spelling) == 1)
    return ["'".join(spelling).capitalize() for spelling in found]


def _day(day: Date | None) -> str | None:
    return None if day is None else "{:04}-{:02}-{:02}".format(*day)
