"""The archive's public face: adding in runs, finding by any id, reading back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from archive import batches
from archive.adding import Outcome
from archive.appending import Appender
from archive.archive import Archive
from archive.errors import (
    AmbiguousIdError,
    ArchiveError,
    InvalidValueError,
    NoSuchArchiveError,
    NoSuchArticleError,
    StorageError,
)
from archive.ids import new_id
from archive.submission import Failure
from archive.verification import verify
from archive.version import TOOL
from tests.archive.making import add_all, kinds, numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.runs import Run
    from archive.submission import Submission


def last_run(archive: Archive) -> Run:
    return archive.run(archive.size() - 1)


# Runs


def test_a_run_follows_its_articles(archive: Archive) -> None:
    outcomes = list(archive.add_many(numbered(3), command="add", arguments=("a folder/",), agent="jd"))
    assert kinds(archive) == ["archive.created", *["article.added"] * 3, "run.recorded"]
    run = last_run(archive)
    assert (run.command, run.arguments, run.agent, run.tool) == ("add", ("a folder/",), "jd", TOOL)
    assert (run.counts, run.interrupted) == ({"added": 3}, False)
    assert run.started <= run.ended <= archive.event(4).attribute("time")
    assert {archive.version(one.position).run for one in outcomes if isinstance(one, Outcome)} == {run.id}


def test_a_run_without_arguments_can_be_read(archive: Archive) -> None:
    archive.add(submission("Text."))
    assert last_run(archive).arguments == ()


def test_a_run_that_adds_nothing_leaves_nothing(archive: Archive) -> None:
    add_all(archive, numbered(2))
    size, root = archive.size(), archive.root()
    assert [one.status for one in add_all(archive, numbered(2))] == ["unchanged"] * 2
    assert add_all(archive, []) == []
    assert list(archive.add_many([Failure(path="a", message="gone")])) == [Failure(path="a", message="gone")]
    assert (archive.size(), archive.root()) == (size, root)


def test_a_run_of_many_batches_is_one_run(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    add_all(archive, numbered(5))
    assert kinds(archive) == ["archive.created", *["article.added"] * 5, "run.recorded"]
    add_all(archive, numbered(4, start=4))
    assert kinds(archive)[7:] == [*["article.added"] * 3, "run.recorded"]
    assert last_run(archive).counts == {"added": 3, "unchanged": 1}


def test_a_batch_ends_by_bytes_too(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_BYTES", 100)
    results = archive.add_many(numbered(5))
    next(results)
    assert archive.size() == 3
    results.close()


def test_a_batch_ends_by_time_too(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SECONDS", -1.0)
    results = archive.add_many(numbered(5))
    next(results)
    assert archive.size() == 2
    results.close()


def test_failures_pass_through_and_are_counted(archive: Archive) -> None:
    lost = Failure(path="feed.jsonl", line=3, message="invalid JSON")
    good, other = numbered(2)
    results = list(archive.add_many([good, lost, other]))
    assert [type(result) for result in results].count(Outcome) == 2
    assert lost in results
    assert last_run(archive).counts == {"added": 2, "failed": 1}


def test_an_article_that_was_taken_without_a_value_is_counted(archive: Archive) -> None:
    remark = Failure(path="feed.jsonl", line=1, message="no date", partial=True)
    list(archive.add_many([*numbered(1), remark]))
    assert last_run(archive).counts == {"added": 1, "incomplete": 1}


def test_what_is_no_text_fails_alone(archive: Archive) -> None:
    first, second = numbered(2)
    untitled = submission("Text.", title="x").article
    (candidate,) = untitled.metadata.fields["title"]
    broken = attrs.evolve(untitled.metadata, fields={"title": (attrs.evolve(candidate, value="\udce9"),)})
    bad = attrs.evolve(submission("Text."), article=attrs.evolve(untitled, metadata=broken))
    results = list(archive.add_many([first, bad, second]))
    assert [type(result) for result in results] == [Outcome, Failure, Outcome]
    assert last_run(archive).counts == {"added": 2, "failed": 1}
    with pytest.raises(InvalidValueError, match="surrogate"):
        archive.add(bad)
    assert list(verify(archive)) == []


def test_arguments_that_are_no_text_do_not_cost_the_articles(archive: Archive) -> None:
    # What a shell passes on of a file name that is not UTF-8.
    assert len(list(archive.add_many(numbered(1), arguments=("caf\udce9.txt",), agent="\udcff"))) == 1
    assert (last_run(archive).arguments, last_run(archive).agent) == (("caf\\xe9.txt",), "\\xff")


def _breaking(count: int, error: BaseException) -> Iterator[Submission]:
    yield from numbered(count)
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("gone"), InvalidValueError("no")])
def test_a_run_that_breaks_off_keeps_what_it_acknowledged(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    acknowledged: list[Outcome | Failure] = []
    with pytest.raises(type(error)):
        acknowledged.extend(archive.add_many(_breaking(5, error)))
    assert kinds(archive) == ["archive.created", *["article.added"] * 4, "run.recorded"]
    assert last_run(archive).interrupted
    assert last_run(archive).counts == {"added": 4}
    # It is resumed by running it again.
    assert [one.status for one in add_all(archive, numbered(5))] == ["unchanged"] * 4 + ["added"]


def test_a_batch_that_was_not_stored_is_not_counted(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    with pytest.raises(NoSuchArticleError):
        list(archive.add_many([*numbered(3), submission("Text.", named=new_id())]))
    assert kinds(archive) == ["archive.created", *["article.added"] * 2, "run.recorded"]
    assert last_run(archive).counts == {"added": 2}


def test_a_batch_that_could_not_be_written_behind_the_next_one_is_neither_told_nor_counted(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    seal = Appender.seal
    sealed: list[int] = []

    def refused(self: Appender) -> None:
        sealed.append(self.size)
        if len(sealed) == 2:
            raise StorageError("the disk is full")
        seal(self)

    monkeypatch.setattr(Appender, "seal", refused)
    acknowledged: list[Outcome | Failure] = []
    with pytest.raises(StorageError, match="the disk is full"):
        acknowledged.extend(archive.add_many(numbered(7), steady=True))
    assert kinds(archive) == ["archive.created", *["article.added"] * 2, "run.recorded"]
    assert last_run(archive).interrupted
    assert last_run(archive).counts == {"added": 2}
    assert [one.status for one in add_all(archive, numbered(3))] == ["unchanged"] * 2 + ["added"]


def test_what_was_told_is_on_disk_while_the_next_batch_is_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    for outcome in archive.add_many(numbered(9), steady=True):
        assert isinstance(outcome, Outcome)
        with Archive.open(archive.path) as another:
            assert another.version(outcome.position).article_id == outcome.article_id


def test_who_waits_for_an_answer_hears_of_a_batch_before_the_next_one_is_asked_for(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    told: list[Outcome | Failure] = []

    def waiting() -> Iterator[Submission]:
        for number, one in enumerate(numbered(6)):
            assert len(told) == number - number % 2
            yield one

    for outcome in archive.add_many(waiting()):
        told.append(outcome)  # noqa: PERF402 - what is told is looked at while it comes
    assert len(told) == 6


def test_a_caller_who_stops_asking_interrupts_the_run(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_ARTICLES", 2)
    results = archive.add_many(numbered(5))
    next(results)
    results.close()
    assert kinds(archive) == ["archive.created", *["article.added"] * 2, "run.recorded"]
    assert last_run(archive).interrupted


def test_a_run_that_breaks_off_before_it_added_anything_is_not_recorded(archive: Archive) -> None:
    with pytest.raises(KeyboardInterrupt):
        list(archive.add_many(_breaking(5, KeyboardInterrupt())))
    assert archive.size() == 1


def test_a_caller_who_stops_asking_after_the_end_interrupts_nothing(archive: Archive) -> None:
    results = archive.add_many(numbered(2))
    next(results)
    results.close()
    assert kinds(archive) == ["archive.created", *["article.added"] * 2, "run.recorded"]
    assert not last_run(archive).interrupted


# Reading


def test_what_was_added_is_read_back(archive: Archive) -> None:
    made = submission("Caf\u00e9.\r\n", title="Title", url="http://www.courier.example/1", captured="2021-04-13")
    outcome = archive.add(made)
    version = archive.version(outcome.position)
    assert version.article == made.article
    assert (archive.text(version), archive.original(version)) == (made.text, made.original)
    assert (version.article_id, version.number) == (outcome.article_id, 1)
    assert (outcome.title, outcome.digest, outcome.origin) == ("Title", made.article.digest, "given")
    (recorded,) = archive.articles()
    values = {name: candidates[0].value for name, candidates in made.article.metadata.fields.items()}
    assert recorded[:6] == (outcome.position, outcome.article_id, True, values, made.text, ())


def test_articles_are_read_from_any_position(archive: Archive) -> None:
    add_all(archive, numbered(5))
    assert [one.position for one in archive.articles(3)] == [3, 4, 5]
    assert [one.position for one in archive.articles(2, 4)] == [2, 3]
    assert [one.position for one in archive.events(2, 4)] == [2, 3]
    assert [one.position for one in archive.events(4)] == [4, 5, 6]
    assert list(archive.events(7)) == list(archive.events(3, 3)) == list(archive.events(1000)) == []
    assert [one.position for one in archive.events(-5, 2)] == [0, 1]


def test_events_are_read_page_by_page(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    add_all(archive, numbered(10))
    for page in (1, 2, 3, 12, 13):
        monkeypatch.setattr("archive.store.PAGE", page)
        assert [one.position for one in archive.events()] == list(range(12))
        assert [one.position for one in archive.events(3, 9)] == list(range(3, 9))


def test_versions_know_what_they_are_a_version_of(archive: Archive) -> None:
    outcome = archive.add(submission("One.", url="https://courier.example/1"))
    archive.add(submission("Two.", url="https://courier.example/1"))
    assert [one.first for one in archive.articles()] == [True, False]
    assert archive.versions(new_id()) == archive.versions("nonsense") == []
    assert len(archive.versions(outcome.article_id)) == 2


# Finding


@pytest.fixture
def filled(archive: Archive) -> Archive:
    add_all(archive, numbered(3))
    return archive


def test_an_article_is_found_by_its_position(filled: Archive) -> None:
    assert filled.find("2").position == 2
    assert filled.find("002").position == 2


def test_an_article_is_found_by_its_id(filled: Archive) -> None:
    article_id = filled.version(2).article_id
    assert filled.find(article_id).position == 2
    assert filled.find(article_id.upper()).position == 2


def test_a_version_is_found_by_its_events_id(filled: Archive) -> None:
    filled.add(submission("Two ships sank.", url="https://courier.example/ships/1"))
    assert filled.find(filled.version(2).event_id).position == 2
    assert filled.find(filled.version(2).article_id).position == 5


@pytest.mark.parametrize("digits", [8, 9, 12, 63, 64])
def test_an_article_is_found_by_its_digest(filled: Archive, digits: int) -> None:
    digest = filled.version(3).article.digest
    assert filled.find(digest[:digits]).position == 3
    assert filled.find(digest[:digits].upper()).position == 3
    with pytest.raises(NoSuchArticleError):
        filled.find(digest[: digits - 1] + ("0" if digest[digits - 1] != "0" else "1") + digest[digits:])


def test_seven_digits_of_a_digest_are_too_few(filled: Archive) -> None:
    with pytest.raises(NoSuchArticleError, match="8 or more"):
        filled.find("f" + filled.version(3).article.digest[:6])


def test_an_article_is_found_by_any_spelling_of_its_url(filled: Archive) -> None:
    for url in ("https://courier.example/ships/1", "http://www.courier.example/ships/./1#top"):
        assert filled.find(url).position == 2
    with pytest.raises(NoSuchArticleError):
        filled.find("https://courier.example/ships/9")
    with pytest.raises(InvalidValueError):
        filled.find("gopher://courier.example/")


def test_a_digest_of_two_articles_is_ambiguous(archive: Archive) -> None:
    one, two = (submission("Same.", url=f"https://courier.example/{number}") for number in (1, 2))
    add_all(archive, [one, two])
    with pytest.raises(AmbiguousIdError) as error:
        archive.find(one.article.digest[:10])
    assert error.value.positions == (1, 2)


def test_a_digest_of_two_versions_of_an_article_is_not_ambiguous(archive: Archive) -> None:
    url = "https://courier.example/1"
    days = [f"2021-04-{day}" for day in (13, 14, 15)]
    texts = ["Late.", "Sunk.", "Late."]
    add_all(archive, [submission(text, url=url, captured=day) for text, day in zip(texts, days, strict=True)])
    assert archive.find(archive.version(1).article.digest).position == 3


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "9",
        "-1",
        "1" * 5000,
        "99999999999999999999",
        "4294967296",
        "٣",
        "abcdefgh",
        "0" * 64,
        "harbour",
        "018f0000-0000-7000-8000",
        "018f0000-0000-7000-8000-000000000001",
        "\udce9",
    ],
)
def test_what_is_not_there_is_not_found(filled: Archive, identifier: str) -> None:
    with pytest.raises(NoSuchArticleError):
        filled.find(identifier)


@pytest.mark.parametrize("position", [0, 4])
def test_an_event_that_is_no_article_is_not_found_as_one(filled: Archive, position: int) -> None:
    with pytest.raises(NoSuchArticleError, match="morgue log"):
        filled.find(str(position))
    with pytest.raises(NoSuchArticleError, match="morgue log"):
        filled.find(filled.event(position).envelope.id)


@pytest.mark.parametrize("position", [-1, 5, 1 << 62, 1 << 70])
def test_there_is_no_event_beyond_the_log(filled: Archive, position: int) -> None:
    with pytest.raises(NoSuchArticleError, match="5 events"):
        filled.event(position)


# Opening


def test_an_archive_that_exists_is_opened_by_create(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as one:
        add_all(one, numbered(2))
        with Archive.create(tmp_path / "a") as two, Archive.open(tmp_path / "a") as three:
            assert one.id == two.id == three.id
            assert two.root() == three.root() == one.root()


def test_the_first_event_tells_of_the_archive(archive: Archive) -> None:
    first = archive.event(0)
    assert first.envelope.type == "morgue.archive.created.v1"
    assert first.envelope.source == f"urn:uuid:{archive.id}"
    assert first.envelope.subject == archive.id
    assert archive.document(first, "archive") == {"canonical_url_rules": 1, "tool": TOOL}


def test_two_archives_have_nothing_in_common(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as one, Archive.create(tmp_path / "b") as two:
        assert one.id != two.id
        assert one.store.secret != two.store.secret


def test_what_one_adds_the_other_sees(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as one, Archive.open(tmp_path / "a") as two:
        add_all(one, numbered(2))
        assert [article.position for article in two.articles()] == [1, 2]
        assert [outcome.status for outcome in add_all(two, numbered(3))] == ["unchanged"] * 2 + ["added"]
        assert one.size() == two.size() == 6


def test_a_folder_without_an_archive_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(NoSuchArchiveError, match="morgue init"):
        Archive.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_error_has_one_root(archive: Archive) -> None:
    for identifier in ("nothing", "https://[", "0"):
        with pytest.raises(ArchiveError):
            archive.find(identifier)
