"""Pieces of HTML to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.fragments import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("The ferry\n is  back.", "The ferry is back."),
        ("<p>The ferry.<p>It is <b>back</b>.", "The ferry.\n\nIt is back."),
        ("Lead<p>Body</p>tail", "Lead\n\nBody\n\ntail"),
        ("One<br>two<br/><br>three", "One\ntwo\n\nthree"),
        ("<ul><li>rope<li>oar</ul>after", "rope\noar\n\nafter"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("F&auml;hre &amp; H&#228;fen &lt;b&gt;", "Fähre & Häfen <b>"),
        ("<script>x()</script><style>p{}</style>seen<!-- not -->", "seen"),
        ('<p style="DISPLAY : none">preheader</p><p hidden>x</p>seen', "seen"),
        ("safe<embed src=x> and sound", "safe and sound"),
        ("in<i>ter</i>rupted", "interrupted"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("a\0b<p>c", "a\ufffdb\n\nc"),
        ("", ""),
    ],
)
def test_what_a_browser_shows_is_kept_in_paragraphs(html: str, text: str) -> None:
    assert text_of(html) == text


def test_what_is_nested_too_deep_for_the_parser_is_not_lost() -> None:
    assert text_of("<p>lead " + "<div>" * 10_000 + "the deep end") == "lead the deep end"


@given(st.text(alphabet=st.sampled_from("<>/!&;-=\"'pbr \nä\0"), max_size=60))
def test_no_markup_raises(html: str) -> None:
    text_of(html).encode()


@given(st.lists(st.text(alphabet="aäb c", min_size=1).filter(lambda text: bool(text.strip())), min_size=1, max_size=5))
def test_no_word_of_a_paragraph_is_lost(paragraphs: list[str]) -> None:
    text = text_of("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
    assert text.split() == " ".join(paragraphs).split()
