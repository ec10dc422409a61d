"""What a page says of its article where a reader sees it: headings, bylines, times.

And schema.org's microdata, which stands in the same elements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.importers.html import beside, titles
from archive.importers.html.dates import read_date
from archive.importers.html.names import merged, read_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.importers.html.markup import Element, Markup
    from archive.importers.html.source import Source
    from archive.provenance import Candidate

_LONGEST_TITLE = 300
_LONGEST_BYLINE = 250
_LIKE = 0.5
_LEAST_PART = 6
_MOST_AUTHORS = 8
_AHEAD = 2000
_BEHIND = 12000

# Elements of people who only comment, of other articles, of the site.
_ASIDE = re.compile(
    r"comment|reply|respond|related|recommend|sidebar|widget|footer|avatar|image|photo|img|pic\b|social|share|follow|"
    r"promo|teaser|trending|popular|newsletter|subscribe|caption|credit|authorit|"
    r"author-?(?:bio|box|desc|info|link|url|email|twitter|role|title|job)|"
    r"bio\b|breadcrumb|menu|\bnav|search|filter|login|byline-?date|quote|source-",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?<![a-z])(?:by-?line(?:s|-?names?|-?authors?)?|authors?-?names?|(?:article|post|entry|story)-?authors?|"
    r"authored|p-author|autor(?:en)?|author__name|author-?list)(?![a-z])"
)
_AUTHOR = re.compile(r"(?<![a-z])(?:authors?|byline\w*|creator)(?![a-z])|(?<=[-_])author")
_DATED = re.compile(
    r"publi(?:sh|cat)|posted|pub-?date|entry-date|post-?date|article-?date|dateline|timestamp|created|"
    r"(?<![a-z])date(?![a-z])",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updat|modif|edited|revis|geändert|aktualis", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:(?:first )?(?:published|posted|created)(?: on| at)?|on|date|veröffentlicht(?: am)?|am|le|el|publié le)?"
    r"\W*(?=\w)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/(?:Comment|UserComments)$", re.IGNORECASE)


def read(source: Source, markup: Markup, *, stated: tuple[str, ...]) -> list[tuple[str, Candidate]]:
    """Return what the visible page says; `stated` are titles that it states elsewhere."""
    stated = tuple(title for title in stated if title)
    body = list(_of_article(markup))
    heading = main_heading(markup, stated)
    # Who wrote, and when, stands by the title; elsewhere are the site's own people, other articles and comments.
    if heading is not None:
        near = range(heading.start - _AHEAD, heading.start + _BEHIND)
        body.sort(key=lambda element: element.start not in near)
    return [
        *_titles(source, markup, stated),
        *_authors(source, body),
        *_dates(source, body),
        *(_beside(source, heading) if heading is not None else ()),
    ]


def _beside(source: Source, heading: Element) -> Iterator[tuple[str, Candidate]]:
    if (names := beside.names(source, heading.start, heading.close)) is not None:
        yield "authors", names
    if (date := beside.date(source, heading.start, heading.close)) is not None:
        yield "published", date


def page_title(markup: Markup) -> str:
    """Return the text of the page's `<title>`, empty where there is none."""
    element = next(markup.named("title"), None)
    return element.text[:_LONGEST_TITLE] if element else ""


def main_heading(markup: Markup, stated: tuple[str, ...]) -> Element | None:
    """Return the heading that is the article's title: the `<h1>` likest to a title that the page states.

    Where no such one is like it, a smaller heading that is word for word what a page's title holds. Without a title
    anywhere, the only `<h1>`. The headings of a site and of its sections are like none.
    """
    headings = [
        element
        for element in markup.named("h1", "h2", "h3")
        if (text := element.text) and len(text) <= _LONGEST_TITLE and not _ASIDE.search(element.naming)
    ]
    first = [element for element in headings if element.name == "h1"]
    if not any(stated):
        return first[0] if len(first) == 1 else None
    # Word for word: the longest, so that no section's name is taken for the title that begins with it; of two as long,
    # the one that comes first in a title, as the site's name mostly comes last.
    parts = {" ".join(titles.words(piece)): at for title in stated for at, piece in enumerate(titles.pieces(title))}
    joined = {" ".join(titles.words(element.text)): element for element in reversed(headings)}
    same = [words for words in joined if words in parts and len(words) >= _LEAST_PART]
    best = max(same, key=lambda words: (words.count(" "), -parts[words]), default=None)
    likest = max(first, key=lambda element: _likeness(element, stated), default=None)
    like = _likeness(likest, stated) if likest is not None else 0.0
    if like > _LIKE and (best is None or like > _likeness(joined[best], stated)):
        return likest
    return joined[best] if best is not None else None


def _likeness(element: Element, stated: tuple[str, ...]) -> float:
    return max(titles.likeness(title, element.text) for title in stated)


def _titles(source: Source, markup: Markup, stated: tuple[str, ...]) -> Iterator[tuple[str, Candidate]]:
    element = main_heading(markup, stated)
    if element is not None:
        yield "title", source.candidate(element.text, "heading", *element.inside)
    for headline in markup.elements:
        if headline.get("itemprop").lower() == "headline" and headline.name != "meta":
            if (text := headline.text) and len(text) <= _LONGEST_TITLE:
                yield "title", source.candidate(text, "microdata", *headline.inside)
            break
    title = next(markup.named("title"), None)
    if title is not None and (text := title.text):
        yield "title", source.candidate(text[:_LONGEST_TITLE], "meta", *title.inside)


def _authors(source: Source, elements: list[Element]) -> Iterator[tuple[str, Candidate]]:
    named = [
        element for element in elements if element.name not in {"meta", "link"} and not _ASIDE.search(element.naming)
    ]
    yield from _people(
        source, (item for item in named if "author" in item.get("itemprop").lower().split()), "microdata"
    )
    yield from _people(source, (item for item in named if "author" in item.get("rel").lower().split()), "byline")
    for pattern in (_BYLINE, _AUTHOR):
        yield from _people(
            source,
            (
                item
                for item in named
                if pattern.search(item.get("class").lower()) or pattern.search(item.get("id").lower())
            ),
            "byline",
            apart=200,
        )


def _people(
    source: Source, elements: Iterable[Element], method: str, *, apart: int = 1000
) -> Iterator[tuple[str, Candidate]]:
    """Yield one candidate: the names in the first elements of a kind that hold names, each once."""
    found: list[tuple[str, ...]] = []
    start, end = 0, 0
    for element in elements:
        text = element.get("content") or element.text
        if not text or len(text) > _LONGEST_BYLINE or start <= element.start < end:
            continue
        names = read_names(text)
        if not names:
            continue
        first, last = element.inside
        # What stands far behind is of another article, or the same again below it.
        if found and not 0 <= first - end <= apart:
            break
        start, end = (start if found else first), last
        found.append(names)
        if len(found) == _MOST_AUTHORS:
            break
    if found:
        yield "authors", source.candidate(merged(found), method, start, end)


def _dates(source: Source, elements: list[Element]) -> Iterator[tuple[str, Candidate]]:
    for element in elements:
        if "datepublished" in element.get("itemprop").lower().split():
            yield from _date(source, element, "microdata")
    times = [element for element in elements if element.name == "time" and not _CHANGED.search(element.naming)]
    # One that says that it is the date of publication, ahead of those that say nothing.
    for element in sorted(times, key=lambda item: not (_DATED.search(item.naming) or "pubdate" in item.attributes)):
        if not _ASIDE.search(element.naming):
            yield from _date(source, element, "element")
    for element in elements:
        naming = element.naming
        if (
            element.name not in {"meta", "time", "link", "a"}
            and _DATED.search(naming)
            and not _CHANGED.search(naming)
            and not _ASIDE.search(naming)
        ):
            yield from _date(source, element, "element")


def _date(source: Source, element: Element, method: str) -> Iterator[tuple[str, Candidate]]:
    for name in ("datetime", "content", "title", "data-datetime", "data-date"):
        attribute = element.attributes.get(name)
        if attribute and (date := read_date(attribute.value)):
            yield "published", source.candidate(date, method, attribute.start, attribute.end)
            return
    text = _LABEL.sub("", element.text[:100])
    if not _CHANGED.search(text) and (date := read_date(text)):
        yield "published", source.candidate(date, method, *element.inside)


def _of_article(markup: Markup) -> Iterator[Element]:
    """Yield the elements ahead of the first thing that is not the article's own, such as a comment."""
    for element in markup.elements:
        if _COMMENT.search(element.get("itemtype")):
            return
        yield element
