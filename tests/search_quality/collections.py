"""Test collections: documents, queries, and which documents are relevant to each query, by people's judgement.

They are not of this repository: archives beside the checkout. Nothing is unpacked.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from tests.quality.corpora import DATA, files_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Gain = Callable[[int], int]

_URL = re.compile(r"(https?|www)\b")
_LEAST_WORDS = 4
"""A line of fewer words is no headline."""


@attrs.frozen(kw_only=True)
class Document:
    """A document of a collection. `record` is what is added to an archive: a line of JSON."""

    id: str
    title: str
    text: str
    record: str


@attrs.frozen(kw_only=True)
class Query:
    """A query and the gain, above 0, of each document that is relevant; `itself` is a document that it was taken from.

    That document is no answer: it is passed over in every ranking.
    """

    id: str
    text: str
    gains: Mapping[str, int]
    itself: str | None = None


@attrs.frozen(kw_only=True)
class Collection:
    """Documents, and the queries that have relevant documents among them."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]


def load(data: Path = DATA) -> list[Collection]:
    """Return the collections. Raises FileNotFoundError where they are not."""
    return [_cranfield(data), _npl(data), _events(data)]


def cranfield_gain(code: int) -> int:
    """Return the gain of a document by Cranfield's code: 4 for 1, the best, down to 1 for 4.

    Code -1 marks a document as relevant without saying how much: 1.
    """
    return 1 if code == -1 else 5 - code


def _cranfield(data: Path) -> Collection:
    return _judged(data, "ir_cran", "Cranfield", cranfield_gain)


def _npl(data: Path) -> Collection:
    return _judged(data, "ir_npl", "NPL", lambda code: code)


def _judged(data: Path, name: str, label: str, gain: Gain) -> Collection:
    found = {path.partition("/")[2]: held.decode() for path, held in files_in(data / f"{name}.tar.xz").items()}
    documents = []
    for line in found["docs.jsonl"].splitlines():
        record = json.loads(line)
        # Two of Cranfield's are empty, and no engine could find them.
        if record["text"].strip():
            documents.append(
                Document(id=record["id"], title=record.get("title") or "", text=record["text"], record=line)
            )
    gains: dict[str, dict[str, int]] = defaultdict(dict)
    for line in found["qrels.tsv"].splitlines():
        query, document, code = line.split("\t")
        if int(code):
            gains[query][document] = gain(int(code))
    queries = [json.loads(line) for line in found["queries.jsonl"].splitlines()]
    return Collection(
        name=label,
        documents=tuple(documents),
        queries=tuple(
            Query(id=query["id"], text=query["text"], gains=gains[query["id"]])
            for query in queries
            if gains[query["id"]]
        ),
    )


def _events(data: Path) -> Collection:
    """Return press reports, by the event that they tell of: the headline of each asks for the others of its event."""
    [lines] = [
        held.decode()
        for path, held in files_in(data / "ecbplus_topics_1-22.tar.xz").items()
        if path.endswith("/docs.jsonl")
    ]
    records = [json.loads(line) for line in lines.splitlines()]
    documents = [_report(record) for record in records]
    events: dict[str, list[str]] = defaultdict(list)
    for record in records:
        events[record["event_cluster"]].append(record["id"])
    return Collection(
        name="ECB+",
        documents=tuple(documents),
        queries=tuple(_headlines(records, documents, events)),
    )


def _report(record: dict[str, str]) -> Document:
    title, text = split_headline(record["body"])
    # Its own title is the name of a file.
    line = json.dumps({"id": record["id"], "title": title or None, "text": text})
    return Document(id=record["id"], title=title, text=text, record=line)


def _headlines(
    records: list[dict[str, str]], documents: list[Document], events: dict[str, list[str]]
) -> Iterator[Query]:
    for record, document in zip(records, documents, strict=True):
        others = [other for other in events[record["event_cluster"]] if other != document.id]
        if document.title and others:
            yield Query(id=document.id, text=document.title, gains=dict.fromkeys(others, 1), itself=document.id)


def split_headline(body: str) -> tuple[str, str]:
    """Return the first line of a report that is a headline, and the lines behind it; no headline where there is none.

    Lines above it that are an address or a date are left out.
    """
    lines = body.splitlines()
    for number, line in enumerate(lines):
        if len(line.split()) >= _LEAST_WORDS and not _URL.match(line) and not any(map(str.isdigit, line)):
            return line, "\n".join(lines[number + 1 :])
    return "", body
