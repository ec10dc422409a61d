"""Erasing: what goes, what stays, what a reader or a crash in between does to it, and what must not come back."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from archive import events, lookup, purging
from archive.archive import Archive
from archive.erasing import Ground
from archive.errors import ErasedError, InvalidValueError, NoSuchArticleError
from archive.ids import new_id
from archive.new_events import NewEvent
from archive.remnants import prove
from archive.run_history import runs
from archive.verification import verify
from index import erasing
from index.index import Index
from tests.archive.damage import make_sound
from tests.archive.making import add_all, kinds, numbered, submission
from tests.archive.raw import connected

if TYPE_CHECKING:
    from archive.erasing import Erasure
    from archive.submission import Submission

ERASER = Path(__file__).with_name("eraser.py")
KILLS = 30
GROUND = Ground(basis="GDPR, article 17", authority="the data protection officer")


def erase(archive: Archive, position: int, *arguments: str) -> Erasure:
    """Erase the article that has a version at a position."""
    return archive.erase(str(position), GROUND, arguments=arguments)


def raw(folder: Path) -> bytes:
    """Return all bytes of all files of an archive that nobody has open."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def distinct(count: int) -> list[Submission]:
    """Return articles each of which has words of its own, a hundred in a row: `zq7xv` of article 7."""
    return [
        submission(
            f"The harbour of Quellin. {f'zq{number}xv ' * 100}.",
            title=f"Ships zq{number}xv",
            url=f"https://courier.example/zq{number}xv",
        )
        for number in range(count)
    ]


def words(number: int) -> list[bytes]:
    """Return what only article `number` of `distinct` holds."""
    return [f"zq{number}xv".encode()]


def note(archive: Archive, position: int, text: str) -> None:
    """Record a note on an article, in a run of its own."""
    recorded = archive.event(position)
    article_id = recorded.attribute("subject")
    event = NewEvent(
        type=events.type_of(events.ARTICLE_ANNOTATED),
        subject=article_id,
        correlation=new_id(),
        causation=recorded.attribute("id"),
        parts={"note": f'{{"note":"{text}"}}'.encode()},
    )
    with archive.store.appending() as appender:
        appender.append(event, [lookup.article_key(article_id)])


# What goes, what stays


def test_all_versions_and_notes_go_and_the_envelopes_stay(archive: Archive) -> None:
    url = "https://courier.example/1"
    add_all(archive, [submission("One ship.", url=url), submission("Two ships.", url=url), *numbered(2)])
    note(archive, 2, "seen in the market square")
    before = [(event.position, event.encoded) for event in archive.events()]
    size, root = archive.size(), archive.root()
    erasure = erase(archive, 2)
    assert erasure.plan is not None
    assert sorted(erasure.plan.parts) == [1, 2, 6]
    assert [(event.position, event.encoded) for event in archive.events(0, size)] == before
    assert archive.root(size) == root
    assert list(verify(archive)) == []
    for position in (1, 2, 6):
        parts = set(archive.event(position).envelope.commitments)
        assert archive.store.erased_parts(position) == parts
        for part in parts:
            with pytest.raises(ErasedError):
                archive.store.part(position, part)
            assert all(chunk.is_erased for chunk in archive.store.stored_chunks(position, part))
    assert [recorded.position for recorded in archive.articles()] == [3, 4]
    assert kinds(archive)[-2:] == ["article.erased", "run.recorded"]


def test_an_erasure_of_every_kind_of_row_verifies(tmp_path: Path) -> None:
    make_sound(tmp_path / "archive")
    with Archive.open(tmp_path / "archive") as archive:
        for recorded in [one for one in archive.events() if one.envelope.kind == "article.added"]:
            erase(archive, recorded.position)
        assert list(archive.articles()) == []
        assert list(verify(archive)) == []


def test_erasing_again_changes_nothing_and_says_so(archive: Archive) -> None:
    add_all(archive, numbered(3))
    first = erase(archive, 2)
    size = archive.size()
    second = archive.erase(first.article_id, Ground(basis="another", authority="somebody else"))
    assert (second.plan, second.position, second.ground) == (None, first.position, GROUND)
    assert archive.size() == size


def test_what_is_not_there_cannot_be_erased(archive: Archive) -> None:
    add_all(archive, numbered(1))
    for identifier in ("17", "2", new_id(), "https://courier.example/none"):
        with pytest.raises(NoSuchArticleError):
            archive.erase(identifier, GROUND)


@pytest.mark.parametrize("basis", ["", " ", "Ships: 12 was wrong", "see HTTPS://courier.example/ships/12"])
def test_a_ground_that_is_empty_or_names_the_article_is_refused(archive: Archive, basis: str) -> None:
    add_all(archive, numbered(2, start=12))
    with pytest.raises(InvalidValueError):
        archive.erase("1", Ground(basis=basis, authority="the owner"))
    assert len(list(archive.articles())) == 2


def test_a_damaged_version_can_be_erased(archive: Archive) -> None:
    add_all(archive, numbered(2))
    archive.close()
    with connected(archive.path) as database:
        database.execute("DROP TRIGGER payload_is_only_erased")
        database.execute("UPDATE payload SET data = x'00112233' WHERE position = 1 AND part = 'article'")
    with Archive.open(archive.path) as again:
        erasure = erase(again, 1)
        assert erasure.plan is not None
        assert erasure.plan.unread == (1,)
        assert [problem.position for problem in verify(again)] == [None], "the trigger that the test dropped"


def test_lookups_go_but_for_the_article_itself(archive: Archive) -> None:
    add_all(archive, numbered(2))
    erasure = erase(archive, 1)
    left = archive.store.rows("SELECT key FROM lookup WHERE position = 1")
    assert left == [(lookup.article_key(erasure.article_id),)]
    assert archive.versions_under("url", "https://courier.example/ships/0") == []
    for identifier in ("1", erasure.article_id, "https://www.courier.example/ships/0"):
        with pytest.raises(ErasedError):
            archive.find(identifier)


# Runs


def test_a_run_that_names_the_article_is_recorded_again_without_its_names(archive: Archive) -> None:
    words = (
        "add",
        "--title",
        "Ships: 0",
        "http://www.courier.example/ships/0?utm_source=x",
        "https://courier.example/2",
    )
    list(archive.add_many(numbered(2), arguments=words, agent="joan@quellin"))
    erase(archive, 1, "erase", "https://courier.example/ships/0")
    with pytest.raises(ErasedError):
        archive.run(3)
    first, second = runs(archive)
    assert first.run is not None
    assert first.run.arguments == ("add", "--title", "[erased]", "[erased]", "https://courier.example/2")
    assert (first.run.agent, first.run.counts, first.events) == ("joan@quellin", {"added": 2}, 2)
    assert second.run is not None
    assert second.run.arguments == ("erase", "[erased]")
    assert list(verify(archive)) == []


def test_of_a_run_about_the_article_alone_no_word_stays(archive: Archive) -> None:
    list(archive.add_many(numbered(1), arguments=("add", "--tag", "a secret word"), agent="joan@quellin"))
    erase(archive, 1)
    [entry, _] = runs(archive)
    assert entry.run is not None
    assert entry.run.arguments == ("[erased]",)


def test_runs_that_do_not_name_it_stay_as_they_are(archive: Archive) -> None:
    list(archive.add_many(numbered(3), arguments=("add", "clippings")))
    erasure = erase(archive, 1)
    assert erasure.plan is not None
    assert erasure.plan.runs == {}
    assert archive.run(4).arguments == ("add", "clippings")


# Suppression


def test_what_was_erased_is_suppressed_whichever_way_it_comes_back(archive: Archive) -> None:
    text = "The lamp of the northern buoy is lit."
    add_all(archive, [submission(text, title="Lamp", url="https://courier.example/lamp", key="lamp-1")])
    erasure = erase(archive, 1)
    size = archive.size()
    back = [
        submission(text, title="Lamp", url="https://courier.example/lamp", key="lamp-1"),
        submission(text),
        submission(f"{text}\n", title="Lamp"),
        submission("Another text.", url="http://www.courier.example/lamp#top"),
        submission("Another text still.", key="lamp-1"),
    ]
    outcomes = list(archive.add_many(back))
    assert [(one.status, one.position, one.article_id) for one in outcomes] == [  # type: ignore[union-attr]
        ("suppressed", erasure.position, erasure.article_id)
    ] * 5
    assert archive.size() == size
    others = [
        submission("Another text.", url="https://courier.example/lamp", key="lamp-2"),
        submission("The lamp of the southern buoy is lit.", title="Lamp"),
        submission(""),
    ]
    assert [one.status for one in add_all(archive, others)] == ["added"] * 3


def test_what_was_let_in_again_is_suppressed_no_more(archive: Archive) -> None:
    add_all(archive, numbered(1))
    erase(archive, 1)
    [outcome] = archive.add_many(numbered(1), allow_erased=True)
    assert outcome.status == "added"  # type: ignore[union-attr]
    assert [one.status for one in add_all(archive, numbered(1))] == ["unchanged"]


def test_an_erasure_by_another_process_suppresses_at_once(archive: Archive) -> None:
    add_all(archive, numbered(2))
    assert [one.status for one in add_all(archive, numbered(1))] == ["unchanged"]
    with Archive.open(archive.path) as other:
        erase(other, 1)
    assert [one.status for one in add_all(archive, numbered(2))] == ["suppressed", "unchanged"]


def test_a_run_does_not_name_what_it_did_not_bring_back(archive: Archive) -> None:
    add_all(archive, numbered(1))
    erase(archive, 1)
    outcomes = list(archive.add_many(numbered(2), arguments=("add", "https://courier.example/ships/0", "other")))
    assert len(outcomes) == 2
    assert runs(archive)[-1].run is not None
    assert archive.run(archive.size() - 1).arguments == ("add", "[erased]", "other")


def test_an_empty_text_erased_does_not_suppress_others(archive: Archive) -> None:
    add_all(archive, [submission("", url="https://courier.example/1")])
    erase(archive, 1)
    assert add_all(archive, [submission("", url="https://courier.example/2")])[0].status in {"added", "suppressed"}


# What lies on the disk


@pytest.mark.parametrize("size", [10, 3_000, 40_000, 2_500_000])
def test_no_byte_of_it_is_left_in_any_file(tmp_path: Path, size: int) -> None:
    # Of one page, of several, with overflow pages, and of several chunks; random text hardly shrinks.
    chance = random.Random(size)
    pieces = [f"zz{chance.getrandbits(64):016x}" for _ in range(max(1, size // 19))]
    with Archive.create(tmp_path / "archive") as archive:
        add_all(archive, [*numbered(20), submission(" ".join(pieces), title="Ships zz0123456789"), *numbered(20, 20)])
        Index(archive).catch_up()
        digest = archive.version(21).article.digest
        keys = [key for (key,) in archive.store.rows("SELECT key FROM lookup WHERE position = 21")]
        stored = [
            data for (data,) in archive.store.rows("SELECT data FROM payload WHERE position = 21 AND part = 'original'")
        ]
    fragments = [data[start : start + 24] for data in stored for start in range(0, len(data), 2000)]
    before = raw(tmp_path / "archive")
    assert fragments[0] in before, "what is looked for can be found"
    with Archive.open(tmp_path / "archive") as archive:
        erasure = erase(archive, 21)
        assert erasing.purge(archive) == []
        assert erasure.plan is not None
        proof = prove(archive, erasure.plan.needles)
        assert (proof.remnants, proof.mentions) == ((), ())
    after = raw(tmp_path / "archive")
    for needle in (*fragments, *(piece.encode() for piece in pieces[::50]), b"zz0123456789", digest.encode()):
        assert needle not in after
    kept = lookup.article_key(erasure.article_id)
    for key in keys:
        assert key == kept or key.to_bytes(8, "big", signed=True) not in after
    with Archive.open(tmp_path / "archive") as archive:
        assert list(verify(archive)) == []
        assert len(list(archive.articles())) == 40


def test_a_reader_of_the_old_state_keeps_the_purge_pending_until_the_next_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.erasing.PATIENCE", 0.05)
    folder = tmp_path / "archive"
    with Archive.create(folder) as archive:
        add_all(archive, distinct(3))
        reader = sqlite3.connect(folder / "events.db", isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM event").fetchone() == (5,)
        assert erase(archive, 1).pending
        assert purging.is_pending(folder)
        # A write in between goes on, and does not get rid of it either.
        add_all(archive, numbered(1))
        assert purging.is_pending(folder)
        reader.close()
        add_all(archive, numbered(1, 1))
        assert not purging.is_pending(folder)
        assert (folder / "events.db-wal").stat().st_size < 200_000
        assert list(verify(archive)) == []
    assert words(0)[0] not in raw(folder)


def test_closing_finishes_what_is_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.erasing.PATIENCE", 0.05)
    folder = tmp_path / "archive"
    with Archive.create(folder) as archive:
        add_all(archive, distinct(2))
        reader = sqlite3.connect(folder / "events.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        assert erase(archive, 1).pending
        reader.close()
    assert not purging.is_pending(folder)
    assert words(0)[0] not in raw(folder)


def test_what_others_hold_too_is_told_and_stays(archive: Archive) -> None:
    texts = ["The lamp of the northern buoy is lit again, the harbour office said on Friday.", "Quite another text."]
    add_all(archive, [submission(text, title="Lamp for the northern buoy", key=f"k{text}") for text in texts])
    erasure = erase(archive, 1)
    assert erasure.plan is not None
    proof = prove(archive, erasure.plan.needles)
    assert proof.remnants == ()
    assert {(mention.position, mention.kind) for mention in proof.mentions} == {(2, "title")}


def test_a_remnant_in_any_file_is_found(archive: Archive) -> None:
    add_all(archive, distinct(2))
    erasure = erase(archive, 1)
    assert erasure.plan is not None
    assert prove(archive, erasure.plan.needles).remnants == ()
    for name in ("index/left", "copy"):
        left = archive.path / name
        left.parent.mkdir(exist_ok=True)
        left.write_bytes(b"x" * 5000 + b"https://courier.example/zq0xv" + b"x" * 5000)
        assert [Path(remnant.file) for remnant in prove(archive, erasure.plan.needles).remnants] == [left.absolute()]
        left.unlink()


# kill -9


@pytest.mark.slow
def test_kill_9_leaves_an_article_whole_or_erased_and_the_next_write_finishes(tmp_path: Path) -> None:
    folder, articles = tmp_path / "archive", 60
    with Archive.create(folder) as archive:
        add_all(archive, distinct(articles))
        Index(archive).catch_up()
    killed = 0
    for seed in range(KILLS):
        chance = random.Random(seed)
        with subprocess.Popen(
            [sys.executable, str(ERASER), str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            timer = Timer(chance.uniform(0, chance.choice([0.05, 0.2, 0.5])), process.kill)
            timer.start()
            output, errors = process.communicate()
            timer.join()
        assert errors == b"", (seed, errors)
        killed += process.returncode != 0
        acknowledged = [int(line) for line in output.split()]
        with Archive.open(folder) as archive:
            assert list(verify(archive)) == [], seed
            left = {recorded.position for recorded in archive.articles()}
            assert left.isdisjoint(acknowledged), seed
            for position in left & set(range(articles + 1)):
                assert archive.version(position).metadata.title == f"Ships zq{position - 1}xv"
            # Any write will do, and the index that the next search would bring about.
            add_all(archive, numbered(1, 1000 + seed))
            assert not purging.is_pending(folder), seed
            assert erasing.purge(archive) == []
        held = raw(folder)
        found = {number + 1 for number in range(articles) if words(number)[0] in held}
        assert found == left & set(range(articles + 1)), seed
        if left.isdisjoint(range(articles + 1)):
            break
    assert killed > 3, "they were too quick to be killed"
