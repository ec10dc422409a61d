"""Markdown with front matter: dates as they are written, places in the file, text without marks."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers import parse
from archive.importers.markdown import MarkdownImporter
from archive.importers.markdown_text import read_markdown
from archive.importers.protocol import Draft, Problem
from tests.archive.importers.parsing import only_draft, parsed
from tests.archive.importers.spans import check_spans

YAML = """---
title: "Fähre: zurück"
author:
  - "[[Ann Lee]]"
  - name: Bo Ray
date: 2031-04-01
lastmod: 2031-04-02 10:00:00 +02:00
tags: [harbour, "storm", '#sea']
source: https://gazette.example/1
publication: Port Ansel Gazette
lang: en
draft: ~
id: note-1
accessed: 2031-04-05
---

# Fähre zurück

The [Grey Tern](https://gazette.example/tern) is *back*.
"""
TOML = """+++
title = 'Ferry "back"'
date = 2031-04-01T10:00:00+02:00
[taxonomies]
tags = ["harbour"]
[extra]
author = "Ann Lee"
+++
Back."""
JSON = '{"title": "Ferry", "date": "2031-04-01", "authors": ["Ann Lee"]}\n\nBack.\n'


def values(draft: Draft) -> dict[str, list[object]]:
    check_spans(draft)
    return {field: [one.value for one in known] for field, known in draft.fields.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_yaml_states_the_fields_as_they_are_written(encoding: str, newline: str) -> None:
    draft = only_draft(MarkdownImporter(), YAML.replace("\n", newline).encode(encoding))
    assert values(draft) == {
        "title": ["Fähre: zurück", "Fähre zurück"],
        "authors": [("Ann Lee", "Bo Ray")],
        "publisher": ["Port Ansel Gazette"],
        "published": ["2031-04-01", "2031-04-02T10:00:00+02:00"],
        "language": ["en"],
        "url": ["https://gazette.example/1"],
        "tags": [("harbour", "storm", "sea")],
    }
    assert (draft.text, draft.key, draft.captured) == ("Fähre zurück\n\nThe Grey Tern is back.", "note-1", "2031-04-05")
    assert [known.method for known in draft.fields["title"]] == ["front-matter", "heading"]
    assert draft.fields["published"][1].raw == "2031-04-02 10:00:00 +02:00"
    if encoding != "utf-16":
        assert all(known[0].span is not None for known in draft.fields.values())


def test_toml_and_json_state_the_same_things() -> None:
    toml, json = (only_draft(MarkdownImporter(), text.encode()) for text in (TOML, JSON))
    assert values(toml) == {
        "title": ['Ferry "back"'],
        "authors": [("Ann Lee",)],
        "published": ["2031-04-01T10:00:00+02:00"],
        "tags": [("harbour",)],
    }
    assert values(json) == {"title": ["Ferry"], "authors": [("Ann Lee",)], "published": ["2031-04-01"]}
    assert toml.text == json.text == "Back."
    assert check_spans(toml) == check_spans(json) == 3


@pytest.mark.parametrize(
    "front",
    [
        'title: "open',
        "- a list",
        "a: " + "[" * 5000,
        "title: a\x07",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n'",
    ],
)
def test_front_matter_that_cannot_be_read_costs_no_article(front: str) -> None:
    draft, problem = parsed(MarkdownImporter(), f"---\n{front}\n---\nBack.".encode())
    assert isinstance(draft, Draft)
    assert draft.text == "Back."
    assert draft.fields == {}
    assert isinstance(problem, Problem)
    assert problem.partial
    assert "front matter" in problem.message


def test_aliases_do_not_multiply() -> None:
    levels = "".join(f"l{level + 1}: &l{level + 1} [{', '.join([f'*l{level}'] * 9)}]\n" for level in range(9))
    draft = only_draft(MarkdownImporter(), f"---\nl0: &l0 [x]\n{levels}title: *l9\nauthor: *l9\n---\nBack.".encode())
    assert draft.fields == {}


@pytest.mark.parametrize(
    ("line", "field"), [("date: soon", "published"), ("date: [2031-13-01]", "published"), ("url: /2031/ferry", "url")]
)
def test_what_a_value_cannot_be_is_left_out(line: str, field: str) -> None:
    draft = next(iter(parsed(MarkdownImporter(), f"---\ntitle: T\n{line}\n---\nBack.".encode())))
    assert isinstance(draft, Draft)
    assert field not in draft.fields


def test_nothing_is_a_problem() -> None:
    (problem,) = parsed(MarkdownImporter(), b"---\ndraft: true\n---\n\n")
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One *two*\n**three** `four`", "One two\nthree four"),
        ("![A tern](t.png) and <b>more</b><br>here", "A tern and more\nhere"),
        ("- rope\n- oar\n  too\n\nafter", "rope\noar\ntoo\n\nafter"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A B\n1 2"),
        ("```\nx = 1\n```\n\n> said", "x = 1\n\nsaid"),
        ("<div>html <i>x</i></div>\n\n***\n\nF&auml;hre &lt;", "html x\n\nFähre <"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
    ],
)
def test_marks_go_and_words_stay(source: str, text: str) -> None:
    assert read_markdown(source).text == text


FRONT = st.sampled_from(
    [
        "---\n",
        "+++\n",
        "title: a\n",
        "title = 'a'\n",
        "date: 2031\n",
        "tags: [a, *x]\n",
        "{",
        "\x00",
        "ä\n",
        "- b\n",
        ": \n",
    ]
)


@given(st.lists(FRONT, max_size=9).map("".join))
def test_no_document_raises_and_every_place_holds(source: str) -> None:
    MarkdownImporter().detect(source.encode())
    for found in parse(MarkdownImporter(), io.BytesIO(source.encode())):
        if isinstance(found, Draft):
            check_spans(found)
            found.article_text().encode()
