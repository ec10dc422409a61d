"""Saying something of articles: what is recorded, and what is `unchanged`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive import events
from archive.archive import Archive
from archive.changing import Change, Changed, Statement, change_many, note, notice, tagging, withholding
from archive.errors import InvalidValueError, NoSuchArticleError
from archive.intake import Given, submit_text
from archive.states import state_of, states_along
from archive.submission import Failure
from archive.verification import verify
from tests.archive.test_erased_parts import erase
from tests.factories import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "archive") as created:
        yield created


def say(archive: Archive, position: int, *statements: Statement) -> list[Changed]:
    """Say something of the article at a position, in one run."""
    version = archive.version(position)
    results = list(change_many(archive, (Change(statement, version) for statement in statements), command="test"))
    return [result for result in results if isinstance(result, Changed)]


RETRACTED = notice(events.ARTICLE_RETRACTED, reason="forged", date="7 March 2031", url="https://courier.example/r")
CORRECTED = notice(events.ARTICLE_CORRECTED, reason="the date", by="Courier")


@pytest.mark.parametrize(
    ("statement", "kind", "part", "document"),
    [
        (tagging([" sea  fog ", "SEA FOG"]), "article.tagged", "tags", {"tags": ["SEA FOG"]}),
        (
            tagging(["old"], reason="wrong", remove=True),
            "article.untagged",
            "tags",
            {"tags": ["old"], "reason": "wrong"},
        ),
        (
            RETRACTED,
            "article.retracted",
            "notice",
            {"reason": "forged", "date": "2031-03-07", "url": "https://courier.example/r"},
        ),
        (CORRECTED, "article.corrected", "notice", {"reason": "the date", "by": "Courier"}),
        (note(" seen \n"), "article.annotated", "note", {"text": "seen"}),
        (withholding(reason="asked"), "article.withheld", "reason", {"reason": "asked"}),
    ],
)
def test_a_statement_is_an_event_with_its_document_and_a_run(
    archive: Archive, statement: Statement, kind: str, part: str, document: dict[str, object]
) -> None:
    position = add(archive, "A ferry.", tags=("old",))
    [changed] = say(archive, position, statement)
    recorded = archive.event(changed.position)
    version = archive.version(position)
    envelope = recorded.envelope
    assert (changed.status, envelope.kind) == (kind.rpartition(".")[2], kind)
    assert (envelope.subject, envelope.causation) == (version.article_id, version.event_id)
    assert list(envelope.commitments) == [part]
    assert archive.document(recorded, part) == document
    run = archive.run(changed.position + 1)
    assert (run.id, run.counts) == (envelope.correlation, {changed.status: 1})
    assert list(verify(archive)) == []


def test_what_is_said_already_is_unchanged_and_leaves_no_event(archive: Archive) -> None:
    position = add(archive, "A ferry.", tags=("Sea",))
    statements = (tagging(["fog"]), RETRACTED, CORRECTED, note("seen"), withholding(reason="asked"))
    first = say(archive, position, *statements)
    size = archive.size()
    again = say(archive, position, *statements, tagging(["sea"]), withholding(reason="for another reason"))
    assert {changed.status for changed in again} == {"unchanged"}
    assert [changed.position for changed in again[:5]] == [changed.position for changed in first]
    assert archive.size() == size
    assert [changed.status for changed in say(archive, position, tagging(["absent"], remove=True))] == ["unchanged"]


def test_a_further_notice_is_kept_beside_the_first(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    say(
        archive,
        position,
        CORRECTED,
        notice(events.ARTICLE_CORRECTED, reason="the name", by="Courier"),
        note("a"),
        note("b"),
    )
    state = state_of(archive, archive.version(position).article_id)
    assert [one.reason for one in state.corrections] == ["the date", "the name"]
    assert [one.text for one in state.notes] == ["a", "b"]


def test_only_tags_that_are_new_are_recorded(archive: Archive) -> None:
    position = add(archive, "A ferry.", tags=("sea",))
    [changed] = say(archive, position, tagging(["SEA", "fog"]))
    assert archive.document(archive.event(changed.position), events.TAGS) == {"tags": ["fog"]}


def test_what_was_withheld_can_be_released_and_withheld_again(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    hide, show = withholding(reason="asked"), withholding(reason="done", release=True)
    changes = say(archive, position, show, hide, hide, show, hide)
    assert [one.status for one in changes] == ["unchanged", "withheld", "unchanged", "released", "withheld"]
    article_id = archive.version(position).article_id
    along = [state.withheld is not None for _, state in states_along(archive, archive.history(article_id))]
    assert along == [False, True, False, True]


def test_the_state_at_a_position_is_that_of_then(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    article_id = archive.version(position).article_id
    [tagged, retracted] = say(archive, position, tagging(["fog"]), RETRACTED)
    assert not state_of(archive, article_id, position)
    assert state_of(archive, article_id, tagged.position).tags(()) == ("fog",)
    assert not state_of(archive, article_id, tagged.position).retracted
    assert state_of(archive, article_id, retracted.position).retracted


def test_a_revision_keeps_the_state_and_may_have_a_reason(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    article_id = archive.version(position).article_id
    say(archive, position, tagging(["fog"]), withholding(reason="asked"))
    submission = submit_text("A ferry, corrected.", given=Given(article_id=article_id))
    outcome = archive.add(submission.because("the corrected text"))
    assert outcome.status == "revised"
    assert archive.document(archive.event(outcome.position), events.REASON) == {"reason": "the corrected text"}
    assert state_of(archive, article_id).withheld is not None
    assert [version.number for version in archive.versions(article_id)] == [1, 2]
    assert list(verify(archive)) == []


def test_what_is_adding_again_is_unchanged_for_an_article_with_a_life_cycle(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    say(archive, position, RETRACTED, tagging(["fog"]))
    assert archive.add(submit_text("A ferry.", given=Given())).position == position


def test_the_position_of_what_was_said_means_the_version_that_it_was_said_of(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    [changed] = say(archive, position, tagging(["fog"]))
    assert archive.find(str(changed.position)) == archive.version(position)
    with pytest.raises(NoSuchArticleError, match=r"run\.recorded"):
        archive.find(str(changed.position + 1))
    with pytest.raises(NoSuchArticleError, match=r"article\.tagged"):
        archive.version(changed.position)


def test_nothing_is_said_of_an_erased_article(archive: Archive) -> None:
    position = add(archive, "A ferry.")
    version = archive.version(position)
    [tagged, withheld] = say(archive, position, tagging(["sea"]), withholding(reason="asked"))
    erase(archive, position, tagged.position, withheld.position)
    erased = archive.size() - 1
    assert list(verify(archive)) == []
    state = state_of(archive, version.article_id)
    assert (state.erased, state.tags(())) == (erased, ())
    assert state.withheld is not None
    assert state.withheld.reason == ""
    size = archive.size()
    [failure] = change_many(archive, [Change(tagging(["fog"]), version)], command="tag")
    assert isinstance(failure, Failure)
    assert f"erased, at position {erased}" in str(failure)
    assert archive.size() == size


@pytest.mark.parametrize(
    "make",
    [
        lambda: tagging([]),
        lambda: tagging([" "]),
        lambda: tagging(["a\x1bb"]),
        lambda: tagging(["a" * 201]),
        lambda: tagging(["\udcff"]),
        lambda: note("\n"),
        lambda: withholding(reason=""),
        lambda: notice(events.ARTICLE_RETRACTED, reason="x", date="someday"),
        lambda: notice(events.ARTICLE_RETRACTED, reason="x", url="ftp://courier.example"),
        lambda: notice(events.ARTICLE_RETRACTED, reason="x", by=" "),
    ],
)
def test_what_says_nothing_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(InvalidValueError):
        make()
