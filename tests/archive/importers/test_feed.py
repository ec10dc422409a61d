"""Feeds: an entry is an article, cut out with its own bytes and read within the head of its feed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.importers import parse
from archive.importers.feed import LARGEST, FeedImporter
from archive.importers.protocol import Draft, Problem, Record, Skipped
from tests.archive.importers.spans import check_spans

if TYPE_CHECKING:
    from archive.provenance import Value

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Port Ansel Gazette</title>
<link>https://gazette.example/</link>
<language>en</language>
<item>
  <title>Fähre &amp; Hafen</title>
  <link>https://gazette.example/2031/ferry?utm_source=rss</link>
  <guid isPermaLink="false">4711</guid>
  <pubDate>Tue, 01 Apr 2031 10:00:00 +0200</pubDate>
  <dc:creator><![CDATA[Joris Pellworth]]></dc:creator>
  <category>harbour</category>
  <category>storm</category>
  <description>The ferry is back.</description>
  <content:encoded><![CDATA[<p>The ferry is <b>back</b>.</p><p>It sails.</p>]]></content:encoded>
</item>
<item><title>Lamp lit</title><link>https://gazette.example/2031/lamp</link></item>
</channel>
</rss>
"""
ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nb" xml:base="https://wire.example/">
<title type="html">Skellock &lt;i&gt;Wire&lt;/i&gt;</title>
<author><name>Desk</name></author>
<entry>
  <id>tag:wire.example,2031:1</id>
  <title>Bøye tent</title>
  <link rel="alternate" href="2031/boye"/>
  <link rel="enclosure" href="b.mp3"/>
  <published>2031-03-07T18:20:00+01:00</published>
  <updated>2031-03-08T00:00:00Z</updated>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Den <em>blinker</em>.</p></div></content>
</entry>
<entry>
  <id>tag:wire.example,2031:2</id>
  <title>To</title>
  <author><name>Ann Lee</name><email>a@wire.example</email></author>
  <author><name>Bo Ray</name></author>
  <summary>Kort.</summary>
</entry>
</feed>
"""
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://sea.example/"><title>Sea News</title><link>https://sea.example/</link>
<items><rdf:Seq><rdf:li rdf:resource="https://sea.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://sea.example/1"><title>Tide</title><link>https://sea.example/1</link>
<dc:date>2031-04-01T10:00+02:00</dc:date><description>High.</description></item>
</rdf:RDF>
"""


def split(data: str | bytes) -> list[Record | Problem | Skipped]:
    return list(FeedImporter().split(io.BytesIO(data.encode() if isinstance(data, str) else data)))


def drafts(data: str | bytes) -> list[Draft]:
    found = list(parse(FeedImporter(), io.BytesIO(data.encode() if isinstance(data, str) else data)))
    assert all(isinstance(item, Draft) for item in found), found
    return [item for item in found if isinstance(item, Draft)]


def chosen(draft: Draft) -> dict[str, Value]:
    check_spans(draft)
    return {field: candidates[0].value for field, candidates in draft.fields.items()}


def item(inside: str, feed: str = "<title>Courier</title><link>https://courier.example/</link>") -> str:
    return f'<rss version="2.0"><channel>{feed}<item>{inside}</item></channel></rss>'


def test_an_item_of_rss_is_read_with_what_its_channel_says() -> None:
    first, second = drafts(RSS)
    assert chosen(first) == {
        "title": "Fähre & Hafen",
        "authors": ("Joris Pellworth",),
        "publisher": "Port Ansel Gazette",
        "published": "2031-04-01T10:00:00+02:00",
        "language": "en",
        "url": "https://gazette.example/2031/ferry?utm_source=rss",
        "tags": ("harbour", "storm"),
    }
    assert first.text == "The ferry is back.\n\nIt sails."
    assert first.key == "https://gazette.example/ 4711"
    assert (first.media_type, first.encoding, first.record.line) == ("application/rss+xml", "utf-8", 8)
    assert first.record.original.startswith(b"<item>\n  <title>F\xc3\xa4hre")
    assert first.record.original.endswith(b"</item>")
    assert (second.text, second.key, second.record.label) == ("", None, "2")
    assert all(known.method == "feed" for known in first.fields["title"])


def test_an_entry_of_atom_takes_over_what_the_feed_says() -> None:
    first, second = drafts(ATOM)
    assert chosen(first) == {
        "title": "Bøye tent",
        "authors": ("Desk",),
        "publisher": "Skellock Wire",
        "published": "2031-03-07T18:20:00+01:00",
        "language": "nb",
        "url": "https://wire.example/2031/boye",
    }
    assert [known.value for known in first.fields["published"]][1:] == ["2031-03-08T00:00:00Z"]
    assert (first.text, first.key, first.media_type) == (
        "Den blinker.",
        "tag:wire.example,2031:1",
        "application/atom+xml",
    )
    assert chosen(second)["authors"] == ("Ann Lee", "Bo Ray")
    assert second.text == "Kort."


def test_an_item_of_rdf_stands_behind_its_channel() -> None:
    (draft,) = drafts(RDF)
    assert chosen(draft) == {
        "title": "Tide",
        "publisher": "Sea News",
        "published": "2031-04-01T10:00+02:00",
        "url": "https://sea.example/1",
    }
    assert (draft.text, draft.key, draft.media_type) == ("High.", None, "application/rdf+xml")


def test_what_is_known_states_its_bytes() -> None:
    (first, _) = drafts(RSS)
    placed = {field: known[0].raw for field, known in first.fields.items() if known[0].span is not None}
    assert placed == {
        "title": "Fähre &amp; Hafen",
        "authors": "Joris Pellworth",
        "published": "Tue, 01 Apr 2031 10:00:00 +0200",
        "url": "https://gazette.example/2031/ferry?utm_source=rss",
    }


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "koi8-r", "gb18030"]
)
@pytest.mark.parametrize("source", [RSS, ATOM])
def test_an_encoding_changes_nothing(source: str, encoding: str) -> None:
    if encoding in {"cp1252", "koi8-r", "gb18030"}:
        source = source.replace("?>", f' encoding="{encoding}"?>', 1).replace(' encoding="utf-8" encoding', " encoding")
    text = source.replace("ä", "я").replace("ø", "я") if encoding == "koi8-r" else source
    found = drafts(text.encode(encoding))
    known = drafts(text.replace(f' encoding="{encoding}"', ""))
    assert [chosen(draft) for draft in found] == [chosen(draft) for draft in known]
    assert [draft.text for draft in found] == [draft.text for draft in known]
    assert [draft.key for draft in found] == [draft.key for draft in known]


def test_bytes_that_are_wrong_cost_no_character_but_themselves() -> None:
    data = RSS.encode().replace(b"It sails.", b"It s\xffails. " + "äöüß".encode())
    assert drafts(data)[0].text == "The ferry is back.\n\nIt s\ufffdails. äöüß"


def test_windows_1252_that_is_not_declared_is_found_out() -> None:
    data = item("<title>Fähre</title><description>“Zurück” im Hafen – täglich</description>").encode("cp1252")
    (draft,) = drafts(data)
    assert chosen(draft)["title"] == "Fähre"
    assert draft.text == "“Zurück” im Hafen – täglich"


@pytest.mark.parametrize(
    ("inside", "authors"),
    [
        ("<author>Ann Lee</author>", ("Ann Lee",)),
        ("<author>ann@courier.example (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>Ann Lee &lt;ann@courier.example&gt;</author>", ("Ann Lee",)),
        ("<author>ann@courier.example</author>", ("ann@courier.example",)),
        (
            '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">By Ann Lee and Bo Ray</dc:creator>',
            ("Ann Lee", "Bo Ray"),
        ),
    ],
)
def test_authors_are_names_where_names_are_stated(inside: str, authors: tuple[str, ...]) -> None:
    (draft,) = drafts(item("<title>T</title>" + inside))
    assert chosen(draft).get("authors") == authors


def test_the_editor_of_a_channel_is_no_author() -> None:
    (draft,) = drafts(item("<title>T</title>", feed="<title>C</title><managingEditor>Ann Lee</managingEditor>"))
    assert "authors" not in draft.fields


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        # The address tells which article it is: so the page behind it is the same one.
        ("<link>https://c.example/1</link><guid>https://c.example/1</guid>", None),
        ("<link>https://c.example/1?utm_source=rss</link><guid>http://www.c.example/1</guid>", None),
        # A number at the end of an id counts the changes, in some systems.
        (
            "<link>https://c.example/1?from=rss</link><guid isPermaLink='false'>https://c.example/1#3</guid>",
            "https://c.example/1",
        ),
        ("<link>https://c.example/1</link><guid>https://c.example/?p=1</guid>", "https://c.example/?p=1"),
        ("<link>https://c.example/1</link><guid isPermaLink='false'>tag:c,1</guid>", "tag:c,1"),
        ("<link>https://c.example/1</link><guid isPermaLink='false'>1</guid>", "https://courier.example/ 1"),
        # Several articles on one page.
        ("<link>https://c.example/all#v2</link><guid>https://c.example/all#v2</guid>", "https://c.example/all#v2"),
        ("<link>https://c.example/all#v2</link>", "https://c.example/all#v2"),
        ("<link>https://c.example/1</link>", None),
    ],
)
def test_which_id_names_an_article(inside: str, key: str | None) -> None:
    (draft,) = drafts(item("<title>T</title>" + inside))
    assert draft.key == key


def test_an_original_link_goes_before_that_of_a_service() -> None:
    inside = (
        "<title>T</title><link>https://feeds.example/~r/1</link><feedburner:origLink xmlns:feedburner="
        '"http://rssnamespace.org/feedburner/ext/1.0">https://c.example/1</feedburner:origLink>'
    )
    (draft,) = drafts(item(inside))
    assert [known.value for known in draft.fields["url"]] == ["https://c.example/1", "https://feeds.example/~r/1"]


def test_a_permanent_link_is_an_address_besides() -> None:
    inside = "<title>T</title><link>https://click.example/1</link><guid>https://c.example/1</guid>"
    (draft,) = drafts(item(inside))
    assert [known.value for known in draft.fields["url"]] == ["https://click.example/1", "https://c.example/1"]
    (draft,) = drafts(item(inside.replace("<guid>", "<guid isPermaLink='false'>")))
    assert [known.value for known in draft.fields["url"]] == ["https://click.example/1"]


def test_a_source_goes_before_the_feed_that_passes_it_on() -> None:
    (draft,) = drafts(item('<title>T</title><source url="https://s.example/">Skellock Wire</source>'))
    assert [known.value for known in draft.fields["publisher"]] == ["Skellock Wire", "Courier"]


def test_the_text_says_more_behind_what_the_feed_says() -> None:
    date = "<pubDate>Tue, 01 Apr 2031 10:00:00 +0200</pubDate>"
    text = "<description>PORT ANSEL, March 31 (Reuters) -- The ferry is back in the harbour.</description>"
    (draft,) = drafts(item("<title>Ferry</title>" + date + text))
    check_spans(draft)
    assert chosen(draft)["agency"] == "Reuters"
    assert chosen(draft)["place"] == "Port Ansel"
    assert [known.method for known in draft.fields["published"]] == ["feed", "dateline"]
    assert [known.method for known in draft.fields["title"]] == ["feed"]


def test_a_date_that_is_none_is_left_out_and_reported() -> None:
    draft, problem = parse(FeedImporter(), io.BytesIO(item("<title>T</title><pubDate>yesterday</pubDate>").encode()))
    assert isinstance(draft, Draft)
    assert "published" not in draft.fields
    assert isinstance(problem, Problem)
    assert problem.partial
    assert "'yesterday'" in problem.message


def test_a_title_in_html_is_made_text() -> None:
    (draft,) = drafts(item("<title>Lamp &lt;b&gt;lit&lt;/b&gt; &amp;amp; seen</title>"))
    assert chosen(draft)["title"] == "Lamp lit & seen"


def test_what_stands_behind_the_entries_counts_for_them() -> None:
    (draft,) = drafts("<rss><channel><item><title>T</title></item><title>Late Courier</title></channel></rss>")
    assert chosen(draft)["publisher"] == "Late Courier"


def test_a_broken_entry_costs_no_other() -> None:
    data = (
        item("<title>One")
        .replace("</item>", "")
        .replace("</channel>", "<item><title>Two & three</title></item><item><title>Four</title></item></channel>")
    )
    found = list(parse(FeedImporter(), io.BytesIO(data.encode())))
    titles = [found_one.fields["title"][0].value for found_one in found if isinstance(found_one, Draft)]
    assert titles[-2:] == ["Two & three", "Four"]
    assert len(titles) == 3


def test_a_feed_that_is_cut_off_gives_what_there_is_and_says_so() -> None:
    data = RSS.encode()[: RSS.encode().index(b"<content:encoded>")]
    draft, problem = parse(FeedImporter(), io.BytesIO(data))
    assert isinstance(draft, Draft)
    assert draft.text == "The ferry is back."
    assert isinstance(problem, Problem)
    assert "cut off" in problem.message


@pytest.mark.parametrize(
    "data",
    [
        "<rss version='2.0'><channel><title>Quiet</title></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Quiet</title></feed>",
    ],
)
def test_a_feed_without_entries_is_nothing_and_no_problem(data: str) -> None:
    assert FeedImporter().detect(data.encode())
    assert split(data) == []


def test_empty_entries_are_skipped() -> None:
    assert split("<rss><channel><item/><item>\n</item></channel></rss>") == [Skipped(reason="empty entry")] * 2


def test_an_entry_that_says_nothing_is_a_problem() -> None:
    (problem,) = parse(FeedImporter(), io.BytesIO(item("<author>Ann Lee</author>").encode()))
    assert isinstance(problem, Problem)
    assert "nothing to archive" in problem.message


@pytest.mark.parametrize("data", [b"", b" \n", b"plain", b"<html>page</html>", b"<urlset><url/></urlset>", b"\0\0"])
def test_what_is_no_feed_is_a_problem(data: bytes) -> None:
    (problem,) = split(data)
    assert isinstance(problem, Problem)


def test_a_feed_that_is_too_large_is_refused_before_it_is_read_on() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b" " * size

    (problem,) = FeedImporter().split(Endless())  # type: ignore[arg-type]
    assert isinstance(problem, Problem)
    assert f"{LARGEST >> 20} MiB" in problem.message


def test_a_head_that_grows_with_the_feed_is_not_kept_with_each_entry() -> None:
    listed = "".join(f'<rdf:li rdf:resource="https://sea.example/{number}/{"x" * 80}"/>' for number in range(2000))
    entry = RDF[RDF.index("<item rdf") : RDF.index("</rdf:RDF>")]
    data = RDF.replace('<rdf:li rdf:resource="https://sea.example/1"/>', listed).replace(entry, entry * 3)
    found = drafts(data)
    assert len(found) == 3
    assert all(0 < len(draft.record.head or b"") < 1000 for draft in found)
    assert chosen(found[2])["publisher"] == "Sea News"


def test_nothing_outside_of_a_feed_is_read(tmp_path: object) -> None:
    secret = f"{tmp_path}/secret.txt"
    with open(secret, "w") as file:  # noqa: PTH123 - a file like any other
        file.write("THE SECRET")
    data = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY % p SYSTEM "file://{secret}">%p;'
        ']><rss version="2.0"><channel><item><title>T &x;</title><description>&x;</description></item>'
        "</channel></rss>"
    )
    for found in parse(FeedImporter(), io.BytesIO(data.encode())):
        assert isinstance(found, Draft)
        assert "SECRET" not in str(found.fields) + found.article_text()


def test_entities_do_not_multiply() -> None:
    bomb = "".join(f'<!ENTITY x{level + 1} "{f"&x{level};" * 10}">' for level in range(12))
    data = f'<!DOCTYPE rss [<!ENTITY x0 "boom">{bomb}]>' + item("<title>T</title><description>&x12;</description>")
    (draft,) = drafts(data)
    assert len(draft.article_text()) < 1000


def test_a_deep_entry_is_read_or_refused() -> None:
    for inside in ("<a>" * 50_000, "<a>" * 50_000 + "</b>" * 50_000, "<!--" * 50_000, "<![CDATA[" * 50_000):
        for found in parse(FeedImporter(), io.BytesIO(item("<title>T</title>" + inside).encode())):
            assert isinstance(found, Draft | Problem)


@pytest.mark.parametrize(
    ("reference", "character"),
    [
        ("&#xD83D;&#xde00;", "\U0001f600"),
        ("&#55357;&#56832;", "\U0001f600"),
        ("&#xD83D;", "\ufffd"),
        ("&#x110000;", "\ufffd"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#228;&#x1F600;", "ä\U0001f600"),
    ],
)
def test_a_reference_to_no_character_costs_no_entry(reference: str, character: str) -> None:
    entry = f"<item><title>Ferry {reference}</title></item>"
    data = f'<rss version="2.0"><channel><title>C{reference}</title>{entry}</channel></rss>'.encode()
    (found,) = parse(FeedImporter(), io.BytesIO(data))
    assert isinstance(found, Draft), found
    assert found.fields["title"][0].value == f"Ferry {character}"
    check_spans(found)


PIECES = st.sampled_from(
    ["<item>", "</item>", "<entry>", "</entry>", "<title>T", "</title>", "<link>https://c.example/1", "&amp;", "&x;",
     "&#xd800;",
     "<![CDATA[", "]]>", "<!--", "-->", "<", ">", "<item/>", "</channel>", "ä", "<description>&lt;p>x", "\0", '<a b="']
)  # fmt: skip


@example("<item><link>https://c.example/1<item/>")
@example("<item></title><link>https://c.example/1<item/>")
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_feed_raises_and_every_place_holds(inside: str) -> None:
    data = f'<rss version="2.0"><channel><title>C</title>{inside}</channel></rss>'.encode()
    for found in parse(FeedImporter(), io.BytesIO(data)):
        if isinstance(found, Draft):
            assert found.record.original in data
            check_spans(found)


@given(st.binary(max_size=80))
def test_no_bytes_raise(noise: bytes) -> None:
    data = b"<rss><channel><item><title>" + noise + b"</title><link>https://c.example/1</link></item></channel></rss>"
    for found in parse(FeedImporter(), io.BytesIO(data)):
        if isinstance(found, Draft):
            check_spans(found)
