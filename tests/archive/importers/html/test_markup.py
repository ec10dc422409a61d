"""The tokenizer that knows positions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.importers.html.markup import scan


def names(source: str) -> list[str]:
    return [element.name for element in scan(source).elements]


def test_attributes_have_their_values_and_places() -> None:
    source = "<META name = \"author\"\n content='J&uuml;rgen &amp; Co' data-x=1 disabled>"
    (meta,) = scan(source).elements
    content = meta.attributes["content"]
    assert content.value == "Jürgen & Co"
    assert source[content.start : content.end] == "J&uuml;rgen &amp; Co"
    assert (meta.get("name"), meta.get("data-x"), meta.get("disabled"), meta.get("none")) == ("author", "1", "", "")


def test_a_greater_sign_in_quotes_does_not_end_a_tag() -> None:
    (meta, title) = scan("<meta name=author content='a > b'><title>c</title>").elements
    assert (meta.get("content"), title.text) == ("a > b", "c")


def test_what_browsers_do_not_show_is_no_element() -> None:
    source = (
        "<!-- <h1>no</h1> --><script>'<h1>no</h1>'</script><style><h1></style><template><h1>no</h1></template>"
        "<svg><title>no</title></svg><textarea><h1>no</h1></textarea><h1>yes</h1>"
    )
    assert [element.text for element in scan(source).elements] == ["yes"]


def test_an_element_goes_to_its_own_end_tag() -> None:
    (outer, inner) = scan("<div class=byline>By <div class=author>Jane</div> Doe</div> rest").elements
    assert (outer.text, inner.text) == ("By Jane Doe", "Jane")


def test_scripts_of_data_are_found_whatever_their_spelling() -> None:
    source = "<SCRIPT TYPE='application/LD+JSON; charset=utf-8'>{}</SCRIPT><script>1</script>"
    (script,) = scan(source).scripts
    assert (script.kind, source[script.start : script.end]) == ("application/ld+json", "{}")


def test_what_is_not_closed_ends_with_the_page() -> None:
    assert names("<h1>a<h1>b") == ["h1", "h1"]
    assert names("<title>a") == ["title"]
    assert names("<h1>a</h1><!-- <h1>b</h1>") == ["h1"]
    assert names("<h1>a</h1><script>b") == ["h1"]
    assert names("<h1>a</h1><h1 class='b>c</h1>") == ["h1"]


@given(st.text(alphabet="<>/='\"! -abhmet1\n", max_size=300))
def test_any_source_is_scanned_and_places_lie_within_it(source: str) -> None:
    for element in scan(source).elements:
        assert 0 <= element.start < element.end <= len(source)
        assert element.end <= element.close <= len(source)
        start, end = element.inside
        assert element.end <= start <= end <= element.close
        for attribute in element.attributes.values():
            assert element.start < attribute.start <= attribute.end <= element.end
