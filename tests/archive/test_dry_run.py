"""A dry run says what adding would say, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.adding import Outcome
from archive.archive import Archive
from archive.dry_run import dry_run
from archive.errors import NoSuchArticleError
from archive.ids import new_id
from archive.submission import Failure
from tests.archive.making import add_all, numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from archive.submission import Submission

URL = "https://courier.example/ferry"


def statuses(results: Iterable[Outcome | Failure]) -> list[str]:
    return [result.status if isinstance(result, Outcome) else str(result) for result in results]


def test_nothing_is_written(archive: Archive) -> None:
    add_all(archive, numbered(2))
    before = (archive.size(), archive.root())
    results = list(dry_run(archive, [*numbered(3), submission("New.")]))
    assert statuses(results) == ["unchanged", "unchanged", "added", "added"]
    assert [result.position for result in results if isinstance(result, Outcome)] == [1, 2, -1, -1]
    assert (archive.size(), archive.root()) == before


def test_no_archive_is_needed() -> None:
    articles = [submission("One."), submission("Two."), submission("One.")]
    assert statuses(dry_run(None, articles)) == ["added", "added", "unchanged"]


def test_an_article_of_the_same_call_is_known() -> None:
    found = [submission("One.", url=URL), submission("Two.", url=URL), submission("Two.", url=URL)]
    first, second, third = dry_run(None, found)
    assert isinstance(first, Outcome)
    assert isinstance(second, Outcome)
    assert isinstance(third, Outcome)
    assert [first.status, second.status, third.status] == ["added", "revised", "unchanged"]
    assert first.article_id == second.article_id == third.article_id


def test_failures_are_passed_on() -> None:
    failure = Failure(path="a", message="no")
    assert list(dry_run(None, [failure])) == [failure]


def test_an_article_that_is_named_must_be_there(archive: Archive) -> None:
    outcome = add_all(archive, [submission("One.")])[0]
    assert statuses(dry_run(archive, [submission("Two.", named=outcome.article_id)])) == ["revised"]
    with pytest.raises(NoSuchArticleError):
        list(dry_run(archive, [submission("Two.", named=new_id())]))


made = st.builds(
    lambda text, url, key, captured: submission(text, url=url, key=key, captured=captured),
    st.sampled_from(["One.", "Two.", "Two. ", "Three."]),
    st.sampled_from([None, URL, URL + "?utm_source=x", "https://courier.example/2"]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([None, "2021-04-13", "2021-04-15"]),
)


@settings(max_examples=40, deadline=None)
@given(there=st.lists(made, max_size=4), new=st.lists(made, max_size=6))
def test_it_says_what_adding_says(
    tmp_path_factory: pytest.TempPathFactory, there: list[Submission], new: list[Submission]
) -> None:
    folder: Path = tmp_path_factory.mktemp("archive")
    with Archive.create(folder / "archive") as archive:
        add_all(archive, there)
        foretold = statuses(dry_run(archive, new))
        assert foretold == [outcome.status for outcome in add_all(archive, new)]
