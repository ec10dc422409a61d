"""How hits are printed: for people, and for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from cli.layout import listed, wrapped
from cli.terminal import ALERT, BOLD, DIM, MARKED, clean, coloured, note, styled, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.hits import Hit
    from index.search import Results

_SHORT_DIGEST = 8
_TEXT_WIDTH = 100
"""Wider lines are hard to read, however wide the terminal."""


def write_hits(results: Results, format_name: str) -> None:
    """Write a page of hits to standard output, each as it is read from the archive."""
    _WRITERS[format_name](results, sys.stdout)


def _write_text(results: Results, out: TextIO) -> None:
    columns = min(width(), _TEXT_WIDTH)
    colours = coloured(out)
    for hit in results:
        if hit.rank > results.request.offset + 1:
            out.write("\n")
        out.write("\n".join(_hit_lines(hit, columns, colours=colours)) + "\n")
    if results.facets and results.page:
        from cli.facets import facet_lines

        out.writelines(line + "\n" for line in facet_lines(results.facets, columns, colours=colours))
    if not (results.page if results.total is None else results.total):
        # Cron mails whatever is written: that there is nothing new is no news.
        if results.request.since is None or sys.stderr.isatty():
            note("no hits")
        if results.suggestions:
            from cli.facets import tell_suggestions

            tell_suggestions(results.suggestions)
    elif results.total is not None and len(results.page) < results.total and sys.stderr.isatty():
        first, last = results.request.offset + 1, results.request.offset + len(results.page)
        shown = "none" if last < first else f"{first}" if last == first else f"{first} to {last}"
        further = f"--offset {last} goes on, " if first <= last < results.total else ""
        note(f"{shown} of {results.total} hits; {further}--limit 0 prints all")


def _hit_lines(hit: Hit, columns: int, *, colours: bool) -> list[str]:
    version, metadata = hit.version, hit.version.metadata
    number = f"{hit.rank}. "
    indent = " " * len(number)
    heading = hit.heading if hit.title_known else f"[no title] {hit.heading}"
    lines = wrapped(heading, width=columns, indent=indent)
    lines[0] = number + lines[0][len(number) :]
    lines = [styled(line, BOLD, on=colours) for line in lines]
    if hit.state is not None:
        from cli.marks import marks_of

        lines += [styled(line, ALERT, on=colours) for line in listed(marks_of(hit.state), width=columns, indent=indent)]
    lines += listed(
        (
            metadata.publisher,
            metadata.agency and f"agency {metadata.agency}",
            metadata.published and f"published {metadata.published}",
            metadata.place,
            f"by {', '.join(metadata.authors)}" if metadata.authors else None,
        ),
        width=columns,
        indent=indent,
    )
    where = wrapped(metadata.url or version.origin, width=columns, indent=indent)
    record = listed(
        (
            f"position {version.position}",
            f"version {version.number}" if version.number > 1 else None,
            version.digest[:_SHORT_DIGEST],
            version.captured and f"captured {version.captured}",
            f"recorded {version.recorded[:10]}",
        ),
        width=columns,
        indent=indent,
    )
    lines += [styled(line, DIM, on=colours) for line in (*where, *record)]

    def mark(word: str) -> str:
        return styled(word, MARKED, on=True) if colours else f"*{word}*"

    lines += wrapped(hit.snippet.text, width=columns, indent=indent, marks=hit.snippet.marks, mark=mark)
    return lines


def _write_json(results: Results, out: TextIO) -> None:
    """Write one object, a hit at a time: a page may be the whole archive."""
    from cli.jsontext import dumps

    members: dict[str, Any] = {"query": results.request.query, "total": results.total}
    if results.suggestions:
        members["suggestions"] = [suggestion.as_dict() for suggestion in results.suggestions]
    if results.facets:
        from cli.facets import facets_as_json

        members["facets"] = facets_as_json(results.facets)
    head = dumps(members)
    out.write(head[:-1] + ', "hits": [')
    for number, hit in enumerate(results):
        separator = ",\n " if number else "\n "
        out.write(separator + dumps(hit.as_dict()))
    out.write("\n]}\n")


def _write_jsonl(results: Results, out: TextIO) -> None:
    from cli.jsontext import dumps

    out.writelines(dumps(hit.as_dict()) + "\n" for hit in results)


def _write_csv(results: Results, out: TextIO) -> None:
    import csv

    from cli.spreadsheets import inert

    writer: csv.DictWriter[str] | None = None
    for hit in results:
        row = hit.as_dict()
        del row["marks"]
        for name in ("authors", "tags"):
            row[name] = "; ".join(row[name])
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: inert(value) for name, value in row.items()})


def _write_ids(results: Results, out: TextIO) -> None:
    positions = (position for position, _ in results.page)
    out.writelines(f"{results.archive.event(position).attribute('subject')}\n" for position in positions)


def _write_urls(results: Results, out: TextIO) -> None:
    """Write the addresses of the hits; one that has none is left out."""
    urls = (version.metadata.url for version in results.versions())
    out.writelines(f"{clean(url)}\n" for url in urls if url is not None)


_WRITERS: dict[str, Callable[[Results, TextIO], None]] = {
    "text": _write_text,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "ids": _write_ids,
    "urls": _write_urls,
}
