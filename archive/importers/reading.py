"""Reading a text: what it says of itself, and which of its lines are not the article's.

For every importer that has a text in hand, whatever it was cut out of: `read_text` is the one way in. The rules look
at both ends of a text and at nothing between.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from archive.importers import boilerplate, byline, credit_lines, dateline, heading, masthead, page_dates
from archive.importers.lines import both_ends, one_line
from archive.provenance import Boilerplate, Candidate, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.importers.boilerplate import Mark
    from archive.importers.lines import Line
    from archive.provenance import Fields, Value

_DATELINE_WITHIN = 3
_BYLINE_BEHIND = 2
_CREDITS_WITHIN = 8
_PARAGRAPH = 300
_BETWEEN_TAGS = re.compile(r"\s*[,;|•·]\s*|\s+(?=#)")


@attrs.frozen(kw_only=True)
class Reading:
    """What a text says of itself: candidates by field, and the stretches of it that are boilerplate, in order.

    The fields are `title`, `authors`, `place`, `agency`, `published`, `publisher`, `tags`, and two of their own:
    `page_date`, a date that stands by itself in the heading and may be the page's own, and `contributor`, a wire that
    only helped. Those that are not found are absent. Every span is in the text, and `raw` is what stands there, but for
    the year that another date told: such a candidate has a `note` that says which.
    """

    fields: Fields
    boilerplate: tuple[Boilerplate, ...]


def read_text(text: str, *, extractor: str, title: str | None = None, url: str | None = None) -> Reading:
    """Return what the two ends of a text say of it.

    `extractor` is who asks, with its version, as provenance states it. `title` is one that is known from elsewhere: no
    other is looked for then, as the text may be without its heading, and where it stands again it is boilerplate.
    `url` is where the text comes from, which may tell the year of a dateline. Looks at the first and the last 4,096
    code points, at the first and the last 32,768 where these are short lines only; sees titles and bylines in the first
    sixty lines, or four hundred.
    """
    return _Reader(text, extractor).read(title, url)


class _Reader:
    """Collects the candidates of one text: each is noted with the place that it stands at."""

    def __init__(self, text: str, extractor: str) -> None:
        self._text = text
        self._extractor = extractor
        self._fields: dict[str, list[Candidate]] = {}

    def read(self, title: str | None, url: str | None) -> Reading:
        top, bottom = both_ends(self._text)
        if _are_paragraphs(top) and (top is bottom or _are_paragraphs(bottom)):
            return self._read_paragraphs(top, bottom, url)
        rules = boilerplate.at_the_top(top)
        lines = [line for at, line in enumerate(top) if at not in rules]
        found = heading.read(lines, titled=title is not None)
        known = title if title is not None else self._read_title(lines, found.title)
        if known is not None:
            rules = boilerplate.repeated(top, known, found.length + len(rules) + 1) | rules
        length = found.length
        self._read_heading(lines, length)
        self._read_dates(lines[:length], url)
        marks = boilerplate.marks(top, rules)
        trailing = boilerplate.at_the_end(bottom)
        self._read_credits(bottom, trailing)
        self._read_tags(top, rules)
        self._read_tags(bottom, trailing)
        marks = _joined(marks, boilerplate.marks(bottom, trailing))
        kept = [line for at, line in enumerate(bottom) if at not in trailing]
        if kept and (label := boilerplate.trailing_label(self._text, kept[-1].end)) is not None:
            marks = _joined(marks, [label])
        return self._reading(marks)

    def _read_paragraphs(self, top: list[Line], bottom: list[Line], url: str | None) -> Reading:
        """Read a text that is all long paragraphs, as `read` would: most of its rules find nothing there."""
        self._read_dateline(top[:_DATELINE_WITHIN])
        self._read_dates([], url)
        self._read_credits(bottom, {})
        label = boilerplate.trailing_label(self._text, bottom[-1].end) if bottom else None
        return self._reading([label] if label is not None else [])

    def _reading(self, marks: list[Mark]) -> Reading:
        return Reading(
            fields={field: tuple(candidates) for field, candidates in self._fields.items()},
            boilerplate=tuple(
                Boilerplate(span=Span(source="text", start=mark.start, end=mark.end), rule=mark.rule) for mark in marks
            ),
        )

    def _note(self, field: str, method: str, value: Value, start: int, end: int) -> None:
        """Note a candidate that stands at `[start, end)` of the text, unless it is one that is known already."""
        candidates = self._fields.setdefault(field, [])
        if any(known.value == value and known.method == method for known in candidates):
            return
        span = Span(source="text", start=start, end=end)
        raw = self._text[start:end]
        candidates.append(Candidate(value=value, method=method, extractor=self._extractor, raw=raw, span=span))

    def _read_title(self, lines: list[Line], line: Line | None) -> str | None:
        """Note the title, which is `line` unless the page's own title tells another, and the masthead above it."""
        if (found := masthead.page_title(lines)) is not None:
            at, name = found
            line = lines[at]
            self._note("publisher", "masthead", name.name, name.start, name.end)
        if line is None:
            return None
        self._note("title", "heading", one_line(line.text), line.start, line.end)
        above = [other for other in lines if other.start < line.start]
        if (head := masthead.read(above)) is not None:
            self._note("publisher", "masthead", head.name, head.start, head.end)
        return line.text

    def _read_heading(self, lines: list[Line], length: int) -> None:
        """Note what the byline, the dateline and credits ahead of the text say."""
        for at, line in enumerate(lines[: length + _BYLINE_BEHIND]):
            if (found := byline.read(line.text, behind_title=at > 0)) is not None:
                self._note_byline(line, found)
                break
        # The dateline may stand behind a summary.
        self._read_dateline(lines[: length + _DATELINE_WITHIN])
        # A wire in a line of its own; the first line may be a title that is an agency's name.
        for credit in credit_lines.in_heading(lines[1:length]):
            self._note(credit.field, credit.method, credit.value, credit.start, credit.end)

    def _read_dateline(self, lines: list[Line]) -> None:
        """Note what the first dateline of some lines says."""
        for line in lines:
            if (parts := dateline.read(line.text)) is not None:
                for part in parts:
                    self._note(part.field, "dateline", part.value, line.start + part.start, line.start + part.end)
                return

    def _note_byline(self, line: Line, found: byline.Byline) -> None:
        agency = found.agency
        if agency is not None:
            self._note("agency", "byline", agency.name, line.start + agency.start, line.start + agency.end)
        # An agency alone wrote nothing; who did is not named.
        if agency is None or found.names != (agency.name,):
            self._note("authors", "byline", found.names, line.start + found.start, line.start + found.end)

    def _read_dates(self, lines: list[Line], url: str | None) -> None:
        """Note dates of lines of their own, and complete a dateline's day by one that tells its year."""
        told: list[tuple[str, str]] = []
        for date in page_dates.read(lines):
            raw = self._text[date.start : date.end]
            if date.stated:
                self._note("published", "heading", date.value, date.start, date.end)
            else:
                self._note("page_date", "page-date", date.value, date.start, date.end)
            told.append((date.value, f"year from the page's date, {raw}"))
        if url is not None and (dated := page_dates.in_url(url)) is not None:
            told.append((dated, f"year from the address, {url}"))
        days = [known for known in self._fields.get("published", ()) if known.method == "dateline"]
        for day in days:
            for value, note in told:
                if isinstance(day.value, str) and (whole := page_dates.year_of(day.value, value)) is not None:
                    self._fields["published"].insert(0, attrs.evolve(day, value=whole, note=note))
                    return

    def _read_credits(self, lines: Sequence[Line], trailing: dict[int, str]) -> None:
        """Note credits in the last paragraphs, and in what stands behind them."""
        last = max((at for at in range(len(lines)) if at not in trailing), default=-1)
        # Below "Related news" stand headlines of others, and their credits.
        others = {at for at, rule in trailing.items() if rule == "related"}
        chosen = [line for at, line in enumerate(lines) if at > last - 3 and at not in others]
        for credit in credit_lines.at_the_end(chosen[:_CREDITS_WITHIN]):
            self._note(credit.field, credit.method, credit.value, credit.start, credit.end)

    def _read_tags(self, lines: Sequence[Line], rules: dict[int, str]) -> None:
        """Note the tags that stand behind their label in a line that is boilerplate: they can be searched as tags."""
        for line in (lines[at] for at, rule in sorted(rules.items()) if rule == "tags"):
            _, _, behind = line.text.partition(":")
            listed = behind.strip()
            tags = tuple(dict.fromkeys(filter(None, (tag.strip(" #") for tag in _BETWEEN_TAGS.split(listed)))))
            if tags:
                self._note("tags", "tag-list", tags, line.end - len(listed), line.end)


def _are_paragraphs(lines: Sequence[Line]) -> bool:
    """Tell whether lines are long paragraphs: furniture, titles, bylines, dates and items of menus are all shorter."""
    return all(len(line.text) > _PARAGRAPH for line in lines) and not (lines and boilerplate.may_lead(lines[0]))


def _joined(marks: list[Mark], more: list[Mark]) -> list[Mark]:
    """Return marks in order, none of them over another: of a short text the two ends are the same lines."""
    joined: list[Mark] = []
    for mark in sorted([*marks, *more]):
        if joined and mark.start < joined[-1].end:
            if mark.end > joined[-1].end:
                joined[-1] = joined[-1]._replace(end=mark.end)
        else:
            joined.append(mark)
    return joined
