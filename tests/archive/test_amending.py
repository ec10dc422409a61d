"""Amending: what a later importer sees in kept bytes becomes a version; what is there stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from archive import events
from archive.adding import Outcome
from archive.amending import Amendment, current_versions
from archive.archive import Archive
from archive.article import Metadata
from archive.errors import DamagedError
from archive.identity import current_version
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.text import TextImporter
from archive.intake import Given, gather
from archive.new_events import article_amended
from archive.provenance import Boilerplate, Candidate, Span
from archive.submission import Failure, Submission
from archive.verification import verify
from archive.workers.pool import Pool
from index.index import Index
from index.search import Request
from tests.archive.golden import DATA, unpack
from tests.archive.making import kinds, numbered, submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from archive.article import Version

TEXT = "Ferry runs aground in fog\n\nPORT ANSEL, 5 March 2031 - The ferry ran onto a sandbank.\n"
CHOSEN = ("title", "place", "published")


def poorer(one: Submission) -> Submission:
    """Return a submission as a first importer would have made it, that saw no fields but what the user states."""
    article = one.article
    fields = {
        name: tuple(candidate for candidate in candidates if candidate.method == "given")
        for name, candidates in article.metadata.fields.items()
    }
    metadata = Metadata({name: candidates for name, candidates in fields.items() if candidates})
    origin = attrs.evolve(article.origin, importer=f"{article.origin.format}/0")
    article = attrs.evolve(article, metadata=metadata, origin=origin)
    return Submission(article=article, original=one.original, text=one.text, capture=one.capture, head=one.head)


def read(folder: Path, text: str = TEXT, name: str = "ferry.txt", **given: str) -> Submission:
    file = folder / name
    file.write_text(text, "utf-8")
    stated = {field: value for field, value in given.items() if field != "captured"}
    (one,) = gather([str(file)], given=Given(fields=dict(stated), captured=given.get("captured")))
    assert isinstance(one, Submission)
    return one


def amend(archive: Archive, *positions: int, dry_run: bool = False) -> list[Amendment]:
    versions: Iterable[Version] = (
        [archive.version(position) for position in positions] if positions else current_versions(archive)
    )
    results = list(archive.amend_many(versions, dry_run=dry_run))
    amendments = [result for result in results if isinstance(result, Amendment)]
    assert len(amendments) == len(results), results
    return amendments


def statuses(amendments: list[Amendment]) -> list[str]:
    return [amendment.status for amendment in amendments]


@pytest.fixture
def old(archive: Archive, tmp_path: Path) -> Archive:
    """Give an archive with an article at position 1 that an older importer read."""
    archive.add(poorer(read(tmp_path, url="https://courier.example/ferry")))
    return archive


def test_an_old_article_gains_what_is_seen_in_it_today(old: Archive) -> None:
    before = old.version(1)
    assert (before.metadata.title, before.metadata.published) == (None, None)
    (amendment,) = amend(old)
    assert (amendment.status, amendment.position, amendment.article_id) == ("amended", 3, before.article_id)
    after = old.version(3)
    assert [after.metadata.one(name) for name in CHOSEN] == ["Ferry runs aground in fog", "Port Ansel", "2031-03-05"]
    assert (after.number, after.amends, after.holder) == (2, before, before)
    assert (after.article.origin.importer, before.article.origin.importer) == (f"text/{TextImporter.version}", "text/0")
    assert (old.text(after), old.original(after)) == (TEXT, TEXT.encode())
    assert old.record(after) == old.record(before)
    assert old.find(before.article_id) == old.find("https://courier.example/ferry") == after
    assert old.find(before.article.digest) == after
    assert old.version(1) == before
    assert kinds(old) == ["archive.created", "article.added", "run.recorded", "article.amended", "run.recorded"]
    assert list(verify(old)) == []


def test_an_amended_version_stores_neither_the_bytes_nor_their_capture_again(archive: Archive, tmp_path: Path) -> None:
    one = attrs.evolve(poorer(read(tmp_path)), capture=b"uri: https://courier.example/\r\n\r\n\r\n", head=b"head")
    archive.add(one)
    amend(archive)
    assert set(archive.event(3).envelope.commitments) == {"article", "origin"}
    record = archive.record(archive.version(3))
    assert (record.capture, record.head, record.original) == (one.capture, b"head", TEXT.encode())


def test_amending_again_is_unchanged_and_records_nothing(old: Archive) -> None:
    amend(old)
    size = old.size()
    for positions in ((), (1,), (3,), (1, 3)):
        assert {(one.status, one.position) for one in amend(old, *positions)} == {("unchanged", 3)}
    assert old.size() == size


def test_a_dry_run_tells_the_same_and_changes_nothing(old: Archive) -> None:
    size = old.size()
    (told,) = amend(old, dry_run=True)
    assert (told.status, told.position, old.size()) == ("amended", 1, size)
    (done,) = amend(old)
    assert told.difference == done.difference
    assert {change.name: (change.old, change.new) for change in done.difference.fields} == {
        "title": (None, "Ferry runs aground in fog"),
        "place": (None, "Port Ansel"),
        "published": (None, "2031-03-05"),
    }
    assert statuses(amend(old, dry_run=True)) == ["unchanged"]


def test_what_the_user_stated_stays(archive: Archive, tmp_path: Path) -> None:
    archive.add(poorer(read(tmp_path, title="Grounding", published="2031-03", captured="2031-03-06")))
    amend(archive)
    version = archive.version(3)
    assert (version.metadata.title, version.metadata.published) == ("Grounding", "2031-03")
    assert [one.value for one in version.metadata.fields["title"]] == ["Grounding", "Ferry runs aground in fog"]
    assert version.article.captured == "2031-03-06"


def test_an_id_of_the_users_own_stays(archive: Archive, tmp_path: Path) -> None:
    one = poorer(read(tmp_path))
    archive.add(attrs.evolve(one, article=attrs.evolve(one.article, key="wire-7")))
    amend(archive)
    assert archive.find("wire-7").position == 3


def test_what_says_the_same_is_no_amendment(archive: Archive, tmp_path: Path) -> None:
    # Only the numbers of the importer differ, in the origin and in every candidate.
    one = read(tmp_path)
    fields = {
        name: tuple(attrs.evolve(candidate, extractor="text/0") for candidate in candidates)
        for name, candidates in one.article.metadata.fields.items()
    }
    article = attrs.evolve(
        one.article, metadata=Metadata(fields), origin=attrs.evolve(one.article.origin, importer="text/0")
    )
    archive.add(attrs.evolve(one, article=article))
    assert statuses(amend(archive)) == ["unchanged"]


def test_what_no_importer_reads_is_unchanged(archive: Archive) -> None:
    archive.add(submission("Handed in by a program.", title="Given"))
    assert statuses(amend(archive)) == ["unchanged"]


def test_adding_the_same_again_is_unchanged(old: Archive, tmp_path: Path) -> None:
    amend(old)
    again = old.add(read(tmp_path, url="https://courier.example/ferry"))
    assert (again.status, again.position) == ("unchanged", 3)
    again = old.add(read(tmp_path, text=TEXT.replace("\n", "\r\n"), url="https://courier.example/ferry"))
    assert (again.status, again.position) == ("unchanged", 3)


def test_a_revision_after_an_amendment_follows_on_it_and_is_current(old: Archive, tmp_path: Path) -> None:
    amend(old)
    revised = old.add(read(tmp_path, text=TEXT + "It was freed.\n", url="https://courier.example/ferry"))
    assert (revised.status, revised.position) == ("revised", 5)
    version = old.version(5)
    assert old.event(5).envelope.causation == old.version(3).event_id
    assert (version.number, version.amends) == (3, None)
    assert current_version(old.versions(version.article_id)) == version


def test_amending_an_old_version_does_not_make_it_current(old: Archive, tmp_path: Path) -> None:
    newer = old.add(read(tmp_path, text=TEXT + "It was freed.\n", url="https://courier.example/ferry"))
    assert newer.status == "revised"
    (amendment,) = amend(old, 1)
    assert amendment.status == "amended"
    versions = old.versions(newer.article_id)
    assert [version.number for version in versions] == [1, 2, 3]
    assert current_version(versions).position == newer.position
    # Neither does the index, nor at any moment.
    index = Index(old)
    for at, expected in ((None, newer.position), (amendment.position, newer.position), (1, 1)):
        results = index.search(Request(query="sandbank"), at=at)
        assert [hit.version.position for hit in results] == [expected]


def test_an_amended_version_counts_as_captured_when_its_bytes_were(archive: Archive, tmp_path: Path) -> None:
    # The earlier capture was added, and is amended, after the later one.
    url = "https://courier.example/ferry"
    archive.add(read(tmp_path, text=TEXT + "It was freed.\n", url=url, captured="2031-03-07"))
    archive.add(poorer(read(tmp_path, url=url, captured="2031-03-06")))
    (amendment,) = amend(archive, 3)
    assert (amendment.status, amendment.position) == ("amended", 5)
    assert archive.find(url).position == 1
    # Of one moment, the version that was recorded later stays ahead of new readings of the earlier one.
    archive.add(poorer(read(tmp_path, text=TEXT + "It sank.\n", url=url, captured="2031-03-07")))
    assert archive.find(url).position == 7
    with archive.store.appending() as appender:
        first = archive.version(1)
        article = attrs.evolve(first.article, metadata=Metadata({}))
        event = article_amended(
            article_id=first.article_id, article=article, text="", run_id=first.run, amends=first.event_id
        )
        position, _ = appender.append(event, [])
    assert archive.version(position).holder == first
    assert archive.find(url).position == 7


def test_search_finds_the_amended_version_and_the_old_one_at_its_time(old: Archive) -> None:
    index = Index(old)
    assert list(index.search(Request(query="title:ferry"))) == []
    amend(old)
    for state in (index, Index(old)):
        (hit,) = state.search(Request(query="title:ferry place:ansel published:2031-03-05"))
        assert (hit.version.position, hit.version.number, hit.heading) == (3, 2, "Ferry runs aground in fog")
        (hit,) = state.search(Request(query="sandbank"))
        assert hit.version.position == 3
        (hit,) = state.search(Request(query="sandbank"), at=2)
        assert (hit.version.position, hit.version.metadata.title) == (1, None)
        assert list(state.search(Request(query="title:ferry"), at=2)) == []
    assert index.rebuild().state.documents == 2
    (hit,) = index.search(Request(query="title:ferry"))
    assert hit.version.position == 3


PAGE = (
    "<!DOCTYPE html><html lang=en><head><title>Lamp arrives</title></head><body><article><h1>Lamp arrives</h1>"
    "<p>PORT ANSEL - The lamp for the northern buoy has arrived, and with it a second one to watch it.</p>"
    "</article></body></html>"
)


def test_pages_and_texts_are_read_again_in_their_order(archive: Archive, tmp_path: Path) -> None:
    # Pages by worker processes, texts here.
    for number in range(3):
        archive.add(poorer(read(tmp_path, PAGE.replace("northern", f"{number}th"), f"{number}.html")))
        archive.add(poorer(read(tmp_path, TEXT.replace("ran", f"ran {number} times"), f"{number}.txt")))
    before = list(current_versions(archive))
    amendments = amend(archive)
    assert statuses(amendments) == ["amended"] * 6
    assert [one.article_id for one in amendments] == [one.article_id for one in before]
    assert [one.title for one in amendments] == ["Lamp arrives", "Ferry runs aground in fog"] * 3
    assert [archive.text(archive.version(one.position)) for one in amendments] == [archive.text(one) for one in before]
    assert statuses(amend(archive)) == ["unchanged"] * 6


def test_a_record_that_its_reader_does_not_survive_stays_as_it_is(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = PAGE.replace("<p>", "<p>" + "<p>It is a long story, and nobody reads it in no time. " * 3000)
    archive.add(poorer(read(tmp_path, PAGE, "short.html")))
    archive.add(poorer(read(tmp_path, long, "long.html")))
    archive.add(poorer(read(tmp_path)))
    # The first page of a process has the time that importing takes besides.
    monkeypatch.setattr("archive.workers.pool.processors", lambda: 1)
    limits = Pool.__init__.__kwdefaults__
    assert limits is not None
    monkeypatch.setitem(limits, "seconds", 0.0005)
    failure, page, text = archive.amend_many(current_versions(archive), dry_run=False)
    assert isinstance(failure, Failure)
    assert "position 3 stays as it is: took more than" in failure.message
    assert isinstance(page, Amendment)
    assert isinstance(text, Amendment)
    assert (page.status, text.status) == ("amended", "amended")


class _Later(TextImporter):
    """An importer of some later version: it takes the first line for a site's menu, and the rest for the text."""

    version = 7

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        if b"cursed" in record.original:
            yield Problem(message="it is cursed")
            return
        for item in super().read(record):
            assert isinstance(item, Draft)
            text = item.article_text().partition("\n")[2]
            place = Span(source="text", start=0, end=4)
            candidate = Candidate(
                value="2031-03-06",
                method="http",
                extractor="text/7",
                raw=text[:4],
                span=place,
                note="year from the URL",
            )
            fields = {**item.fields, "published": (*item.fields.get("published", ()), candidate)}
            yield attrs.evolve(item, text=text, fields=fields, boilerplate=(Boilerplate(span=place, rule="menu"),))


class _Failing(_Later):
    """An importer whose parser fails."""

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        if b"cursed" in record.original:
            raise RecursionError("too deep")
        yield from super().read(record)


_IMPORTER = "archive.importers.text.TextImporter"


def test_new_text_boilerplate_and_candidates_are_amended(old: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_IMPORTER, _Later)
    (amendment,) = amend(old)
    version = old.version(amendment.position)
    text = TEXT.partition("\n")[2]
    assert (old.text(version), old.text(old.version(1))) == (text, TEXT)
    assert set(old.event(3).envelope.commitments) == {"article", "origin", "text"}
    assert amendment.difference.text == (TEXT, text)
    assert amendment.difference.boilerplate == (1, 0)
    assert [one.note for one in version.metadata.fields["published"]] == [None, "year from the URL"]
    assert [article.text for article in old.articles()] == [TEXT, text]
    assert statuses(amend(old)) == ["unchanged"]
    assert list(verify(old)) == []


def test_an_amended_version_is_amended_in_turn(old: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    amend(old)
    monkeypatch.setattr(_IMPORTER, _Later)
    # Whichever of the readings is named, the latest is what there is to improve on.
    (amendment,) = amend(old, 1)
    version = old.version(amendment.position)
    assert (version.amends, version.holder.position, version.number) == (old.version(3), 1, 3)
    assert old.event(5).envelope.causation == old.version(3).event_id
    assert (old.original(version), old.record(version)) == (TEXT.encode(), old.record(old.version(1)))
    assert [one.amends is None for one in old.versions(version.article_id)] == [True, False, False]
    monkeypatch.undo()
    # An importer that was put back is another reading, too: of a text that is the original again.
    (amendment,) = amend(old)
    assert (amendment.position, old.text(old.version(7))) == (7, TEXT)
    assert [article.text for article in old.articles()][0::3] == [TEXT, TEXT]
    assert list(verify(old)) == []


def test_what_cannot_be_read_any_more_stays_as_it_is(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(poorer(read(tmp_path, text="The cursed ferry.")))
    archive.add(poorer(read(tmp_path)))
    monkeypatch.setattr(_IMPORTER, _Later)
    size = archive.size()
    results = list(archive.amend_many(current_versions(archive)))
    (failure, amendment) = sorted(results, key=lambda result: isinstance(result, Amendment))
    assert isinstance(failure, Failure)
    assert failure.message == "position 1 stays as it is: it is cursed"
    assert isinstance(amendment, Amendment)
    assert amendment.position == size
    assert archive.run(archive.size() - 1).counts == {"failed": 1, "amended": 1}


def test_what_a_parser_fails_with_costs_that_version_only(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(poorer(read(tmp_path, text="The cursed ferry.", url="https://courier.example/ferry")))
    archive.add(poorer(read(tmp_path)))

    monkeypatch.setattr(_IMPORTER, _Failing)
    failed = [result for result in archive.amend_many(current_versions(archive)) if isinstance(result, Failure)]
    assert [one.message for one in failed] == ["position 1 stays as it is: cannot be read: RecursionError: too deep"]
    # Nor does it stop what is added to its article: that is compared with what was recorded.
    (outcome,) = archive.add_many([read(tmp_path, text="The ferry.", url="https://courier.example/ferry")])
    assert isinstance(outcome, Outcome)
    assert outcome.status == "revised"


def test_two_who_amend_at_once_record_it_once(old: Archive) -> None:
    with Archive.open(old.path) as other:
        results = old.amend_many(_while_the_other_amends(old, other))
        assert [(one.status, one.position) for one in results if isinstance(one, Amendment)] == [("unchanged", 3)]
    assert kinds(old).count("article.amended") == 1


def _while_the_other_amends(archive: Archive, other: Archive) -> Iterator[Version]:
    """Yield a version; what is asked for next comes after its reading, and before its batch is recorded."""
    yield archive.version(1)
    amend(other)


def test_batches_of_many_are_recorded_in_order_with_one_run(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.batches.BATCH_ARTICLES", 3)
    texts = [TEXT.replace("5 March", f"{day} March") for day in range(1, 9)]
    for number, text in enumerate(texts):
        archive.add(poorer(read(tmp_path, text=text, name=f"{number}.txt")))
    size = archive.size()
    results = amend(archive)
    assert [result.position for result in results] == list(range(size, size + 8))
    assert [archive.version(one.position).metadata.published for one in results] == [
        f"2031-03-0{day}" for day in range(1, 9)
    ]
    run = archive.run(size + 8)
    assert (run.command, run.counts, run.interrupted) == ("amend", {"amended": 8}, False)
    assert f"text/{TextImporter.version}" in run.extractors


def test_an_interrupted_run_is_recorded_and_resumed(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.batches.BATCH_ARTICLES", 2)
    for number in range(1, 7):
        archive.add(poorer(read(tmp_path, text=TEXT.replace("5 March", f"{number} March"), name=f"{number}.txt")))
    results = archive.amend_many(current_versions(archive))
    first = [next(results), next(results)]
    results.close()
    run = archive.run(archive.size() - 1)
    assert (run.interrupted, run.counts) == (True, {"amended": 2})
    assert [isinstance(one, Amendment) and one.status for one in first] == ["amended"] * 2
    assert statuses(amend(archive)) == ["unchanged"] * 2 + ["amended"] * 4


def test_every_released_format_is_amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_IMPORTER, _Later)
    for folder in sorted(DATA.glob("format-*")):
        unpack(folder, tmp_path / folder.name)
        with Archive.open(tmp_path / folder.name) as golden:
            texts = [one for one in current_versions(golden) if one.article.origin.format == "text"]
            assert texts
            assert {statuses(amend(golden, one.position))[0] for one in texts} == {"amended"}
            for one in texts:
                found = golden.find(one.article_id)
                assert (found.amends, golden.original(found)) == (one, golden.original(one))
            assert statuses(amend(golden, *(one.position for one in texts))) == ["unchanged"] * len(texts)
            assert list(verify(golden)) == []


@pytest.mark.parametrize("wrong", ["nothing", "unknown", "another article", "a run"])
def test_an_amendment_of_no_earlier_version_is_damage(archive: Archive, wrong: str) -> None:
    for one in numbered(2):
        archive.add(one)
    version, other = archive.version(1), archive.version(3)
    causes = {
        "nothing": None,
        "unknown": archive.id,
        "another article": other.event_id,
        "a run": archive.event(2).envelope.id,
    }
    event = article_amended(
        article_id=version.article_id,
        article=version.article,
        text=archive.text(version),
        run_id=version.run,
        amends=version.event_id,
    )
    with archive.store.appending() as appender:
        position, _ = appender.append(attrs.evolve(event, causation=causes[wrong]))
    with pytest.raises(DamagedError, match="amends no earlier version"):
        archive.version(position)
    with pytest.raises(DamagedError, match="amends no earlier version"):
        list(archive.articles())
    assert any("amends no earlier version" in problem.message for problem in verify(archive))
    assert events.ARTICLE_AMENDED in kinds(archive)
