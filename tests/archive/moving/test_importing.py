"""Importing and restoring: the same archive again, or a new one where it could be contradicted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import keys
from archive.archive import Archive
from archive.errors import ConflictError, NotAnArchiveError, UnverifiedError
from archive.moving.backups import back_up
from archive.moving.exporting import write_folder, write_lines
from archive.moving.importing import import_some, import_whole
from archive.moving.merging import merge
from archive.moving.placing import new_file
from archive.moving.restoring import Maker, Restored, restore
from archive.moving.sources import ArchiveSource, source_at
from archive.proofs.signing import sign_checkpoint
from archive.verification import verify
from tests.archive.making import add_all, kinds, numbered, submission
from tests.archive.moving.making import erase, log_of, make_varied
from tests.archive.raw import unguarded

FORMS = ("archive", "events", "folder")


def quiet(*_: object) -> None:
    pass


def make_key(archive_id: str) -> str:
    return str(keys.create(archive_id).verifier)


def export(archive: Path, form: str, to: Path, positions: list[int] | None = None) -> Path:
    """Write an archive in a form, and return where."""
    if form == "archive":
        return archive
    with Archive.open(archive) as opened:
        source = ArchiveSource(opened.store, positions)
        if form == "folder":
            write_folder(source, to)
        else:
            with new_file(to) as file:
                write_lines(source, file.write)
    return to


def bring(exported: Path, to: Path) -> None:
    with source_at(exported, lock_timeout=5) as source:
        import_whole(to, source, quiet)


def bring_back(backup: Path, to: Path, present: Path | None = None, *, as_new: bool = False) -> Restored:
    maker = Maker(make_key=make_key)
    with source_at(backup, lock_timeout=5) as source:
        if present is None:
            return restore(to, source, None, maker, as_new=as_new, progress=quiet)
        with Archive.open(present) as known:
            return restore(to, source, known.store, maker, as_new=as_new, progress=quiet)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_becomes_the_same_archive(tmp_path: Path, form: str) -> None:
    make_varied(tmp_path / "archive")
    bring(export(tmp_path / "archive", form, tmp_path / "exported"), tmp_path / "again")
    assert log_of(tmp_path / "again") == log_of(tmp_path / "archive")
    assert {path.name for path in (tmp_path / "again").iterdir()} >= {"events.db", "lock"}
    with Archive.open(tmp_path / "archive") as archive, Archive.open(tmp_path / "again") as again:
        assert (again.id, again.root(), again.size()) == (archive.id, archive.root(), archive.size())
        assert again.store.secret != archive.store.secret
        assert again.find("https://courier.example/2") == archive.find("https://courier.example/2")
        assert again.store.erased_parts(5) == archive.store.erased_parts(5)
        add_all(again, numbered(1, 50))
        assert list(verify(again)) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_merged_archive_becomes_the_same_archive(tmp_path: Path, form: str) -> None:
    make_varied(tmp_path / "archive")
    with Archive.create(tmp_path / "here") as here:
        add_all(here, numbered(2, 70))
        with source_at(tmp_path / "archive", lock_timeout=5) as source:
            merge(here, source)
    bring(export(tmp_path / "here", form, tmp_path / "exported"), tmp_path / "again")
    assert log_of(tmp_path / "again") == log_of(tmp_path / "here")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=5),
    form=st.sampled_from(FORMS),
)
def test_what_is_exported_and_imported_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], form: str
) -> None:
    """Whatever characters there are: export and import together are the identity."""
    folder = tmp_path_factory.mktemp("law")
    with Archive.create(folder / "archive") as archive:
        list(archive.add_many(submission(text, title=text if text.strip() else None) for text in texts))
    exported = export(folder / "archive", form, folder / "exported")
    bring(exported, folder / "again")
    assert log_of(folder / "again") == log_of(folder / "archive")
    if form != "archive":
        again = export(folder / "again", form, folder / "twice")
        files = [path.relative_to(exported) for path in exported.rglob("*") if path.is_file()]
        assert files or form == "events"
        assert all((exported / name).read_bytes() == (again / name).read_bytes() for name in files or [Path()])


def test_some_articles_come_into_a_new_archive(tmp_path: Path) -> None:
    make_varied(tmp_path / "archive")
    some = export(tmp_path / "archive", "events", tmp_path / "some", [4, 10])
    with source_at(some, lock_timeout=5) as source:
        outcome = import_some(
            tmp_path / "new", source, make_key=None, command="import", arguments=(), agent="", progress=quiet
        )
    assert outcome.taken == 2
    with Archive.open(tmp_path / "new") as new, Archive.open(tmp_path / "archive") as archive:
        assert new.id != archive.id
        assert kinds(new) == ["archive.created", "archive.merged", "article.added", "article.amended", "run.recorded"]
        assert list(verify(new)) == []
    with source_at(some, lock_timeout=5) as source, pytest.raises(UnverifiedError, match="some events of a log only"):
        import_whole(tmp_path / "other", source, quiet)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("place", [0, 1, 5, -2])
def test_nothing_is_made_of_a_changed_export(tmp_path: Path, place: int) -> None:
    make_varied(tmp_path / "archive")
    exported = export(tmp_path / "archive", "events", tmp_path / "exported")
    lines = exported.read_text().splitlines(keepends=True)
    lines[place] = lines[place].replace("0", "1", 1) if place else lines[place].replace('"size":12', '"size":11')
    exported.write_text("".join(lines))
    with pytest.raises(UnverifiedError):
        bring(exported, tmp_path / "again")
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "exported"}


def test_no_archive_is_overwritten(tmp_path: Path) -> None:
    make_varied(tmp_path / "archive")
    before = log_of(tmp_path / "archive")
    exported = export(tmp_path / "archive", "events", tmp_path / "exported")
    for bringing in (bring, bring_back):
        with pytest.raises(NotAnArchiveError, match="is there already"):
            bringing(exported, tmp_path / "archive")
    assert log_of(tmp_path / "archive") == before


# Restoring


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an archive with a key, a backup of it, and a folder for keys of its own."""
    monkeypatch.setenv("MORGUE_KEYS", str(tmp_path / "keys"))
    with Archive.create(tmp_path / "archive", make_key=make_key) as archive:
        add_all(archive, numbered(3))
        sign_checkpoint(archive)
        back_up(archive.store, tmp_path / "backup", quiet)
    return tmp_path


def test_a_backup_goes_on_as_the_archive_that_it_was(signed: Path) -> None:
    restored = bring_back(signed / "backup", signed / "again")
    assert (restored.why_new, restored.erased) == (None, 0)
    assert log_of(signed / "again") == log_of(signed / "archive")
    with Archive.open(signed / "again") as again:
        assert again.id == restored.archive
        add_all(again, numbered(1, 9))
        sign_checkpoint(again)


def test_a_backup_that_a_checkpoint_contradicts_becomes_a_new_archive(signed: Path) -> None:
    with Archive.open(signed / "archive") as archive:
        add_all(archive, numbered(1, 9))
        sign_checkpoint(archive)
        old = archive.id
    restored = bring_back(signed / "backup", signed / "again")
    assert restored.why_new is not None
    assert "a checkpoint says that the log had 7 events; it has 5" in restored.why_new
    with Archive.open(signed / "again") as again:
        assert again.id == restored.archive != old
        assert keys.path_of(again.id).exists()
        assert kinds(again)[:3] == ["archive.created", "archive.merged", "archive.created"]
        assert again.text(again.version(3)) == "The harbour of Quellin took in 0 ships on that day."
        assert list(verify(again)) == []
        sign_checkpoint(again)


def test_an_import_does_not_go_on_against_a_checkpoint(signed: Path) -> None:
    with Archive.open(signed / "archive") as archive:
        add_all(archive, numbered(1, 9))
        sign_checkpoint(archive)
    with pytest.raises(ConflictError, match="morgue restore"):
        bring(export(signed / "backup", "events", signed / "exported"), signed / "again")
    assert not (signed / "again").exists()


def test_a_backup_whose_key_is_elsewhere_becomes_a_new_archive(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORGUE_KEYS", str(signed / "others"))
    restored = bring_back(signed / "backup", signed / "again")
    assert "its private key is not here" in (restored.why_new or "")


def test_a_backup_without_a_key_goes_on(tmp_path: Path) -> None:
    make_varied(tmp_path / "archive")
    assert bring_back(tmp_path / "archive", tmp_path / "again").why_new is None
    assert bring_back(tmp_path / "archive", tmp_path / "new", as_new=True).why_new == "--as-new asks for one"


@pytest.mark.parametrize("as_new", [True, False])
def test_what_was_erased_since_is_left_out(signed: Path, *, as_new: bool) -> None:
    needle = b"took in 1 ships"
    with Archive.open(signed / "archive") as archive:
        erase(archive, 2)
        gone = archive.event(2).attribute("id")
        erasure = archive.event(archive.size() - 1).attribute("id")
    restored = bring_back(signed / "backup", signed / "again", signed / "archive", as_new=as_new)
    assert restored.erased == 1
    assert (restored.why_new is None) == (not as_new)
    with Archive.open(signed / "again") as again:
        position = again.store.position_of(gone)
        assert position is not None
        assert again.store.erased_parts(position) == {"article", "origin", "original"}
        assert again.store.position_of(erasure) is not None
        assert list(verify(again)) == []
        assert [
            version.metadata.title for version in again.versions_under("url", "https://courier.example/ships/1")
        ] == []
    for path in (signed / "again").iterdir():
        assert needle not in path.read_bytes()
    assert any(needle in path.read_bytes() for path in (signed / "backup").iterdir())


def test_a_damaged_backup_is_not_restored(signed: Path) -> None:
    with unguarded(signed / "backup") as connection:
        connection.execute("UPDATE payload SET checksum = zeroblob(32) WHERE position = 2")
    with pytest.raises(UnverifiedError, match="event 2"):
        bring_back(signed / "backup", signed / "again")
    assert not (signed / "again").exists()
