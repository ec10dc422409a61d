"""What `<meta>` and `<link>` say: OpenGraph, Twitter, Dublin Core, the words of search engines and of other readers.

One table says which name states which field, and which of two is the better one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.importers.agencies import known_agency
from archive.importers.html.dates import read_date
from archive.importers.html.names import read_names

if TYPE_CHECKING:
    from archive.importers.html.markup import Attribute, Markup
    from archive.importers.html.source import Source
    from archive.provenance import Candidate, Value

OPENGRAPH = "opengraph"
META = "meta"

NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "title": (
        ("og:title", "article:title"),
        ("dc.title", "dcterms.title", "parsely-title", "citation_title", "sailthru.title", "headline", "hdl",
         "twitter:title", "bt:title", "title", "analytics_title"),
    ),
    "authors": (
        ("article:author:name", "article:author", "book:author", "og:author", "og:article:author"),
        ("dc.creator", "dcterms.creator", "dc.creator.name", "dc.contributor", "parsely-author", "citation_author",
         "sailthru.author", "byl", "byline", "author", "authors", "article.author", "news_author", "creator",
         "twitter:creator:name", "cxenseparse:author", "rbauthors", "shareaholic:article_author_name", "bt:author",
         "twitter:data1"),
    ),
    "publisher": (
        ("og:site_name", "article:publisher:name"),
        ("dc.publisher", "dcterms.publisher", "citation_journal_title", "publisher", "cre", "application-name",
         "apple-mobile-web-app-title", "copyright-holder"),
    ),
    "published": (
        ("article:published_time", "article:published", "og:published_time", "og:article:published_time",
         "og:publish_date", "og:pubdate", "article:publication_date"),
        ("datepublished", "date.published", "parsely-pub-date", "citation_publication_date", "citation_date",
         "citation_online_date", "sailthru.date", "dcterms.created", "dcterms.issued", "dc.date.issued",
         "dc.date.created", "dcterms.date", "dc.date", "dc.issued", "dc.created", "pubdate", "publishdate",
         "publish_date", "publish-date", "publication_date", "publicationdate", "published_at", "published_time",
         "published-date", "pub_date", "article_date_original", "article.published", "article.created", "ptime",
         "pdate", "utime", "displaydate", "originalpublicationdate", "cxenseparse:recs:publishtime",
         "shareaholic:article_published_time", "bt:pubdate", "date", "created"),
    ),
    "language": (("og:locale",), ("dc.language", "dcterms.language", "language", "content-language")),
    "tags": (
        ("article:tag", "og:article:tag"),
        ("news_keywords", "parsely-tags", "sailthru.tags", "citation_keywords", "dc.subject", "keywords"),
    ),
}  # fmt: skip
"""Per field the names of OpenGraph and those of other words, the better ones first; in lower case, `:` as it stands."""

_AGENCIES = (
    "source",
    "news_source",
    "dc.source",
    "copyright",
    "provider",
    "article:provider",
    "original-source",
    "syndication-source",
)
_RANKS = {
    name: (field, method, rank)
    for field, kinds in NAMES.items()
    for method, names in zip((OPENGRAPH, META), kinds, strict=True)
    for rank, name in enumerate(names)
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_MOST_TAGS = 60


def read(source: Source, markup: Markup) -> list[tuple[str, Candidate]]:
    """Return the candidates of the page's meta elements, per field the better ones first."""
    stated: dict[str, list[Attribute]] = {}
    found: list[tuple[str, Candidate]] = []
    for element in markup.named("meta"):
        content = element.attributes.get("content")
        if content is None or not content.value:
            continue
        for kind in ("property", "name", "itemprop", "http-equiv"):
            for name in element.get(kind).lower().split():
                known = name.replace("dc:", "dc.").replace("dcterms:", "dcterms.").replace("dcterm:", "dcterms.")
                if kind != "itemprop" and content not in stated.setdefault(known, []):
                    stated[known].append(content)
    for name in sorted(stated.keys() & _RANKS.keys(), key=lambda name: _RANKS[name][2]):
        field, method, _ = _RANKS[name]
        if name == "twitter:data1" and not _is_author_label(stated):
            continue
        if (read_value := _value(field, stated[name])) is not None:
            value, start, end = read_value
            stretch = "; ".join(content.value for content in stated[name])
            found.append((field, source.candidate(value, method, start, end, otherwise=stretch)))
    for name in _AGENCIES:
        content = next(iter(stated.get(name, ())), None)
        agency = known_agency(content.value.strip(" ©")) if content else None
        if content and agency:
            found.append(("agency", source.candidate(agency, META, content.start, content.end)))
    return found


def _is_author_label(stated: dict[str, list[Attribute]]) -> bool:
    label = stated.get("twitter:label1")
    return (
        label is not None
        and re.match(r"(?:written|geschrieben|posted|escrito|écrit|scritto) |by$|author", label[0].value.lower())
        is not None
    )


def _value(field: str, stated: list[Attribute]) -> tuple[Value, int, int] | None:
    """Return what the elements of one name say: the first that says something, or all of them in a list."""
    if field in {"authors", "tags"}:
        return _listed(field, stated)
    for content in stated:
        value = _one(field, content.value)
        if value:
            return value, content.start, content.end
    return None


def _one(field: str, content: str) -> str | None:
    if field == "published":
        return read_date(content)
    if field == "language":
        tag = content.partition(",")[0].strip()
        return tag.replace("_", "-") if _LANGUAGE.fullmatch(tag) else None
    return content if len(content) <= 600 else None


def _listed(field: str, stated: list[Attribute]) -> tuple[Value, int, int] | None:
    values: dict[str, str] = {}
    used: list[Attribute] = []
    for content in stated:
        if field == "authors":
            some = read_names(content.value)
        else:
            cut = content.value.split(";" if ";" in content.value and "," not in content.value else ",")
            some = tuple(word.strip() for word in cut if 0 < len(word.strip()) <= 100)
        if some:
            used.append(content)
        for value in some:
            values.setdefault(value.casefold(), value)
    if not values:
        return None
    return tuple(values.values())[:_MOST_TAGS], min(item.start for item in used), max(item.end for item in used)
