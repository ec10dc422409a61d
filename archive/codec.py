"""Documents of payload parts <-> canonical JSON bytes. Pure.

A document is UTF-8 JSON with sorted keys and no white space; members that are not known are left out, never null.
Reading is tolerant: members that this version does not know are ignored, and an error names the member's path.
docs/format.md, "Documents". The values are imported where they are made: a search reads documents without them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from archive.errors import InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.article import Article
    from archive.provenance import Candidate, Fields, Origin, Source, Span, Value
    from archive.runs import Run

Document = dict[str, Any]
_T = TypeVar("_T")


def to_bytes(document: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of a document. Raises InvalidEventError where a string is not Unicode text."""
    # Imported here: only what adds needs it. The same bytes in a tenth of the time.
    import orjson

    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        # It takes no numbers above 64 bits, nor does it say where a string is none.
        return text_to_bytes(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def text_to_bytes(text: str) -> bytes:
    """Return a text in UTF-8. Raises InvalidEventError where a string is not Unicode text."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidEventError(f"a value holds a lone surrogate, which is not text: {error.object[:40]!r}") from None


def from_bytes(encoded: bytes) -> Document:
    """Parse a document. Raises InvalidEventError."""
    try:
        document = json.loads(encoded)
    except (ValueError, RecursionError) as error:
        raise InvalidEventError(f"a document is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise InvalidEventError("a document is not a JSON object")
    return document


def article_document(article: Article) -> Document:
    """Return part `article` of an event that records a version of an article."""
    text: Document = {"from": "original"} if article.text_is_original else {"from": "text"}
    return _known(
        {
            "boilerplate": [{"rule": item.rule, **_span_members(item.span)} for item in article.boilerplate] or None,
            "canonical_url": article.canonical_url,
            "captured": article.captured,
            "fields": fields_document(article.metadata.fields),
            "key": article.key,
            "original": {
                "digest": article.digest,
                "encoding": article.encoding,
                "length": article.length,
                "media_type": article.media_type,
            },
            "text": text,
        }
    )


def fields_document(fields: Fields) -> Document:
    """Return the candidates of all fields."""
    return {
        name: [candidate_document(candidate) for candidate in candidates]
        for name, candidates in fields.items()
        if candidates
    }


def origin_document(origin: Origin) -> Document:
    """Return part `origin`: apart from the article, so that a proof of the one need not disclose the other."""
    return _known(
        {
            "container": origin.container,
            "format": origin.format,
            "importer": origin.importer,
            "label": origin.label,
            "line": origin.line,
            "path": origin.path,
        }
    )


def article_from_document(document: Document, origin: Document) -> Article:
    """Parse parts `article` and `origin`. Raises InvalidEventError with the path of the member at fault."""
    from archive.article import Article, Metadata
    from archive.provenance import Boilerplate, Origin

    original = _member(document, "original", dict, "original")
    text = _member(document, "text", dict, "text")
    return Article(
        metadata=Metadata(fields_from_document(_member(document, "fields", dict, "fields"))),
        origin=Origin(
            path=_member(origin, "path", str, "path"),
            format=_member(origin, "format", str, "format"),
            importer=_member(origin, "importer", str, "importer"),
            line=_optional(origin, "line", int, "line"),
            container=_optional(origin, "container", str, "container"),
            label=_optional(origin, "label", str, "label"),
        ),
        digest=_member(original, "digest", str, "original.digest"),
        length=_member(original, "length", int, "original.length"),
        media_type=_member(original, "media_type", str, "original.media_type"),
        encoding=_member(original, "encoding", str, "original.encoding"),
        text_is_original=_member(text, "from", str, "text.from") == "original",
        boilerplate=tuple(
            Boilerplate(
                span=_span_from(item, f"boilerplate[{number}]"),
                rule=_member(item, "rule", str, f"boilerplate[{number}].rule"),
            )
            for number, item in enumerate(_objects(document.get("boilerplate", []), "boilerplate"))
        ),
        key=_optional(document, "key", str, "key"),
        canonical_url=_optional(document, "canonical_url", str, "canonical_url"),
        captured=_optional(document, "captured", str, "captured"),
    )


def chosen_values(document: Document) -> dict[str, Value]:
    """Return the value that was chosen for each field of part `article`, without what is known about it besides.

    For readers of many articles: no candidate becomes an object. Raises InvalidEventError.
    """
    values: dict[str, Value] = {}
    for name, items in _member(document, "fields", dict, "fields").items():
        # Not by a `match` with patterns of lists, which takes ten times as long: this is done for every article.
        try:
            value = items[0]["value"]
        except (LookupError, TypeError):
            value = None
        if isinstance(value, str):
            values[name] = value
        elif isinstance(value, list):
            values[name] = tuple([str(item) for item in value])
        else:
            raise InvalidEventError(f"fields.{name} is not a list of candidates with values")
    return values


def boilerplate_spans(document: Document) -> tuple[tuple[int, int], ...]:
    """Return the spans in the text that part `article` states as boilerplate. Raises InvalidEventError."""
    if "boilerplate" not in document:
        return ()
    spans = [
        _placed(item, f"boilerplate[{number}]")
        for number, item in enumerate(_objects(document["boilerplate"], "boilerplate"))
    ]
    return tuple((start, end) for source, start, end in spans if source == "text")


def title_span(document: Document) -> tuple[int, int] | None:
    """Return where in the text the title stands that part `article` chose; None where it is from elsewhere.

    Raises InvalidEventError.
    """
    candidates = _objects(_member(document, "fields", dict, "fields").get("title", []), "fields.title")
    if not candidates or "span" not in candidates[0]:
        return None
    source, start, end = _placed(candidates[0], "fields.title[0]")
    return (start, end) if source == "text" else None


def captured(document: Document) -> str | None:
    """Return when the bytes were taken from their source, as part `article` states it. Raises InvalidEventError."""
    return _optional(document, "captured", str, "captured")


def origin_label(origin: Document) -> str:
    """Return part `origin` in short, as `archive.provenance.Origin` is printed. Raises InvalidEventError."""
    path, line = _member(origin, "path", str, "path"), _optional(origin, "line", int, "line")
    return path if line is None else f"{path}:{line}"


def text_source(document: Document) -> tuple[str, str]:
    """Return which part of an article's event holds its text, and its encoding. Raises InvalidEventError."""
    text = _member(document, "text", dict, "text")
    if _member(text, "from", str, "text.from") == "text":
        return "text", "utf-8"
    return "original", _member(_member(document, "original", dict, "original"), "encoding", str, "original.encoding")


def where_from(document: Document, origin: Document) -> tuple[str, str | None]:
    """Return the path that parts `article` and `origin` state as the origin, and when it was captured, if they do.

    Raises InvalidEventError.
    """
    return _member(origin, "path", str, "path"), _optional(document, "captured", str, "captured")


def original_digest(document: Document) -> str:
    """Return the digest of the original that part `article` states, 64 hex digits. Raises InvalidEventError."""
    return _member(_member(document, "original", dict, "original"), "digest", str, "original.digest")


def run_document(run: Run) -> Document:
    """Return part `run` of an event of type morgue.run.recorded.v1."""
    return _known(
        {
            "agent": run.agent,
            "arguments": list(run.arguments),
            "command": run.command,
            "counts": run.counts,
            "ended": run.ended,
            "extractors": list(run.extractors) or None,
            "interrupted": run.interrupted or None,
            "platform": run.platform or None,
            "python": run.python or None,
            "skipped": run.skipped or None,
            "started": run.started,
            "tool": run.tool,
        }
    )


def run_from_document(run_id: str, document: Document) -> Run:
    """Parse part `run`. Raises InvalidEventError with the path of the member at fault."""
    from archive.runs import Run

    counts = _member(document, "counts", dict, "counts")
    skipped = _optional(document, "skipped", dict, "skipped") or {}
    return Run(
        id=run_id,
        command=_member(document, "command", str, "command"),
        arguments=tuple(str(argument) for argument in _optional(document, "arguments", list, "arguments") or ()),
        agent=_member(document, "agent", str, "agent"),
        tool=_member(document, "tool", str, "tool"),
        started=_member(document, "started", str, "started"),
        ended=_member(document, "ended", str, "ended"),
        counts={name: _member(counts, name, int, f"counts.{name}") for name in counts},
        interrupted=bool(document.get("interrupted", False)),
        skipped={name: _member(skipped, name, int, f"skipped.{name}") for name in skipped},
        extractors=tuple(str(one) for one in _optional(document, "extractors", list, "extractors") or ()),
        python=_optional(document, "python", str, "python") or "",
        platform=_optional(document, "platform", str, "platform") or "",
    )


def candidate_document(candidate: Candidate) -> Document:
    """Return a candidate as part `article` has it."""
    value = list(candidate.value) if isinstance(candidate.value, tuple) else candidate.value
    members: Document = {"extractor": candidate.extractor, "method": candidate.method, "value": value}
    if candidate.note is not None:
        members["note"] = candidate.note
    if candidate.raw is not None:
        members["raw"] = candidate.raw
    if candidate.span is not None:
        members.update(_span_members(candidate.span))
    return members


def _span_members(span: Span) -> Document:
    return {"in": span.source, "span": [span.start, span.end]}


def fields_from_document(document: Document) -> Fields:
    """Parse the candidates of all fields. Raises InvalidEventError with the path of the member at fault."""
    return {
        name: tuple(
            _candidate_from(item, f"fields.{name}[{number}]")
            for number, item in enumerate(_objects(items, f"fields.{name}"))
        )
        for name, items in document.items()
    }


def _candidate_from(document: Document, path: str) -> Candidate:
    from archive.provenance import Candidate

    value = document.get("value")
    if isinstance(value, list):
        value = tuple(str(item) for item in value)
    elif not isinstance(value, str):
        raise InvalidEventError(f"{path}.value is neither a string nor a list of strings")
    return Candidate(
        value=value,
        method=_member(document, "method", str, f"{path}.method"),
        extractor=_member(document, "extractor", str, f"{path}.extractor"),
        raw=_optional(document, "raw", str, f"{path}.raw"),
        span=_span_from(document, path) if "span" in document else None,
        note=_optional(document, "note", str, f"{path}.note"),
    )


def _span_from(document: Document, path: str) -> Span:
    from archive.provenance import Span

    source, start, end = _placed(document, path)
    return Span(source=source, start=start, end=end)


def _placed(document: Document, path: str) -> tuple[Source, int, int]:
    """Return the span of a candidate or of boilerplate: in what it lies, its start and its end."""
    match document.get("in"), document.get("span"):
        case ("text" | "original") as source, [int(start), int(end)] if 0 <= start <= end:
            return source, start, end
        case _:
            raise InvalidEventError(f"{path} has no span of the form [start, end) in text or original")


def _known(members: Document) -> Document:
    return {name: value for name, value in members.items() if value is not None}


def _objects(items: object, path: str) -> list[Document]:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidEventError(f"{path} is not a list of objects")
    return items


def _member(document: Document, name: str, kind: type[_T], path: str) -> _T:
    value = document.get(name)
    # To Python, though not to JSON, `true` is a number.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InvalidEventError(f"{path} is missing or not of type {kind.__name__}")
    return value


def _optional(document: Document, name: str, kind: type[_T], path: str) -> _T | None:
    return _member(document, name, kind, path) if name in document else None
