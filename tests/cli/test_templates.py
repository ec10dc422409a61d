"""What scripts may ask of the formats: keys, templates, a version."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from cli.formats import KEYS
from cli.templates import parse_template, picked
from index.hits import read_hit
from tests.cli.process import morgue
from tests.factories import add

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.process import Finished
    from tests.sessions import Place


def search(place: Place, *words: str) -> Finished:
    return morgue(place, "--archive", "archive", "search", "lamp", "--sort", "position", *words)


def test_the_keys_are_those_of_a_hit(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        hit = read_hit(archive, add(archive, "A ferry."), rank=1, score=0.0, terms=())
    assert tuple(hit.as_dict()) == KEYS


@given(st.text(), st.text())
def test_a_template_says_its_literal_text_and_values_on_one_line(literal: str, title: str) -> None:
    escaped = literal.replace("\\", "\\\\").replace("{", "{{").replace("}", "}}")
    text = parse_template(escaped + "{title}|", ("title",))({"title": title})
    assert text.startswith(literal)
    value = text[len(literal) :]
    assert value.endswith("|\n")
    assert not set(value[:-1]) & set("\n\r\t\x1b")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{a}", "1.5\n"),
        (r"{a}\n", "1.5\n"),
        (r"{a}\0", "1.5\0"),
        (r"{b}\t{c}", "\tx; y\n"),
        (r"{{a}} \\n", "{a} \\n\n"),
        ("{d}{e}", "true[[1, 2]]\n"),
        ("{f}", "one two\n"),
        ("", "\n"),
    ],
)
def test_values_and_escapes(template: str, text: str) -> None:
    members = {"a": 1.5, "b": None, "c": ["x", "y"], "d": True, "e": [[1, 2]], "f": "one\ntwo"}
    assert parse_template(template, members)(members) == text


@pytest.mark.parametrize("template", ["{titel}", "{", "}", "{}", "{title.x}", "{title!r}", r"\x", "\\", "{title"])
def test_what_a_template_does_not_know_is_an_error_that_helps(template: str) -> None:
    with pytest.raises(typer.BadParameter) as caught:
        parse_template(template, KEYS)
    assert "the keys are rank, score" in str(caught.value) or "write" in str(caught.value)


def test_keys_are_picked_in_their_order() -> None:
    assert picked("title, rank,title", KEYS) == ("title", "rank")
    with pytest.raises(typer.BadParameter, match="there is no key 'titel'; the keys are rank"):
        picked("title,titel", KEYS)


def test_fields_pick_keys_of_every_format_that_has_them(filled: Place) -> None:
    rows = list(csv.reader(io.StringIO(search(filled, "--format", "csv", "--fields", "tags,position,marks").stdout)))
    assert rows[0] == ["tags", "position", "marks"]
    assert [row[1] for row in rows[1:]] == ["1", "3", "4"]
    assert rows[3][0] == "harbour; buoys"
    lines = search(filled, "--format", "jsonl", "--fields", "position,title").lines
    assert [list(json.loads(line)) for line in lines] == [["position", "title"]] * 3
    document = json.loads(search(filled, "--format", "json", "--fields", "rank").stdout)
    assert document["hits"] == [{"rank": 1}, {"rank": 2}, {"rank": 3}]


def test_a_template_is_a_line_for_each_hit(filled: Place) -> None:
    done = search(filled, "--template", r"{position}\t{url}")
    assert done.lines == ["1\t", "3\t", "4\thttps://courier.example/2031/lamp"]
    assert search(filled, "--template", r"{position}\0").stdout == "1\x003\x004\x00"


@pytest.mark.parametrize(
    "words",
    [
        ["--fields", "title"],
        ["--fields", "titel", "--format", "json"],
        ["--fields", "", "--format", "json"],
        ["--template", "{title}", "--format", "json"],
        ["--template", "{x}"],
        ["--format-version", "2"],
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(filled: Place, words: list[str]) -> None:
    done = morgue(filled, "--archive", "none-such", "search", "lamp", *words)
    assert done.code == 2, done.stderr
    assert "--f" in done.stderr or "--template" in done.stderr


def test_version_1_of_the_formats_is_what_there_is(filled: Place) -> None:
    assert search(filled, "--format", "jsonl", "--format-version", "1") == search(filled, "--format", "jsonl")
