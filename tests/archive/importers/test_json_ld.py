"""schema.org documents: articles as publishers describe them for machines."""

from __future__ import annotations

import json

import pytest

from archive.importers.jsonl import JsonlImporter
from archive.importers.protocol import Draft, Problem
from tests.archive.importers.parsing import parsed
from tests.archive.importers.spans import check_spans

ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry &amp; lamp",
    "articleBody": "The ferry is back.",
    "datePublished": "2031-04-01T10:00:00+02:00",
    "dateModified": "2031-04-02",
    "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "givenName": "Bo", "familyName": "Ray"}],
    "publisher": {"@type": "Organization", "name": "Port Ansel Gazette"},
    "isPartOf": {"@type": "Newspaper", "name": "The Gazette"},
    "inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"},
    "keywords": "harbour, storm",
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://gazette.example/1"},
    "dateline": "PORT ANSEL, April 1 (Skellock Wire)",
}


def draft_of(document: object) -> Draft:
    (draft,) = parsed(JsonlImporter(), json.dumps(document).encode())
    assert isinstance(draft, Draft), draft
    check_spans(draft)
    return draft


def values(draft: Draft, field: str) -> list[object]:
    return [candidate.value for candidate in draft.fields.get(field, ())]


def test_an_article_is_read_with_all_that_it_states() -> None:
    draft = draft_of(ARTICLE)
    assert values(draft, "title") == ["Ferry & lamp"]
    assert values(draft, "authors") == [("Ann Lee", "Bo Ray")]
    assert values(draft, "publisher") == ["Port Ansel Gazette", "The Gazette"]
    assert values(draft, "published")[:2] == ["2031-04-01T10:00:00+02:00", "2031-04-02"]
    assert values(draft, "language") == ["en"]
    assert values(draft, "tags") == [("harbour", "storm")]
    assert values(draft, "url") == ["https://gazette.example/1"]
    assert values(draft, "place") == ["Port Ansel"]
    assert (draft.text, draft.media_type, draft.key) == ("The ferry is back.", "application/ld+json", None)
    assert {known.method for candidates in draft.fields.values() for known in candidates} == {"json-ld"}
    assert draft.fields["title"][0].raw == "Ferry &amp; lamp"


def test_an_article_of_a_graph_takes_names_from_other_nodes() -> None:
    graph = [
        {"@type": "WebSite", "@id": "#site", "name": "Port Ansel Gazette"},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        {
            "@type": ["schema:NewsArticle", "TechArticle"],
            "schema:headline": "Ferry",
            "author": {"@id": "#ann"},
            "publisher": [{"@id": "#site"}],
            "articleBody": "<p>Back.</p><p>Again.</p>",
        },
    ]
    draft = draft_of({"@context": ["https://schema.org", {"@language": "en"}], "@graph": graph})
    assert values(draft, "title") == ["Ferry"]
    assert values(draft, "authors") == [("Ann Lee",)]
    assert values(draft, "publisher") == ["Port Ansel Gazette"]
    assert draft.text == "Back.\n\nAgain."


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee", [("Ann Lee",)]),
        (["Ann Lee", {"name": "Bo Ray"}], [("Ann Lee", "Bo Ray")]),
        ({"name": ["Ann Lee"]}, [("Ann Lee",)]),
        ({"url": "https://gazette.example/ann"}, []),
        (5, []),
        (None, []),
    ],
)
def test_an_author_is_written_in_many_ways(author: object, names: list[object]) -> None:
    assert values(draft_of({**ARTICLE, "author": author}), "authors") == names


def test_without_a_body_the_description_is_the_text() -> None:
    draft = draft_of({"@type": "Article", "headline": "Ferry", "description": "It is back."})
    assert draft.text == "It is back."


def test_an_id_that_is_no_address_names_the_article() -> None:
    assert draft_of({**ARTICLE, "@id": "urn:x:1"}).key == "urn:x:1"
    assert draft_of({**ARTICLE, "@id": "https://gazette.example/1#article"}).key is None
    assert draft_of({**ARTICLE, "@id": "#article"}).key is None


def test_a_date_that_is_none_is_left_out_and_reported() -> None:
    draft, problem = parsed(JsonlImporter(), json.dumps({**ARTICLE, "datePublished": "soon", "dateline": ""}).encode())
    assert isinstance(draft, Draft)
    assert values(draft, "published") == ["2031-04-02"]
    assert isinstance(problem, Problem)
    assert problem.partial


def test_several_articles_in_one_record_are_reported() -> None:
    articles = [{"@type": "Article", "headline": name} for name in ("One", "Two")]
    draft, problem = parsed(JsonlImporter(), json.dumps({"@graph": articles}).encode())
    assert isinstance(draft, Draft)
    assert values(draft, "title") == ["One"]
    assert isinstance(problem, Problem)
    assert "2 articles" in problem.message


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"@context": "https://schema.org", "@type": "BreadcrumbList"}, "describes BreadcrumbList"),
        ({"@context": "https://schema.org"}, "describes nothing"),
        ({"@type": "Article"}, "nothing to archive"),
        ({"@type": "Article", "headline": "\ud800"}, "surrogate"),
    ],
)
def test_what_is_no_article_is_a_problem(document: object, said: str) -> None:
    (problem,) = parsed(JsonlImporter(), json.dumps(document).encode())
    assert isinstance(problem, Problem)
    assert said in problem.message
