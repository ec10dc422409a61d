"""How hits are printed: for people, and for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from cli.layout import listed, wrapped
from cli.terminal import ALERT, BOLD, DIM, MARKED, clean, coloured, note, styled, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.hits import Hit
    from index.search import Results

_SHORT_DIGEST = 8
_TEXT_WIDTH = 100
"""Wider lines are hard to read, however wide the terminal."""
_FORMULA = frozenset("=+-@＝＋－＠")
"""What a spreadsheet takes for the begin of a formula; the wide forms too, where it is set to East Asian scripts."""


def write_hits(results: Results, format_name: str) -> None:
    """Write a page of hits to standard output, each as it is read from the archive."""
    _WRITERS[format_name](results, sys.stdout)


def _write_text(results: Results, out: TextIO) -> None:
    columns = min(width(), _TEXT_WIDTH)
    colours = coloured(out)
    if results.expansions:
        several = len(results.expansions) > 1
        for found in results.expansions:
            names = ", ".join(f"{clean(name)} ({hits})" for name, hits in found.also)
            note(f"also for {clean(found.word)}: {names}" if several else f"also: {names}")
    for hit in results:
        if hit.rank > results.request.offset + 1:
            out.write("\n")
        out.write("\n".join(_hit_lines(hit, columns, colours=colours)) + "\n")
    if not (results.page if results.total is None else results.total):
        note("no hits")
    elif results.total is not None and len(results.page) < results.total and sys.stderr.isatty():
        first, last = results.request.offset + 1, results.request.offset + len(results.page)
        shown = "none" if last < first else f"{first}" if last == first else f"{first} to {last}"
        further = f"--offset {last} goes on, " if first <= last < results.total else ""
        note(f"{shown} of {results.total} hits; {further}--limit 0 prints all")


def _hit_lines(hit: Hit, columns: int, *, colours: bool) -> list[str]:
    metadata, article = hit.version.metadata, hit.version.article
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
    where = wrapped(metadata.url or str(article.origin), width=columns, indent=indent)
    record = listed(
        (
            f"position {hit.version.position}",
            f"version {hit.version.number}" if hit.version.number > 1 else None,
            article.digest[:_SHORT_DIGEST],
            article.captured and f"captured {article.captured}",
            f"recorded {hit.version.recorded[:10]}",
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

    head = dumps(
        {
            "query": results.request.query,
            "total": results.total,
            "expansions": [
                {"word": found.word, "also": [{"spelling": name, "hits": hits} for name, hits in found.also]}
                for found in results.expansions
            ],
        }
    )
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

    writer: csv.DictWriter[str] | None = None
    for hit in results:
        row = hit.as_dict()
        del row["marks"]
        for name in ("authors", "tags"):
            row[name] = "; ".join(row[name])
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: _inert(value) for name, value in row.items()})


def _inert(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula, and in which nothing can drive a terminal."""
    if not isinstance(value, str):
        return value
    cell = clean(value)
    return "'" + cell if cell.lstrip()[:1] in _FORMULA else cell


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
