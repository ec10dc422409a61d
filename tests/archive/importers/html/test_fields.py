"""What a page says of its article, and which candidate wins."""

from __future__ import annotations

import json

import pytest

from tests.archive.importers.html.pages import PROSE, chosen, document, methods, read

LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry sails again after nine days",
    "author": [{"@type": "Person", "name": "Jane Doe"}, {"@type": "Person", "name": "By John Roe"}],
    "publisher": {"@type": "Organization", "name": "The Harbour Courier"},
    "datePublished": "2021-04-13T09:30:00+02:00",
    "dateModified": "2021-04-14T09:30:00+02:00",
    "inLanguage": "en-GB",
    "dateline": "SKARVIK",
    "keywords": "ferries, storms",
}


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_json_ld_states_every_field_with_its_place() -> None:
    draft = read(document(ld(LD)))
    assert {
        field: chosen(draft, field) for field in ("title", "authors", "publisher", "published", "place", "tags")
    } == {
        "title": "Ferry sails again after nine days",
        "authors": ("Jane Doe", "John Roe"),
        "publisher": "The Harbour Courier",
        "published": "2021-04-13T09:30:00+02:00",
        "place": "SKARVIK",
        "tags": ("ferries", "storms"),
    }
    assert all(candidate.span for candidates in draft.fields.values() for candidate in candidates)


@pytest.mark.parametrize(
    "script",
    [
        json.dumps({"@graph": [{"@type": "WebSite", "name": "x"}, LD]}),
        json.dumps([{"@type": "BreadcrumbList"}, LD]),
        json.dumps({"@type": "WebPage", "mainEntity": LD}),
        json.dumps(LD)[:-1] + ",\n}",
        "<!--\n" + json.dumps(LD) + "\n-->",
        "//<![CDATA[\n" + json.dumps(LD) + "\n//]]>",
        json.dumps(LD) + ";",
        json.dumps({**LD, "description": "one\ntwo"}).replace("\\n", "\n"),
        json.dumps({**LD, "@type": ["http://schema.org/NewsArticle", "Thing"]}),
    ],
)
def test_json_ld_is_read_however_it_is_written(script: str) -> None:
    draft = read(document(f"<script type='application/ld+json'>{script}</script>"))
    assert methods(draft, "authors")["json-ld"] == ("Jane Doe", "John Roe")


def test_a_whole_dateline_in_json_ld_gives_its_place_and_a_provider_the_agency() -> None:
    wired = {**LD, "dateline": "PORT ANSEL, April 13 (Reuters) —", "provider": {"name": "REUTERS"}}
    draft = read(document(ld(wired)))
    assert (chosen(draft, "place"), chosen(draft, "agency")) == ("PORT ANSEL", "Reuters")
    assert chosen(draft, "publisher") == "The Harbour Courier"


def test_nodes_of_json_ld_may_refer_to_each_other() -> None:
    person = {"@type": "Person", "@id": "#jane", "name": "Jane Doe"}
    draft = read(document(ld({"@graph": [{**LD, "author": {"@id": "#jane"}}, person]})))
    assert chosen(draft, "authors") == ("Jane Doe",)


def test_of_several_articles_the_one_that_the_page_is_titled_by_counts() -> None:
    other = {**LD, "headline": "Bank raises rates", "author": "Ann Poe"}
    draft = read(document("<title>Ferry sails again after nine days</title>" + ld(other) + ld(LD)))
    assert chosen(draft, "authors") == ("Jane Doe", "John Roe")


def test_broken_json_ld_leaves_what_else_there_is() -> None:
    draft = read(
        document('<script type="application/ld+json">{"headline": </script><meta name=author content="Jane Doe">')
    )
    assert methods(draft, "authors") == {"meta": ("Jane Doe",)}


def test_meta_elements_state_fields_and_the_better_name_comes_first() -> None:
    draft = read(
        document(
            """<meta property="og:title" content="Ferry sails again">
            <meta property="og:site_name" content="Harbour Courier">
            <meta property="article:published_time" content="2021-04-13T09:30:00+02:00">
            <meta name="author" content="Webmaster"><meta name="DC.creator" content="Jane Doe">
            <meta property="article:author" content="https://social.example/jane">
            <meta property="article:tag" content="ferries"><meta property="article:tag" content="storms">
            <meta property="og:locale" content="en_GB">"""
        )
    )
    assert chosen(draft, "title") == "Ferry sails again"
    assert chosen(draft, "authors") == ("Jane Doe",)
    assert chosen(draft, "publisher") == "Harbour Courier"
    assert chosen(draft, "published") == "2021-04-13T09:30:00+02:00"
    assert chosen(draft, "tags") == ("ferries", "storms")
    assert chosen(draft, "language") == "en"


def test_every_candidate_is_kept() -> None:
    head = (
        ld(LD) + '<meta property="article:published_time" content="2021-04-12"><meta name="pubdate" content="20210411">'
    )
    draft = read(
        document(head, '<time datetime="2021-04-10">10 April</time>'), url="https://courier.example/2021/04/09/a"
    )
    assert methods(draft, "published") == {
        "json-ld": "2021-04-13T09:30:00+02:00",
        "opengraph": "2021-04-12",
        "meta": "2021-04-11",
        "element": "2021-04-10",
        "url": "2021-04-09",
    }


def test_the_heading_that_the_page_is_titled_by_is_its_title() -> None:
    body = "<h1>The Harbour Courier</h1><h1>Ferry sails <em>again</em></h1><h2>More news</h2>"
    draft = read(document("<title>Ferry sails again | The Harbour Courier</title>", body))
    assert methods(draft, "title") == {
        "heading": "Ferry sails again",
        "meta": "Ferry sails again | The Harbour Courier",
    }


def test_a_smaller_heading_is_the_title_where_the_page_is_titled_by_its_words() -> None:
    head = "<title>Island blog » Ferry sails again</title>"
    assert (
        chosen(read(document(head, "<h1>Island blog</h1><h2>Ferry sails again</h2>")), "title") == "Ferry sails again"
    )


def test_a_site_that_is_named_in_the_title_is_the_publisher() -> None:
    draft = read(
        document(
            '<title>Ferry sails again | Harbour Courier</title><link rel=canonical href="https://www.harbourcourier.example/a">'
        )
    )
    assert chosen(draft, "title") == "Ferry sails again"
    assert methods(draft, "publisher") == {"title": "Harbour Courier", "url": "harbourcourier.example"}


@pytest.mark.parametrize(
    "byline",
    [
        '<a rel="author" href="/jane">Jane Doe</a>',
        '<p class="byline">By <b>Jane Doe</b>, Harbour Correspondent</p>',
        '<div class="article-author"><span>Jane</span> <span>Doe</span></div>',
        '<span itemprop="author" itemscope><span itemprop="name">Jane Doe</span></span>',
        '<span class="author vcard">Jane Doe</span>',
        '<div id="author">Written by Jane Doe on 13 April 2021</div>',
    ],
)
def test_bylines_are_found_in_the_page(byline: str) -> None:
    draft = read(document("<title>Ferry sails again</title>", f"<h1>Ferry sails again</h1>{byline}"))
    assert chosen(draft, "authors") == ("Jane Doe",)


@pytest.mark.parametrize(
    "other",
    [
        '<span class="comment-author">John Roe</span>',
        '<li itemscope itemtype="https://schema.org/Comment"><span itemprop="author">John Roe</span></li>',
        '<div class="related"><p class="related-author">John Roe</p></div>',
    ],
)
def test_who_comments_and_who_wrote_elsewhere_is_no_author(other: str) -> None:
    draft = read(document("<title>Ferry sails again</title>", f"<h1>Ferry sails again</h1>{other}"))
    assert "byline" not in methods(draft, "authors")
    assert "microdata" not in methods(draft, "authors")


def test_the_byline_by_the_heading_counts_not_one_far_from_it() -> None:
    ahead = '<p class="byline">By John Roe</p>' + "<p>Menu</p>" * 300
    behind = "<p>More.</p>" * 2000 + '<p class="author">Ann Poe</p>'
    body = f'{ahead}<h1>Ferry sails again</h1><p class="byline">By Jane Doe</p>{behind}'
    assert chosen(read(document("<title>Ferry sails again</title>", body)), "authors") == ("Jane Doe",)


@pytest.mark.parametrize(
    ("element", "date"),
    [
        ('<time datetime="2021-04-13T09:30">today</time>', "2021-04-13T09:30"),
        ('<time class="updated" datetime="2021-05-01"></time><time datetime="2021-04-13">x</time>', "2021-04-13"),
        ('<span itemprop="datePublished" content="2021-04-13">x</span>', "2021-04-13"),
        ('<span class="post-date">Published on 13 April 2021</span>', "2021-04-13"),
        ('<span class="published">13. März 2021</span>', "2021-03-13"),
    ],
)
def test_dates_are_found_in_the_page(element: str, date: str) -> None:
    assert chosen(read(document("<title>Ferry sails again</title>", element)), "published") == date


def test_a_dateline_gives_the_place_and_the_agency_with_its_span_in_the_text() -> None:
    article = f"<p>SKARVIK, April 13 (Reuters) — {PROSE[0]}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p>"
    draft = read(document("<title>Ferry sails again</title>", article=article))
    assert (chosen(draft, "place"), chosen(draft, "agency")) == ("Skarvik", "Reuters")
    (agency,) = (item for item in draft.fields["agency"] if item.method == "dateline")
    assert agency.span is not None
    assert agency.span.source == "text"


def test_an_agency_among_the_authors_is_the_agency_but_not_where_it_is_the_outlet() -> None:
    wire = ld({**LD, "author": {"name": "Reuters"}})
    assert chosen(read(document(wire)), "agency") == "Reuters"
    own = ld({**LD, "author": {"name": "Reuters"}, "publisher": {"name": "Reuters"}})
    assert chosen(read(document(own)), "agency") is None


@pytest.mark.parametrize(
    ("head", "url", "expected"),
    [
        ('<link rel="canonical" href="/a">', "https://courier.example/a?x=1", "https://courier.example/a"),
        ('<link rel="canonical" href="https://m.courier.example/a">', "https://courier.example/a?x=1", "https://m.courier.example/a"),
        ('<link rel="canonical" href="https://courier.example/">', "https://courier.example/a", "https://courier.example/a"),
        ('<link rel="canonical" href="https://other.example/b">', "https://courier.example/a", "https://courier.example/a"),
        ('<link rel="canonical" href="https://courier.example/">', None, None),
        ('<link rel="canonical" href="https://courier.example/a">', None, "https://courier.example/a"),
        ('<link rel="canonical" href="/a"><meta property="og:url" content="https://courier.example/a">', None, "https://courier.example/a"),
        ('<link rel="canonical" href="/a"><base href="https://courier.example/">', None, "https://courier.example/a"),
        ('<link rel="canonical" href="javascript:void(0)">', None, None),
        ('<link rel="canonical" href="https://replay.example/web/20210413093000/https://courier.example/a">', None,
         "https://courier.example/a"),
        ("", "https://courier.example/a", "https://courier.example/a"),
    ],
)  # fmt: skip
def test_an_address_is_the_one_that_the_page_states_where_that_can_be(
    head: str, url: str | None, expected: str | None
) -> None:
    assert chosen(read(document(head), url=url), "url") == expected


def test_a_canonical_address_that_cannot_be_is_kept_behind_the_others() -> None:
    draft = read(document('<link rel="canonical" href="https://other.example/b">'), url="https://courier.example/a")
    assert methods(draft, "url") == {"http": "https://courier.example/a", "misplaced": "https://other.example/b"}


def test_the_header_states_a_language_the_page_does_not() -> None:
    draft = read(document(lang=""), headers=(("Content-Language", "is"),))
    assert methods(draft, "language") == {"http": "is"}


def test_libraries_are_asked_where_a_page_states_nothing() -> None:
    draft = read(document("<title>Ferry sails again</title>", "<p>Posted: 2021-04-13</p>"))
    (candidate,) = draft.fields["published"]
    assert (candidate.value, candidate.method) == ("2021-04-13", "library")
    assert candidate.extractor.startswith("htmldate/")
    assert (candidate.raw, candidate.span is not None) == ("2021-04-13", True)


def test_the_year_of_a_copyright_notice_is_no_date() -> None:
    draft = read(document("<title>Ferry sails again</title>", "<footer>Copyright 2019 Harbour Courier</footer>"))
    assert "published" not in draft.fields


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("<p>By <b>Jane Doe</b></p>", ("Jane Doe",)),
        ("<div>13 April 2021, by Jane Doe and John Roe</div>", ("Jane Doe", "John Roe")),
        ("<span>13.4.2021</span> | <span>von Anna Schmidt</span>", ("Anna Schmidt",)),
        ("<div>Written by Ludwig van der Berg<br>3 min</div>", ("Ludwig van der Berg",)),
        ("<p>By the time it sailed, it was full.</p>", None),
        ("<p>By Monday</p>", None),
        ("<p>Die Fähre von Anna Schmidt sails.</p>", None),
    ],
)
def test_a_line_by_the_heading_that_is_signed_names_the_authors(line: str, authors: tuple[str, ...] | None) -> None:
    draft = read(document("<title>Ferry sails again</title>", f"<h1>Ferry sails again</h1>{line}"))
    assert methods(draft, "authors").get("byline") == authors


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("<p>Published 3:15 p.m. ET April 13, 2021</p>", "2021-04-13"),
        ("<span>Von Anna Schmidt</span>, <span>13. April 2021</span>", "2021-04-13"),
        ("<p class='fecha'>13 de abril de 2021</p>", "2021-04-13"),
        ("<p>Updated April 13, 2021</p>", None),
        ("<p>04/05/2021</p>", None),
    ],
)
def test_a_date_in_a_line_beside_the_heading_is_found(line: str, date: str | None) -> None:
    draft = read(document("<title>Ferry sails again</title>", f"<h1>Ferry sails again</h1>{line}"))
    assert methods(draft, "published").get("element") == date


def test_a_person_wins_over_the_outlet_as_author() -> None:
    own = ld({**LD, "author": {"@type": "Organization", "name": "The Harbour Courier"}})
    draft = read(document(own, '<h1>Ferry sails again after nine days</h1><p class="byline">By Jane Doe</p>'))
    assert methods(draft, "authors") == {"byline": ("Jane Doe",), "masthead": ("The Harbour Courier",)}


@pytest.mark.parametrize("byline", ["Harbour Courier Staff", "HC", "Harbour Courier"])
def test_an_outlet_by_any_name_of_its_own_stands_behind_a_person(byline: str) -> None:
    meta = '<meta property="og:site_name" content="Harbour Courier"><meta name="author" content="Jane Doe">'
    draft = read(document(meta, f'<h1>Ferry sails again</h1><p class="byline">By {byline}</p>'))
    assert chosen(draft, "authors") == ("Jane Doe",)


@pytest.mark.parametrize("name", ["comment", "comment-list", "comment-12"])
def test_who_comments_is_no_author_to_a_library_either(name: str) -> None:
    comments = f'<div class="{name}"><p class="username">John Roe</p><p>Well said.</p></div>'
    draft = read(document("<title>Ferry sails again</title>", f"<h1>Ferry sails again</h1>{comments}"))
    assert "library" not in methods(draft, "authors")


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("Ferry sails again | Sea | The Sentinel", "The Sentinel"),
        ("The Sentinel: Ferry sails again", None),
        ("The Sentinel - Ferry sails again", "The Sentinel"),
        ("Ferry sails again", None),
        ("Ferry sails again – what the mayor of Skarvik says about it", None),
    ],
)
def test_what_stands_beside_the_heading_in_a_pages_title_is_the_site(title: str, publisher: str | None) -> None:
    draft = read(document(f"<title>{title}</title>", "<h1>Ferry sails again</h1>"))
    assert methods(draft, "publisher").get("title") == publisher
