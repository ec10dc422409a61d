"""`morgue explain`: how each field of an article is known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.context import opened
from cli.facts import fact

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version
    from archive.explaining import FieldExplanation

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def explain(
    context: typer.Context,
    identifier: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A position, an article's id, 8 or more digits of a digest, or a URL."),
    ] = None,
    field: Annotated[
        str | None, typer.Argument(metavar="[FIELD]", help="Tell of this field only, with every value found for it.")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print what is believed first for each field; needs no archive.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line, one for each field.")] = False,
) -> None:
    """Tell how each field of an article is known: what says so, where that stands, why it is believed.

    Other places are named, too: those that agree by what they are, the rest with what they say instead. What was read
    is shown with the words around it, from the text or from the original bytes. A FIELD is shown with all values found
    for it.
    """
    if rules and identifier is not None:
        raise typer.BadParameter("tells of all fields, and of no article; leave the rest away", param_hint="'--rules'")
    if rules:
        _write_rules(as_json=json)
        return
    if identifier is None:
        raise typer.BadParameter("name an article, or say --rules", param_hint="'ID'")
    with opened(context) as archive:
        from archive.explaining import explain as explain_all

        version = archive.find(identifier)
        explanations = explain_all(version.metadata)
        if field is not None:
            explanations = [_of(explanations, field)]
        if json:
            _write_json(archive, version, explanations, source=field is None)
        else:
            _write("\n".join(_lines(archive, version, explanations, every=field is not None)))


def _of(explanations: list[FieldExplanation], field: str) -> FieldExplanation:
    """Return the explanation of a field. Raises BadParameter where there is no such field."""
    names = [explanation.name for explanation in explanations]
    if field not in names:
        raise typer.BadParameter(
            f"there is no field {field!r}; the fields are: {', '.join(names)}", param_hint="'FIELD'"
        )
    return explanations[names.index(field)]


def _lines(archive: Archive, version: Version, explanations: list[FieldExplanation], *, every: bool) -> list[str]:
    from archive.explaining import Excerpts
    from archive.states import state_of
    from cli.explaining import LABELS, boilerplate_lines, field_lines, outdated_lines, source_lines, unknown_line
    from cli.marks import mark_lines

    excerpts = Excerpts(archive, version)
    marks = mark_lines(state_of(archive, version.article_id), labels=LABELS)
    if every:
        lines = [line for one in explanations for line in field_lines(one, excerpts, every=True)]
        return [*marks, *lines, *outdated_lines(explanations, version)]
    lines = [line for one in explanations if one.candidates for line in field_lines(one, excerpts, every=False)]
    lines += unknown_line(explanations)
    lines += source_lines(archive, version)
    lines += boilerplate_lines(version, excerpts)
    return [*marks, *lines, *outdated_lines(explanations, version)]


def _write_rules(*, as_json: bool) -> None:
    from archive.precedence import METHODS, RULES

    if as_json:
        from cli.jsontext import dumps

        _write("\n".join(dumps({"field": name, "methods": list(methods)}) for name, methods in RULES.items()))
        return
    lines = ["Of several values, the first of these is believed:", ""]
    for name, methods in RULES.items():
        lines += fact(name, ", ".join(methods), labels=12)
    lines += ["", "They stand for:", ""]
    for method, meaning in METHODS.items():
        lines += fact(method, meaning, labels=14)
    _write("\n".join(lines))


def _write_json(archive: Archive, version: Version, explanations: list[FieldExplanation], *, source: bool) -> None:
    from cli.jsontext import dumps

    for explanation in explanations:
        _write(dumps(_members(explanation)))
    if source:
        _write(dumps({"source": _source(archive, version)}))


def _members(explanation: FieldExplanation) -> dict[str, Any]:
    from archive import codec

    candidates = [codec.candidate_document(candidate) for candidate in explanation.candidates]
    return {
        "field": explanation.name,
        "value": candidates[0]["value"] if candidates else None,
        "reason": explanation.reason or None,
        "candidates": [
            {name: candidate.get(name) for name in ("value", "method", "extractor", "raw", "in", "span", "note")}
            for candidate in candidates
        ],
    }


def _source(archive: Archive, version: Version) -> dict[str, Any]:
    from archive import codec

    article, capture = version.article, archive.capture(version)
    document = codec.article_document(article)
    return {
        "position": version.position,
        "article": version.article_id,
        "version": version.number,
        "amends": version.amends.position if version.amends is not None else None,
        "kept_at": version.holder.position,
        "origin": codec.origin_document(article.origin),
        "original": document["original"],
        "boilerplate": document.get("boilerplate", []),
        "capture": None
        if capture is None
        else [
            {
                "uri": exchange.uri,
                "date": exchange.date,
                "record": exchange.record,
                "status": exchange.status or None,
                "headers": [list(header) for header in exchange.headers],
            }
            for exchange in capture.exchanges
        ],
    }


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
