"""The encoding of a page."""

from __future__ import annotations

import pytest

from archive.importers.html.encoding import decode_page
from tests.archive.importers.html.pages import document, methods, read

TEXT = "<title>Grüße aus Köln – für 5 €</title>"


@pytest.mark.parametrize(
    ("page", "header", "codec"),
    [
        ("\ufeff" + TEXT, None, "utf-8-sig"),
        (TEXT, None, "utf-8"),
        ("<meta charset=utf-8>" + TEXT, "text/html; charset=iso-8859-1", "utf-8"),
    ],
)
def test_utf8_is_known_by_its_bytes(page: str, header: str | None, codec: str) -> None:
    decoded = decode_page(page.encode(), header)
    assert decoded.codec == codec
    assert decoded.text.endswith(TEXT)


@pytest.mark.parametrize(
    ("said", "header", "codec"),
    [
        ("<meta charset=windows-1252>", None, "cp1252"),
        ("<meta charset='latin1'>", None, "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', None, "cp1252"),
        ("", 'text/html; charset="windows-1252"', "cp1252"),
        ("<meta charset=koi8-r>", "text/html; charset=windows-1252", "cp1252"),
        ("<!-- <meta charset=koi8-r> --><meta charset=windows-1252>", None, "cp1252"),
        ("<meta charset=no-such-thing>", "text/html; charset=windows-1252", "cp1252"),
    ],
)
def test_what_is_stated_counts_where_it_is_not_utf8(said: str, header: str | None, codec: str) -> None:
    decoded = decode_page((said + TEXT).encode("cp1252"), header)
    assert (decoded.codec, decoded.text) == (codec, said + TEXT)


@pytest.mark.parametrize(("label", "codec"), [("gb2312", "gb18030"), ("shift_jis", "cp932"), ("euc-kr", "cp949")])
def test_labels_mean_what_they_mean_on_the_web(label: str, codec: str) -> None:
    text = f"<meta charset={label}><title>三島</title>"
    decoded = decode_page(text.encode(codec))
    assert (decoded.codec, decoded.text) == (codec, text)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_is_known_by_its_mark(codec: str) -> None:
    page = "\ufeff" + document(f"<meta charset=utf-16>{TEXT}<meta name=author content='Änne Groß'>")
    draft = read(page.encode(codec))
    assert draft.encoding == codec
    assert methods(draft, "authors") == {"meta": ("Änne Groß",)}


def test_utf16_as_a_meta_element_says_it_is_none() -> None:
    # The element could not have been read if it were.
    assert decode_page(b"<meta charset=utf-16><title>\xc3\xa4</title>").codec == "utf-8"


def test_a_few_broken_bytes_do_not_change_the_encoding_of_a_page() -> None:
    page = document("<title>Die Fähre fährt</title>", article="<p>" + "Überfahrt für Größere. " * 60 + "</p>")
    broken = page.encode().replace("Größere".encode(), b"Gr\xf6\xdfere", 1)
    draft = read(broken)
    assert draft.encoding == "utf-8"
    assert "Gr\ufffd\ufffdere" in draft.article_text()
    assert methods(draft, "title")["meta"] == "Die Fähre fährt"


def test_spans_count_bytes_in_front_of_what_is_not_ascii_and_behind_what_is_broken() -> None:
    page = document(
        "<title>Große Überfahrt</title>\n<meta name=description content='ä \udcf6 ö'>\n"
        "<meta name=author content='Änne Groß'>",
        article="<p>" + "Überfahrt für Größere. " * 60 + "</p>",
    )
    draft = read(page.encode("utf-8", "surrogateescape"))
    (author,) = draft.fields["authors"]
    assert author.span is not None
    assert draft.record.original[author.span.start : author.span.end] == "Änne Groß".encode()


def test_bytes_without_any_encoding_do_no_harm() -> None:
    decoded = decode_page(bytes(range(256)) * 4)
    assert len(decoded.text) == 1024
