"""A page from its bytes to its fields: decoding, markup, what each part of it states, and the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from archive.importers.agencies import known_agency
from archive.importers.html import addresses, body, dates, jsonld, library, metas, page, titles
from archive.importers.html.encoding import decode_page
from archive.importers.html.markup import scan
from archive.importers.html.names import without_staff
from archive.importers.html.source import EXTRACTOR, Source
from archive.importers.reading import read_text
from archive.precedence import arranged
from archive.provenance import FIELD_NAMES, Candidate

if TYPE_CHECKING:
    from archive.capture import Exchange
    from archive.importers.html.markup import Markup
    from archive.provenance import Boilerplate, Fields

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@attrs.frozen(kw_only=True)
class ReadPage:
    """What was read of a page: the article's text, what in it is none, its fields, and the codec of its bytes.

    `kind` is the type that the page gives itself in JSON-LD, such as `NewsArticle`.
    """

    text: str
    fields: Fields
    boilerplate: tuple[Boilerplate, ...]
    codec: str
    kind: str | None


def read_page(original: bytes, *, exchange: Exchange | None = None) -> ReadPage:
    """Read a page; `exchange` is the one that it was fetched by. Never fails on what a page holds."""
    decoded = decode_page(original, exchange.header("content-type") if exchange else None)
    source = Source(decoded.text, original=original, codec=decoded.codec)
    markup = scan(decoded.text)
    captured = exchange.uri if exchange else None

    stated = metas.read(source, markup)
    title = page.page_title(markup)
    structured = jsonld.read(source, markup, title=title)
    names = tuple(str(candidate.value) for field, candidate in (*structured.fields, *stated) if field == "title")
    found = [*structured.fields, *stated, *page.read(source, markup, stated=(title, *names))]
    urls = addresses.read(
        source, markup, structured=[item for field, item in found if field == "url"], captured=captured
    )
    found = [(field, item) for field, item in found if field != "url"] + [("url", item) for item in urls]
    found += _languages(source, markup, exchange)

    tree = body.parse(decoded.text)
    text = (body.extract(tree, structured.body) if tree is not None else "") or body.everything(decoded.text)
    # An extracted text has no heading of its own: what looks like one is a section's.
    said = read_text(text, extractor=EXTRACTOR, title=_best_title(found))
    found += [(field, item) for field, items in said.fields.items() if field != "title" for item in items]
    found += _of_address(urls)
    if tree is not None:
        found += library.read(source, tree, found)
    found += _agencies(found)
    found = _outlets_last(_without_sites(found))
    return ReadPage(
        text=text, fields=_gathered(found), boilerplate=said.boilerplate, codec=decoded.codec, kind=structured.kind
    )


def _best_title(found: list[tuple[str, Candidate]]) -> str:
    """Return the title that will be chosen, the empty text where the page has none."""
    titles = tuple(candidate for field, candidate in found if field == "title")
    return str(arranged({"title": titles})["title"][0].value) if titles else ""


def _without_sites(found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """Return the candidates without the site's name in titles; where one had it, it names the publisher."""
    publishers = [str(candidate.value) for field, candidate in found if field == "publisher"]
    hosts = [host for field, candidate in found if field == "url" and (host := addresses.host(str(candidate.value)))]
    sites = tuple(dict.fromkeys((*publishers, *hosts, *(host.rpartition(".")[0] for host in hosts))))
    heading = next((str(item.value) for field, item in found if field == "title" and item.method == "heading"), None)
    cut: list[tuple[str, Candidate]] = []
    for field, candidate in found:
        if field != "title":
            cut.append((field, candidate))
            continue
        title, site = titles.without_site(str(candidate.value), sites)
        if site is None and candidate.method == "meta":
            if heading is None:
                title = titles.without_ending(title)
            else:
                site = titles.beside_heading(title, heading)
        cut.append((field, attrs.evolve(candidate, value=title)))
        if site is not None:
            cut.append(("publisher", attrs.evolve(candidate, value=site, method="title")))
    return cut


def _outlets_last(found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """Return the candidates, an outlet that is named as the author of its own article behind all persons.

    It may be named by its initials or by its staff: `HCN`, `Harbour Courier Staff`.
    """
    publishers = {str(candidate.value) for field, candidate in found if field == "publisher"}
    outlets = {name.casefold() for name in publishers}
    outlets |= {"".join(word[0] for word in words) for name in publishers if len(words := name.casefold().split()) > 1}
    return [
        (field, attrs.evolve(candidate, method="masthead"))
        if field == "authors" and all(without_staff(name).casefold() in outlets for name in candidate.value)
        else (field, candidate)
        for field, candidate in found
    ]


def _languages(source: Source, markup: Markup, exchange: Exchange | None) -> list[tuple[str, Candidate]]:
    found: list[tuple[str, Candidate]] = []
    for element in markup.named("html"):
        for name in ("lang", "xml:lang"):
            attribute = element.attributes.get(name)
            if attribute and _LANGUAGE.fullmatch(attribute.value):
                value = attribute.value.replace("_", "-")
                found.append(("language", source.candidate(value, "meta", attribute.start, attribute.end)))
                break
    header = exchange.header("content-language") if exchange else None
    if header and _LANGUAGE.fullmatch(header):
        found.append(("language", Candidate(value=header, method="http", extractor=EXTRACTOR, raw=header)))
    return found


def _of_address(urls: list[Candidate]) -> list[tuple[str, Candidate]]:
    """Return what the best address says besides: the day in its path, the site's host."""
    found: list[tuple[str, Candidate]] = []
    for candidate in urls[:1]:
        url = str(candidate.value)
        if date := dates.of_address(url):
            found.append(("published", attrs.evolve(candidate, value=date, method="url")))
        if host := addresses.host(url):
            found.append(("publisher", attrs.evolve(candidate, value=host, method="url")))
    return found


def _agencies(found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """Return the wire agencies among the authors; the outlet itself is none."""
    publishers = {str(candidate.value).casefold() for field, candidate in found if field == "publisher"}
    return [
        ("agency", attrs.evolve(candidate, value=agency))
        for field, candidate in found
        if field == "authors"
        for name in candidate.value
        if (agency := known_agency(name)) and not {agency.casefold(), name.casefold()} & publishers
    ]


def _gathered(found: list[tuple[str, Candidate]]) -> Fields:
    """Return candidates by field, in the order in which they were found; of the same by one method, the first."""
    fields: dict[str, dict[tuple[str, object], Candidate]] = {}
    for field, candidate in found:
        fields.setdefault(field, {}).setdefault((candidate.method, candidate.value), candidate)
    names = dict.fromkeys((*FIELD_NAMES, *fields))
    return {field: tuple(fields[field].values()) for field in names if field in fields}
