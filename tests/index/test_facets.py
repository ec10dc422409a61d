"""Counts of what a query finds: equal to those made in plain Python over what the archive holds, at every moment."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import edtf
from archive.archive import Archive
from archive.changing import Change, change_many, tagging, withholding
from archive.errors import ErasedError
from index import schema_fields
from index.facets import FACETS, facets, sources
from index.search import Request
from index.timeline import timeline
from tests.archive.test_erased_parts import erase
from tests.factories import Clipping, add_all
from tests.index.searching import NotedIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.archive import Archive as Store
    from index.facets import ValueCount
    from index.hits import Hit
    from index.matching import Matching

DATES = ("2021", "2021-04", "2021-04-13", "2021-04-18T23:30:00-05:00", "2021-12-31", "202X", "XXXX-04-18", None)

clippings = st.lists(
    st.builds(
        Clipping,
        text=st.sampled_from(["the ferry runs", "no ferry in the fog", "fog at the dam", "a quiet day"]),
        key=st.sampled_from(["a", "b", "c", "d", None]),
        published=st.sampled_from(DATES),
        publisher=st.sampled_from(["The Ansel Courier", "ansel courier", "Ærø\nTidende", None]),
        place=st.sampled_from(["Port Ansel", "Tern", None]),
        language=st.sampled_from(["en", None]),
        authors=st.sampled_from([(), ("Tam Oduya",), ("Tam Oduya", "Joan Arkwright")]),
        tags=st.sampled_from([(), ("sea",), ("sea", "fog")]),
    ),
    min_size=1,
    max_size=8,
)
changes = st.lists(st.tuples(st.sampled_from(["tag", "untag", "withhold", "erase"]), st.integers(0, 7)), max_size=4)


def distinct(numbered: Iterable[Clipping]) -> list[Clipping]:
    """Give each a text of its own: equal ones would be one article."""
    return [attrs.evolve(one, text=f"{one.text} {number}") for number, one in enumerate(numbered)]


def values(hit: Hit, facet: str) -> set[str | None]:
    """Return what an article counts for."""
    said = hit.version.metadata
    several = {"author": said.authors, "tag": hit.tags}
    if facet in several:
        return set(several[facet]) or {None}
    if facet in {"month", "year"}:
        return {period(said.published, facet)}
    return {getattr(said, facet)}


def period(published: str | None, by: str) -> str | None:
    """Return the month or the year of a date by looking at its letters."""
    if published is None or published.startswith("XXXX"):
        return None
    if by == "year" or "X" in published[:4]:
        return published[:4]
    return published[:7] if len(published) > 4 else f"{published}-XX"


def counted(index: NotedIndex, query: str | None, at: int) -> dict[str, tuple[ValueCount, ...]]:
    request = None if query is None else Request(query=query)
    return index.count(lambda matching: facets(matching, FACETS), request, at=at)


@given(clippings, changes)
@settings(max_examples=40, deadline=None)
def test_facets_are_counts_of_the_hits_at_every_moment(
    articles: list[Clipping], history: list[tuple[str, int]]
) -> None:
    with ExitStack() as stack:
        archive = stack.enter_context(Archive.create(Path(stack.enter_context(TemporaryDirectory()), "archive")))
        index = NotedIndex(archive)
        positions = add_all(archive, distinct(articles))
        for what, which in history:
            if which < len(positions):
                happen(archive, what, positions[which])
        for at in range(archive.size()):
            for query in ("ferry", "fog OR dam", "-ferry"):
                hits = list(index.search(Request(query=query, limit=None), at=at))
                found = counted(index, query, at)
                for facet in FACETS:
                    expected = Counter(value for hit in hits for value in values(hit, facet))
                    assert dict(found[facet]) == expected, (facet, query, at)
                assert index.count(lambda matching: matching.total, Request(query=query), at=at) == len(hits)
        everything = index.count(lambda matching: matching.total, None)
        assert everything == len(index.found("ferry OR -ferry"))
        index.rebuild()
        assert counted(index, "-quiet", archive.size() - 1) == counted(
            NotedIndex(archive), "-quiet", archive.size() - 1
        )


def happen(archive: Store, what: str, position: int) -> None:
    """Let something become of an article."""
    try:
        version = archive.version(position)
    except ErasedError:
        return
    if what == "erase":
        if archive.store.erasures.positions():
            return
        erase(archive, position)
        return
    said = {
        "tag": tagging(["Night ferry"]),
        "untag": tagging(["sea"], remove=True),
        "withhold": withholding(reason="asked"),
    }[what]
    list(change_many(archive, [Change(said, version)], command=what))


def test_the_most_frequent_value_comes_first_and_what_is_not_known_last(archive: Archive, index: NotedIndex) -> None:
    add_all(
        archive,
        [
            Clipping(text="one", publisher="B"),
            Clipping(text="two", publisher="A"),
            Clipping(text="three", publisher="C"),
            Clipping(text="four", publisher="C"),
            Clipping(text="five"),
            Clipping(text="six"),
            Clipping(text="seven"),
        ],
    )
    found = index.count(lambda matching: facets(matching, ("publisher",)), None)
    assert found == {"publisher": (("C", 2), ("A", 1), ("B", 1), (None, 3))}


def test_sources_have_their_first_and_last_dates_as_precise_as_known(archive: Archive, index: NotedIndex) -> None:
    add_all(
        archive,
        [
            Clipping(text="one", publisher="Courier", published="2021-04-18"),
            Clipping(text="two", publisher="Courier", published="2021"),
            Clipping(text="three", publisher="Courier", published="2019-05"),
            Clipping(text="four", publisher="Tern", published="XXXX-05-01"),
            Clipping(text="five", published="1999"),
        ],
    )
    found = index.count(sources, None)
    assert [attrs.astuple(source) for source in found] == [
        ("publisher", "Courier", 3, "2019-05", "2021"),
        ("publisher", "Tern", 1, None, None),
    ]


def test_sources_equal_counts_over_the_archive(archive: Archive, index: NotedIndex) -> None:
    articles = distinct(
        Clipping(
            text="ferry" if number % 3 else "dam",
            publisher=f"Paper {number % 5}",
            published=DATES[number % 7],
        )
        for number in range(60)
    )
    add_all(archive, articles)
    hits = list(index.search(Request(query="ferry", limit=None)))
    for source in index.count(sources, Request(query="ferry")):
        days = [
            span
            for hit in hits
            if hit.version.metadata.publisher == source.name
            and (span := edtf.days(hit.version.metadata.published or "XXXX-01-01")) is not None
        ]
        assert source.count == sum(hit.version.metadata.publisher == source.name for hit in hits)
        assert source.first is not None
        assert source.last is not None
        first, last = edtf.days(source.first), edtf.days(source.last)
        assert first is not None
        assert last is not None
        assert first[0] == min(span[0] for span in days)
        assert last[1] == max(span[1] for span in days)


def test_a_timeline_has_every_article_once(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, distinct(Clipping(text="ferry", published=date) for date in DATES))
    told = index.count(lambda matching: timeline(matching, "month"), Request(query="ferry"))
    assert [(bucket.period and bucket.period.name, bucket.articles, bucket.precise) for bucket in told.buckets] == [
        ("202X", 1, False),
        ("2021-XX", 1, False),
        ("2021-04", 3, True),
        ("2021-12", 1, True),
        (None, 2, False),
    ]
    assert told.total == len(DATES)


def test_an_erased_value_is_not_in_the_index_any_more(archive: Archive, index: NotedIndex) -> None:
    [kept, gone] = add_all(
        archive, [Clipping(text="one", publisher="Kept Gazette"), Clipping(text="two", publisher="Gone Gazette")]
    )

    def held() -> bytes:
        folder = index.fresh().folder
        return b"".join(path.read_bytes() for path in folder.iterdir())

    assert b"Gone Gazette" in held()
    erase(archive, gone)
    assert b"Gone Gazette" not in held()
    assert b"Kept Gazette" in held()
    assert counted(index, None, kept)["publisher"] == (("Kept Gazette", 1),)


def test_what_is_withheld_counts_only_where_it_is_asked_for(archive: Archive, index: NotedIndex) -> None:
    [hidden, _] = add_all(
        archive, [Clipping(text="ferry one", publisher="A"), Clipping(text="ferry two", publisher="B")]
    )
    happen(archive, "withhold", hidden)

    def publishers(matching: Matching) -> list[str | None]:
        return [value for value, _ in facets(matching, ("publisher",))["publisher"]]

    assert index.count(publishers, None) == ["B"]
    assert index.count(publishers, Request(query="is:withheld")) == ["A"]


def test_what_can_be_counted_are_the_fields_of_names_and_periods() -> None:
    from cli.asking import FACETS as OFFERED

    assert FACETS == OFFERED == (*schema_fields.COUNTED, "month", "year")
