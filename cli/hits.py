"""How hits are printed: for people, and for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

from cli.layout import listed, wrapped
from cli.terminal import ALERT, BOLD, DIM, MARKED, clean, coloured, note, styled, width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from index.hits import Hit
    from index.search import Results

_SHORT_DIGEST = 8
_TEXT_WIDTH = 100
"""Wider lines are hard to read, however wide the terminal."""


def write_hits(
    results: Results,
    format_name: str,
    *,
    keys: Sequence[str] | None = None,
    template: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Write a page of hits to standard output, each as it is read from the archive.

    `keys` are those that json, jsonl and csv have, None for all; a `template` takes the place of the format.
    """
    if template is not None:
        sys.stdout.writelines(template(hit.as_dict()) for hit in results)
    elif keys is not None:
        _WRITERS_OF_KEYS[format_name](results, sys.stdout, keys)
    elif format_name in _WRITERS:
        _WRITERS[format_name](results, sys.stdout)
    else:
        _write_cited(results, sys.stdout, format_name)


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
    if results.facets and results.page:
        from cli.facets import facet_lines

        out.writelines(line + "\n" for line in facet_lines(results.facets, columns, colours=colours))
    if not (results.page if results.total is None else results.total):
        # Cron mails whatever is written: that there is nothing new is no news.
        if results.request.since is None or sys.stderr.isatty():
            note("no hits")
        if results.suggestions and results.request.since is None:
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
    # A title that another archive recorded may be nothing but white space.
    lines = wrapped(heading, width=columns, indent=indent) or [indent]
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
            "perhaps not of the days asked for" if hit.doubtful else None,
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
            _which(version.number, hit.versions),
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


def _which(number: int, versions: int) -> str | None:
    """Tell that there are other versions, and which one this is if it is not the last that was recorded."""
    if versions == 1:
        return None
    return f"{versions} versions" if number == versions else f"version {number} of {versions}"


def _write_json(results: Results, out: TextIO, keys: Sequence[str] | None = None) -> None:
    """Write one object, a hit at a time: a page may be the whole archive."""
    from cli.jsontext import dumps

    members: dict[str, Any] = {"query": results.request.query, "total": results.total}
    if results.expansions:
        members["expansions"] = [
            {"word": found.word, "also": [{"spelling": name, "hits": hits} for name, hits in found.also]}
            for found in results.expansions
        ]
    if results.suggestions:
        members["suggestions"] = [suggestion.as_dict() for suggestion in results.suggestions]
    if results.facets:
        from cli.facets import facets_as_json

        members["facets"] = facets_as_json(results.facets)
    head = dumps(members)
    out.write(head[:-1] + ', "hits": [')
    for number, hit in enumerate(results):
        separator = ",\n " if number else "\n "
        out.write(separator + dumps(_members(hit, keys)))
    out.write("\n]}\n")


def _write_jsonl(results: Results, out: TextIO, keys: Sequence[str] | None = None) -> None:
    from cli.jsontext import dumps

    out.writelines(dumps(_members(hit, keys)) + "\n" for hit in results)


def _write_csv(results: Results, out: TextIO, keys: Sequence[str] | None = None) -> None:
    import csv

    from cli.spreadsheets import inert

    writer: csv.DictWriter[str] | None = None
    for hit in results:
        row = _members(hit, keys)
        if keys is None:
            del row["marks"]
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: inert(_cell(value)) for name, value in row.items()})


def _members(hit: Hit, keys: Sequence[str] | None) -> dict[str, Any]:
    members = hit.as_dict()
    return members if keys is None else {key: members[key] for key in keys}


def _cell(value: object) -> object:
    if not isinstance(value, list):
        return value
    from cli.templates import as_text

    return as_text(value)


def _write_ids(results: Results, out: TextIO) -> None:
    positions = (position for position, _ in results.page)
    out.writelines(f"{results.archive.event(position).attribute('subject')}\n" for position in positions)


def _write_urls(results: Results, out: TextIO) -> None:
    """Write the addresses of the hits; one that has none is left out."""
    urls = (version.metadata.url for version in results.versions())
    out.writelines(f"{clean(url)}\n" for url in urls if url is not None)


def _write_cited(results: Results, out: TextIO, style: str) -> None:
    """Write the hits as citations, each with what became of its article by the position as of which was searched."""
    from cli.citations import cited, write_citations

    positions = (position for position, _ in results.page)
    write_citations(cited(results.archive, positions, at=results.position), style, out)


_WRITERS_OF_KEYS: dict[str, Callable[[Results, TextIO, Sequence[str]], None]] = {
    "json": _write_json,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
}

_WRITERS: dict[str, Callable[[Results, TextIO], None]] = {
    "text": _write_text,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "ids": _write_ids,
    "urls": _write_urls,
}
