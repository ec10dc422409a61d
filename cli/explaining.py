"""How it is told how each thing is known: by `explain`, and by `show --provenance`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.facts import counted, fact
from cli.layout import wrapped
from cli.terminal import BOLD, MARKED, clean, coloured, styled, width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.archive import Archive
    from archive.article import Version
    from archive.capture import Exchange
    from archive.explaining import Excerpt, Excerpts, FieldExplanation
    from archive.provenance import Candidate, Span, Value

LABELS = 11
"""Columns of the labels."""

_HEADERS = ("content-type", "content-language", "last-modified", "etag", "location")
"""Headers of a response that say something about the article."""


def field_lines(explanation: FieldExplanation, excerpts: Excerpts, *, every: bool) -> list[str]:
    """Return the lines on a field: its value, how that is known, where it stands, why it was chosen.

    With `every`, each other candidate follows with its own place.
    """
    name = clean(explanation.name)
    if not explanation.candidates:
        return fact(name, "nothing says so", labels=LABELS)
    chosen, *others = explanation.candidates
    lines = fact(name, shown(chosen.value), labels=LABELS, bold=True)
    lines += _below("; ".join((_evidence(chosen), *_others(explanation))))
    lines += _excerpt_lines(chosen, excerpts)
    if explanation.reason:
        lines += _below(explanation.reason)
    if every:
        for candidate in others:
            lines += fact("  or", f"{shown(candidate.value)}: {_evidence(candidate)}", labels=LABELS)
            lines += _excerpt_lines(candidate, excerpts)
    return lines


def unknown_line(explanations: Iterable[FieldExplanation]) -> list[str]:
    """Return the line on the fields that nothing is known of; none where there are none."""
    names = [explanation.name for explanation in explanations if not explanation.candidates]
    return fact("not known", f"{', '.join(names)}: nothing says so", labels=LABELS) if names else []


def outdated_lines(explanations: Iterable[FieldExplanation], version: Version) -> list[str]:
    """Return the advice to amend, where today's rules would choose otherwise than those of then."""
    if not any(explanation.outdated for explanation in explanations):
        return []
    return ["", *wrapped(f"today's rules would choose otherwise: morgue amend {version.position}", width=width())]


def section(heading: str) -> list[str]:
    """Return an empty line and a heading."""
    return ["", styled(heading, BOLD, on=coloured(sys.stdout))]


def source_lines(archive: Archive, version: Version) -> list[str]:
    """Return the lines on where the bytes come from, which section that is included."""
    article = version.article
    origin = article.origin
    lines = section("where the bytes come from")
    lines += _fact("origin", f"{origin}, read as {origin.format} by {origin.importer}")
    if origin.container is not None:
        label = f", record {origin.label}" if origin.label is not None else ""
        lines += _fact("container", f"{origin.container}{label}")
    lines += _fact("original", f"{counted(article.length, 'byte')}, {article.media_type}, {article.encoding}")
    if version.holder is not version:
        where = f"position {version.holder.position}; this version is a new reading of them"
        lines += _fact("", f"they are kept at {where}")
    lines += _fact("identity", _identity(version))
    capture = archive.capture(version)
    for number, exchange in enumerate(capture.exchanges if capture is not None else ()):
        lines += _exchange_lines("fetched" if not number else "  then", exchange)
    return lines


def boilerplate_lines(version: Version, excerpts: Excerpts) -> list[str]:
    """Return the lines on what is not the article's own, which section that is included; none where nothing is."""
    stretches = version.article.boilerplate
    if not stretches:
        return []
    length = sum(one.span.end - one.span.start for one in stretches)
    told = f"{counted(len(stretches), 'stretch', 'stretches')}, {counted(length, 'character')}; kept, and not searched"
    lines = [*section("what is not the article's own"), *wrapped(told, width=width())]
    for one in stretches:
        lines += wrapped(f"{one.rule}, {place(one.span)}", width=width())
        excerpt = excerpts.around(one.span)
        if excerpt is not None:
            lines += wrapped(f"“{excerpt.text[excerpt.start : excerpt.end]}”", width=width(), indent="  ")
    return lines


def shown(value: Value) -> str:
    """Return a value as one text."""
    return value if isinstance(value, str) else ", ".join(value)


def place(span: Span) -> str:
    """Return a span in words."""
    what, of = ("chars", "") if span.source == "text" else ("bytes", " of the original")
    return f"{what} {span.start}–{span.end}{of}"


def _others(explanation: FieldExplanation) -> list[str]:
    """Return what the other candidates say: who agrees, and what the rest have instead."""
    said = []
    agreeing = dict.fromkeys(candidate.method for candidate in explanation.agreeing)
    if agreeing:
        said.append(f"also: {', '.join(agreeing)}")
    instead: dict[tuple[str, str], None] = {}
    for candidate in explanation.disagreeing:
        instead[candidate.method, shown(candidate.value)] = None
    return said + [f"{method} says {value}" for method, value in instead]


def _evidence(candidate: Candidate) -> str:
    pieces = [f"{candidate.method} ({candidate.extractor})"]
    if candidate.span is not None:
        pieces.append(place(candidate.span))
    elif candidate.raw is not None and candidate.raw != shown(candidate.value):
        pieces.append(f"written “{candidate.raw}”")
    said = ", ".join(pieces)
    return said if candidate.note is None else f"{said}; {candidate.note}"


def _excerpt_lines(candidate: Candidate, excerpts: Excerpts) -> list[str]:
    excerpt = excerpts.around(candidate.span) if candidate.span is not None else None
    if excerpt is None:
        return []
    indent = " " * (LABELS + 2)
    if coloured(sys.stdout):
        marks = [(excerpt.start, excerpt.end)]
        return wrapped(
            excerpt.text, width=width(), indent=indent, marks=marks, mark=lambda word: styled(word, MARKED, on=True)
        )
    return wrapped(_asterisked(excerpt), width=width(), indent=indent)


def _asterisked(excerpt: Excerpt) -> str:
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    return f"{text[:start]}*{text[start:end]}*{text[end:]}"


def _below(text: str) -> list[str]:
    return wrapped(text, width=width(), indent=" " * LABELS)


def _fact(name: str, value: str) -> list[str]:
    return fact(name, value, labels=LABELS)


def _identity(version: Version) -> str:
    article = version.article
    if article.key is not None:
        return f"the id {article.key} of the input"
    return f"the URL {article.canonical_url}" if article.canonical_url is not None else "its content"


def _exchange_lines(label: str, exchange: Exchange) -> list[str]:
    when = f", {exchange.date}" if exchange.date is not None else ""
    lines = _fact(label, f"{exchange.uri}{when}")
    if exchange.record is not None:
        lines += _fact("", f"record {exchange.record}")
    if exchange.status:
        lines += _fact("", exchange.status)
    for name in _HEADERS:
        value = exchange.header(name)
        if value is not None:
            lines += _fact("", f"{name}: {value}")
    return lines
