"""Identity and sameness: which article it is, and whether it says anything new. One rule, one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from archive.article import Metadata
from archive.errors import InvalidValueError, NoSuchArticleError
from archive.identity import current_version, instant
from archive.importers.text import TextImporter
from archive.intake import gather
from archive.provenance import Origin
from tests.archive.importers.parsing import only_draft
from tests.archive.making import add_all, kinds, submission

if TYPE_CHECKING:
    from pathlib import Path

    from archive.archive import Archive
    from archive.importers.protocol import Draft
    from archive.submission import Submission

URL = "https://courier.example/ferry"
OLD, NEW = "The ferry is late.", "The ferry is late. It has sunk."
YESTERDAY, TODAY, TOMORROW = "2021-04-12T09:00:00Z", "2021-04-13T09:00:00Z", "2021-04-14T09:00:00Z"


def statuses(archive: Archive, *submissions: Submission) -> list[str]:
    return [archive.add(one).status for one in submissions]


# The same


def test_the_same_bytes_are_unchanged(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    again = archive.add(submission(OLD, url=URL))
    assert (first.status, again.status) == ("added", "unchanged")
    assert (again.position, again.article_id, again.digest) == (first.position, first.article_id, first.digest)


@pytest.mark.parametrize(
    "text", ["The ferry\r\nis late.", "The ferry is  late.\n\n", "\tThe ferry is late.", "The ferry\u2028is late."]
)
def test_other_line_ends_and_white_space_are_unchanged(archive: Archive, text: str) -> None:
    first = archive.add(submission("The ferry\nis late.", url=URL))
    again = archive.add(submission(text, url=URL))
    assert (again.status, again.position) == ("unchanged", first.position)
    assert again.digest != first.digest
    assert archive.size() == 3


def test_line_ends_of_files_are_unchanged(archive: Archive, tmp_path: Path) -> None:
    text = "Ferry Is Back\n\nOSLO, April 13 - The ferry\nis back. It had been late.\n"
    (tmp_path / "unix.txt").write_bytes(text.encode())
    (tmp_path / "dos.txt").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [one.status for one in add_all(archive, gather([str(tmp_path / "unix.txt")]))] == ["added"]
    assert [one.status for one in add_all(archive, gather([str(tmp_path / "dos.txt")]))] == ["unchanged"]


def test_another_normal_form_is_unchanged(archive: Archive) -> None:
    assert statuses(archive, submission("caf\u00e9", url=URL), submission("cafe\u0301", url=URL)) == [
        "added",
        "unchanged",
    ]


@pytest.mark.parametrize("url", [URL + "#top", URL.replace("https", "http"), URL + "?utm_source=feed"])
def test_another_spelling_of_the_url_is_the_same_article(archive: Archive, url: str) -> None:
    first = archive.add(submission(OLD, url=URL))
    assert archive.add(submission(OLD, url=url)).status == "unchanged"
    assert archive.add(submission(NEW, url=url)).article_id == first.article_id


def test_a_text_without_url_that_was_seen_before_is_unchanged(archive: Archive) -> None:
    first = archive.add(submission(OLD))
    assert archive.add(submission(OLD)).position == first.position
    assert archive.add(submission(OLD + "\n")).status == "unchanged"


def test_a_text_without_url_that_was_seen_at_one_is_unchanged(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    again = archive.add(submission(OLD))
    assert (again.status, again.article_id) == ("unchanged", first.article_id)


def test_better_extraction_today_is_no_change(archive: Archive) -> None:
    # What an earlier importer read is read again by today's before the two are compared.
    before = only_draft(TextImporter(), b"Ferry Is Back\n\nThe ferry is back.\n")
    without_titles = _at_url(attrs.evolve(before, fields={}), version=0)
    assert archive.add(without_titles).status == "added"
    today = only_draft(TextImporter(), b"Ferry Is Back\r\n\r\nThe ferry is back.\r\n")
    assert archive.add(_at_url(today, version=TextImporter.version)).status == "unchanged"


def _at_url(draft: Draft, version: int) -> Submission:
    """Return what came of a draft that version `version` of the text importer made."""
    made = submission(draft.article_text(), url=URL)
    origin = Origin(path="ferry.txt", format="text", importer=f"text/{version}")
    fields = {**made.article.metadata.fields, **draft.fields}
    return attrs.evolve(made, article=attrs.evolve(made.article, origin=origin, metadata=Metadata(fields)))


# Another version


def test_a_new_text_at_the_same_url_is_version_2(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    second = archive.add(submission(NEW, url=URL))
    assert (second.status, second.article_id) == ("revised", first.article_id)
    versions = archive.versions(first.article_id)
    assert [(version.number, version.position) for version in versions] == [(1, first.position), (2, second.position)]
    assert [archive.text(version) for version in versions] == [OLD, NEW]
    assert kinds(archive) == ["archive.created", "article.added", "run.recorded", "article.revised", "run.recorded"]
    assert archive.event(second.position).envelope.causation == versions[0].event_id


def test_a_new_title_is_a_revision(archive: Archive) -> None:
    assert statuses(archive, submission(OLD, url=URL, title="Late"), submission(OLD + " ", url=URL, title="Sunk")) == [
        "added",
        "revised",
    ]


def test_a_third_version_follows_on_the_second(archive: Archive) -> None:
    add_all(archive, [submission(text, url=URL) for text in (OLD, NEW, "It was another ferry.")])
    first, second, third = archive.versions(archive.find(URL).article_id)
    assert archive.event(third.position).envelope.causation == second.event_id
    assert archive.version(second.position).number == 2
    assert archive.find(URL) == third
    assert first.number == 1


def test_a_return_to_an_old_text_without_a_capture_time_is_unchanged(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    second = archive.add(submission(NEW, url=URL))
    again = archive.add(submission(OLD, url=URL))
    assert (again.status, again.position) == ("unchanged", first.position)
    assert archive.find(URL).position == second.position


def test_a_return_to_an_old_text_with_a_later_capture_time_is_a_revision(archive: Archive) -> None:
    add_all(archive, [submission(OLD, url=URL, captured=YESTERDAY), submission(NEW, url=URL, captured=TODAY)])
    again = archive.add(submission(OLD, url=URL, captured=TOMORROW))
    assert again.status == "revised"
    assert archive.text(archive.find(URL)) == OLD
    assert len(archive.versions(again.article_id)) == 3


@pytest.mark.parametrize("captured", [YESTERDAY, TODAY, "2021-04-13T11:00:00+02:00"])
def test_a_return_that_was_not_captured_later_is_unchanged(archive: Archive, captured: str) -> None:
    add_all(archive, [submission(OLD, url=URL, captured=YESTERDAY), submission(NEW, url=URL, captured=TODAY)])
    assert archive.add(submission(OLD, url=URL, captured=captured)).status == "unchanged"


def test_the_current_text_captured_again_is_unchanged(archive: Archive) -> None:
    add_all(archive, [submission(OLD, url=URL, captured=YESTERDAY)])
    assert archive.add(submission(OLD, url=URL, captured=TOMORROW)).status == "unchanged"


def test_an_older_capture_is_recorded_but_is_not_current(archive: Archive) -> None:
    newer = archive.add(submission(NEW, url=URL, captured=TODAY))
    older = archive.add(submission(OLD, url=URL, captured=YESTERDAY))
    assert older.status == "revised"
    assert archive.find(URL).position == newer.position
    assert archive.find(str(older.position)).number == 2


def test_a_version_without_capture_time_was_captured_when_it_was_recorded(archive: Archive) -> None:
    undated = archive.add(submission(NEW, url=URL))
    archive.add(submission(OLD, url=URL, captured=TODAY))
    assert archive.find(URL).position == undated.position


def test_captures_are_compared_as_moments(archive: Archive) -> None:
    later = archive.add(submission(NEW, url=URL, captured="2021-04-13T01:00:00-09:00"))
    archive.add(submission(OLD, url=URL, captured="2021-04-13T09:30:00Z"))
    assert archive.find(URL).position == later.position


def test_of_equal_captures_the_last_recorded_is_current(archive: Archive) -> None:
    first, second = add_all(archive, [submission(text, url=URL, captured=TODAY) for text in (OLD, NEW)])
    assert current_version(archive.versions(first.article_id)[::-1]).position == second.position


# Another article


def test_the_same_text_at_another_url_is_another_article(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    other = archive.add(submission(OLD, url=URL + "/2"))
    assert other.status == "added"
    assert other.article_id != first.article_id


def test_a_path_is_no_identity(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(OLD)
    add_all(archive, gather([str(file)], format_name="text"))
    file.write_text("Something else altogether.")
    assert [one.status for one in add_all(archive, gather([str(file)], format_name="text"))] == ["added"]


# An id in the input


def test_the_id_in_the_input_beats_the_url(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL, key="17"))
    moved = archive.add(submission(NEW, url=URL + "/moved", key="17"))
    assert (moved.status, moved.article_id) == ("revised", first.article_id)
    other = archive.add(submission(NEW, url=URL, key="18"))
    assert other.status == "added"


def test_the_same_bytes_under_another_id_are_another_article(archive: Archive) -> None:
    assert statuses(archive, submission(OLD, key="17"), submission(OLD, key="18"), submission(OLD, key="17")) == [
        "added",
        "added",
        "unchanged",
    ]


def test_an_article_that_has_no_id_yet_takes_the_one_at_its_url(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    named = archive.add(submission(NEW, url=URL, key="17"))
    assert (named.status, named.article_id) == ("revised", first.article_id)


def test_an_article_that_took_an_id_takes_no_second(archive: Archive) -> None:
    # Its first version has none; the article has.
    archive.add(submission(OLD, url=URL))
    archive.add(submission(NEW, url=URL, key="17"))
    other = archive.add(submission("Another story at a shared address.", url=URL, key="18"))
    assert other.status == "added"


# Named by the user


def test_a_named_article_gets_the_version_whatever_its_url(archive: Archive) -> None:
    first = archive.add(submission(OLD, url=URL))
    archive.add(submission(NEW, url=URL + "/2"))
    named = archive.add(submission("Corrected.", url=URL + "/2", named=first.article_id))
    assert (named.status, named.article_id) == ("revised", first.article_id)
    assert archive.add(submission(OLD, named=first.article_id)).status == "unchanged"


@pytest.mark.parametrize("named", ["018f0000-0000-7000-8000-000000000001", "nonsense", ""])
def test_an_article_that_does_not_exist_cannot_be_named(archive: Archive, named: str) -> None:
    with pytest.raises(NoSuchArticleError):
        archive.add(submission(OLD, named=named))
    assert archive.size() == 1


# Within one batch


def test_duplicates_within_a_batch_are_found(archive: Archive) -> None:
    outcomes = add_all(
        archive,
        [
            submission(OLD, url=URL),
            submission(OLD, url=URL),
            submission(NEW, url=URL),
            submission(NEW, url=URL + "#end"),
            submission(OLD, url=URL),
            submission(OLD),
        ],
    )
    assert [one.status for one in outcomes] == ["added", "unchanged", "revised", "unchanged", "unchanged", "unchanged"]
    assert len({one.article_id for one in outcomes}) == 1
    assert kinds(archive) == ["archive.created", "article.added", "article.revised", "run.recorded"]


# Moments


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2021-04-13", "2021-04-13T00:00:00Z"),
        ("2021-04-13T12:00:00", "2021-04-13T12:00:00+00:00"),
        ("2021-04-13T14:00:00+02:00", "20210413T120000Z"),
    ],
)
def test_one_moment_has_many_spellings(one: str, other: str) -> None:
    assert instant(one) == instant(other)


@pytest.mark.parametrize("value", ["", "yesterday", "2021-04-31", "XXXX-04-18", "13/04/2021"])
def test_what_is_no_moment_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError):
        instant(value)
