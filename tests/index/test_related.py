"""Articles like another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.changing import Change, change_many, withholding
from index.related import WORDS, telling_words
from index.search import Request
from tests.factories import Clipping, add_all

if TYPE_CHECKING:
    from archive.archive import Archive
    from tests.index.searching import NotedIndex

ARTICLES = (
    Clipping(text="The ferry ran aground in thick fog near the buoy.", title="Ferry aground", key="one"),
    Clipping(text="The council met and spoke of the budget for the year.", title="Budget"),
    Clipping(text="Fog delays the ferry again, the company says.", title="Fog delays"),
    Clipping(text="A buoy was found on the beach by the council.", title="Buoy"),
    Clipping(text="The ferry ran aground in thick fog near the northern buoy.", title="Ferry aground", key="one"),
)


def test_the_most_alike_come_first_and_the_article_itself_is_left_out(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, ARTICLES)
    version = archive.version(positions[4])
    found = index.related(version, Request(query="", limit=None))
    assert [position for position, _ in found.page] == [positions[2], positions[3]]
    assert found.total == 2
    # It can be searched for as well: then the article itself is there too.
    again = index.search(Request(query=found.request.query, limit=None))
    scores = dict(again.page)
    assert {position: scores[position] for position, _ in found.page} == dict(found.page)
    assert set(scores) == {position for position, _ in found.page} | {positions[4]}


def test_pages_of_related_articles_continue_each_other(archive: Archive, index: NotedIndex) -> None:
    version = archive.version(add_all(archive, ARTICLES)[0])
    whole = index.related(version, Request(query="", limit=None)).page
    pages = [index.related(version, Request(query="", limit=1, offset=offset)) for offset in range(3)]
    assert [page.page for page in pages] == [whole[:1], whole[1:2], ()]
    assert [hit.rank for hit in pages[1]] == [2]


def test_what_was_not_there_by_then_or_is_withheld_is_not_related(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, ARTICLES)
    version = archive.version(positions[0])
    before = index.related(version, Request(query="", limit=None), at=positions[2])
    assert [position for position, _ in before.page] == [positions[2]]
    list(change_many(archive, [Change(withholding(reason="x"), archive.version(positions[2]))], command="withhold"))
    now = index.related(version, Request(query="", limit=None))
    assert positions[2] not in dict(now.page)
    then = index.related(version, Request(query="", limit=None), at=positions[2])
    assert (then.page, then.request.query) == (before.page, before.request.query)


def test_an_article_without_words_that_others_have_has_no_related_ones(archive: Archive, index: NotedIndex) -> None:
    positions = add_all(archive, [*ARTICLES, Clipping(text="xylo qwerk 1234 .")])
    found = index.related(archive.version(positions[-1]), Request(query="", limit=None))
    assert (found.page, found.total, list(found)) == ((), 0, [])


def test_words_that_tell_are_those_that_few_articles_have(archive: Archive, index: NotedIndex) -> None:
    add_all(archive, [Clipping(text=f"the common word and pair{number // 2} 1{number}") for number in range(80)])
    with index.view() as view:
        assert telling_words(view, "", "the common word and pair3 pair3 pair4 alone") == ["pair3", "pair4"]
        own = [document for document in range(view.limit) if document // 2 == 3]
        assert telling_words(view, "", "pair3 pair3 pair4", own) == ["pair4"]
        many = " ".join(f"pair{number}" for number in range(40))
        assert len(telling_words(view, "", many)) == WORDS
