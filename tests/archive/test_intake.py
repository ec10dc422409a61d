"""The way in: what is read and in which order, what is left out, whose word counts."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.archive import Archive
from archive.errors import InvalidValueError
from archive.importers.protocol import Record
from archive.intake import Given, gather, submit_text
from archive.rereading import read_here
from archive.submission import Failure, Submission
from archive.submitting import reread
from archive.walking import Meter
from tests.archive.making import add_all, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.provenance import Value


def texts(found: Iterable[Submission | Failure]) -> list[str]:
    """Return the texts of submissions, and the messages of failures."""
    return [item.text if isinstance(item, Submission) else str(item) for item in found]


def one(found: Iterable[Submission | Failure]) -> Submission:
    (item,) = found
    assert isinstance(item, Submission), item
    return item


def write(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"text of {name}")


def as_stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))
    monkeypatch.setattr("sys.stdin", stream)


# What is read


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/2.txt", "a/10.txt", "a/b/c.txt", "B.txt", "a.txt")
    assert texts(gather([str(tmp_path)], format_name="text")) == [
        f"text of {name}" for name in ("B.txt", "a.txt", "b.txt", "a/10.txt", "a/2.txt", "a/b/c.txt")
    ]


def test_paths_are_read_in_the_order_given(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.txt", "c/d.txt")
    paths = [str(tmp_path / name) for name in ("b.txt", "c", "a.txt")]
    assert texts(gather(paths, format_name="text")) == ["text of b.txt", "text of c/d.txt", "text of a.txt"]


def test_what_is_hidden_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.txt", ".git/a.txt", "seen/.b.txt", "seen/c.txt")
    assert texts(gather([str(tmp_path)], format_name="text")) == ["text of seen/c.txt"]


def test_what_is_hidden_is_read_when_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.txt", ".folder/a.txt")
    paths = [str(tmp_path / ".hidden.txt"), str(tmp_path / ".folder")]
    assert texts(gather(paths, format_name="text")) == ["text of .hidden.txt", "text of .folder/a.txt"]


def test_an_archive_inside_a_folder_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "z.txt")
    with Archive.create(tmp_path / "morgue") as archive:
        add_all(archive, numbered(1))
        assert texts(gather([str(tmp_path)], format_name="text")) == ["text of a.txt", "text of z.txt"]


def test_an_archive_is_never_opened_as_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # To close events.db in a process that uses it drops SQLite's own locks: commits would be lost.
    with Archive.create(tmp_path / "morgue") as archive:
        add_all(archive, numbered(1))
        (tmp_path / "links").mkdir()
        (tmp_path / "links" / "article.txt").symlink_to(archive.path / "events.db")
        (tmp_path / "links" / "folder").symlink_to(archive.path)
        opened: list[str] = []
        monkeypatch.setattr(Path, "open", lambda path, *_: opened.append(str(path)))
        names = ["morgue", "morgue/events.db", "morgue/events.db-wal", "links/folder", "links/article.txt", "links"]
        found = texts(gather([str(tmp_path / name) for name in names]))
    assert len(found) == 5
    assert all("belongs to an archive" in message for message in found)
    assert opened == []


@pytest.mark.parametrize("form", ["auto", "text", "jsonl"])
def test_what_is_missing_is_a_failure(tmp_path: Path, form: str) -> None:
    path = str(tmp_path / "gone.txt")
    assert list(gather([path], format_name=form)) == [Failure(path=path, message="no such file or folder")]


def test_the_rest_is_read_after_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    found = texts(gather([str(tmp_path / "gone"), str(tmp_path)], format_name="text"))
    assert found == [
        f"{tmp_path / 'gone'}: no such file or folder",
        "text of a.txt",
        f"{tmp_path / 'broken.txt'}: cannot be read: it is a link to nothing",
    ]


def test_a_file_that_vanishes_meanwhile_is_no_link(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    found = gather([str(tmp_path)], format_name="text")
    assert isinstance(next(found), Submission)
    (tmp_path / "b.txt").unlink()
    assert texts(found) == [f"{tmp_path / 'b.txt'}: cannot be read: it is gone since the folder was listed"]


@pytest.mark.parametrize("fields", [{"title": ""}, {"place": " "}, {"authors": ("Ann Able", "")}])
def test_an_empty_value_is_no_statement(fields: dict[str, Value]) -> None:
    with pytest.raises(InvalidValueError, match="is empty"):
        next(gather(["-"], given=Given(fields=fields)))


def test_what_is_with_workers_is_not_done_yet(tmp_path: Path) -> None:
    for name in "abcdefgh":
        (tmp_path / f"{name}.html").write_text(f"<html><h1>Page {name}</h1><p>The ferry is back.</p></html>")
    size = (tmp_path / "a.html").stat().st_size
    meter = Meter()
    assert [meter.done() // size for _ in gather([str(tmp_path)], jobs=1, meter=meter)] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b/c.txt", "d.txt")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").chmod(0)
    try:
        assert texts(gather([str(tmp_path)], format_name="text")) == [
            f"{tmp_path / 'a.txt'}: cannot be read: Permission denied",
            "text of d.txt",
            f"{tmp_path / 'b'}: cannot be read: Permission denied",
        ]
    finally:
        (tmp_path / "b").chmod(0o700)


def test_pipes_and_sockets_in_a_folder_do_not_hold_it_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        assert texts(gather(["."], format_name="text")) == ["text of a.txt"]


def test_a_pipe_that_is_named_is_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"text of a pipe")
    os.close(writing)
    try:
        assert texts(gather([f"/dev/fd/{reading}"], format_name="text")) == ["text of a pipe"]
    finally:
        os.close(reading)


def test_links_are_followed_to_files_and_not_to_folders(tmp_path: Path) -> None:
    write(tmp_path, "a/1.txt", "b/2.txt")
    (tmp_path / "b" / "again").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "1.txt").symlink_to(tmp_path / "a" / "1.txt")
    assert texts(gather([str(tmp_path / "b")], format_name="text")) == ["text of a/1.txt", "text of b/2.txt"]


def test_standard_input_is_called_minus(monkeypatch: pytest.MonkeyPatch) -> None:
    as_stdin(monkeypatch, b"text of standard input")
    made = one(gather(["-"], format_name="text"))
    assert (made.text, made.article.origin.path, made.article.origin.line) == ("text of standard input", "-", None)


def test_a_broken_line_of_standard_input_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps({"text": f"text {number}"}) for number in range(1, 6)]
    lines[2] = '{"text": '
    as_stdin(monkeypatch, "\n".join(lines).encode())
    found = texts(gather(["-"], format_name="jsonl"))
    assert found[:2] + found[3:] == ["text 1", "text 2", "text 4", "text 5"]
    assert found[2].startswith("-:3: ")


def test_a_file_that_is_called_minus_is_no_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "-")
    monkeypatch.chdir(tmp_path)
    assert texts(gather(["./-"], format_name="text")) == ["text of -"]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    with pytest.raises(InvalidValueError, match="docx"):
        list(gather([str(tmp_path)], format_name="docx"))


def test_the_format_is_found_by_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text('{"text": "one"}\n{"text": "two"}\n')
    write(tmp_path, "b.jsonl")
    assert texts(gather([str(tmp_path)])) == ["one", "two", "text of b.jsonl"]


# Where it comes from


def test_the_origin_is_an_absolute_path_and_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text('\n{"text": "one"}\n')
    monkeypatch.chdir(tmp_path)
    made = one(gather(["a.jsonl"]))
    origin = made.article.origin
    assert (origin.path, origin.line, origin.format) == (str(tmp_path / "a.jsonl"), 2, "jsonl")
    assert origin.importer.startswith("jsonl/")
    assert str(origin) == f"{tmp_path / 'a.jsonl'}:2"


def test_a_name_that_is_no_text_is_written_as_one(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("text of a caf\u00e9")
    (outcome,) = add_all(archive, gather([str(tmp_path)], format_name="text"))
    assert outcome.origin == str(tmp_path / "caf\\xe9.txt")
    assert archive.find(outcome.article_id).article.origin.path == outcome.origin


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfcaf\xc3\xa9\r\n")
    printed = subprocess.run(["sha256sum", str(tmp_path / "a.txt")], capture_output=True, text=True, check=True).stdout
    made = one(gather([str(tmp_path / "a.txt")]))
    assert made.article.digest == printed.split()[0]
    assert made.article.length == len(made.original) == 10


# What is given


def test_what_is_given_wins_and_what_was_read_stays_behind_it(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one", "title": "Read", "place": "Oslo", "tags": ["ferry"]}\n')
    fields: dict[str, Value] = {"title": "Given", "published": "13 April 2021", "tags": ("sea",)}
    made = one(gather([str(tmp_path)], given=Given(fields=fields, captured="2021-04-14")))
    known = made.article.metadata
    assert [(one.value, one.method) for one in known.fields["title"]] == [("Given", "given"), ("Read", "json")]
    assert (known.place, known.tags, known.published) == ("Oslo", ("sea",), "2021-04-13")
    assert known.fields["published"][0].raw == "13 April 2021"
    assert made.article.captured == "2021-04-14"


def test_a_given_capture_time_wins(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one", "captured": "2021-04-13"}\n')
    assert one(gather([str(tmp_path)])).article.captured == "2021-04-13"
    assert one(gather([str(tmp_path)], given=Given(captured="2021-04-15"))).article.captured == "2021-04-15"


def test_a_given_url_is_kept_as_it_was_given(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    url = "http://www.courier.example/1?utm_source=x"
    article = one(gather([str(tmp_path)], given=Given(fields={"url": url}), format_name="text")).article
    assert (article.metadata.url, article.canonical_url) == (url, "https://courier.example/1")


def test_a_read_url_that_is_none_identifies_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one", "url": "see the front page"}\n')
    article = one(gather([str(tmp_path)])).article
    assert (article.metadata.url, article.canonical_url) == ("see the front page", None)


@pytest.mark.parametrize(
    "given",
    [
        Given(fields={"url": "no address"}),
        Given(fields={"published": "no date"}),
        Given(fields={"tags": "not a list"}),
        Given(fields={"title": ("not", "one")}),
        Given(fields={"mood": "calm"}),
        Given(fields={"title": "\udce9"}),
        Given(fields={"authors": ("Jane", "\udce9")}),
        Given(captured="no time"),
        Given(captured="XXXX-04-18"),
    ],
)
def test_what_cannot_be_true_is_refused_before_anything_is_read(given: Given) -> None:
    with pytest.raises(InvalidValueError):
        gather(["/no/such/file"], given=given)
    with pytest.raises(InvalidValueError):
        submit_text("text", given=given)


@pytest.mark.parametrize(
    "given", [Given(fields={"url": "https://courier.example/1"}), Given(fields={"title": "T"}), Given(article_id="x")]
)
def test_what_names_one_article_is_refused_for_two_before_any_is_added(
    archive: Archive, tmp_path: Path, given: Given
) -> None:
    write(tmp_path, "a.txt", "b.txt")
    with pytest.raises(InvalidValueError, match="more than one"):
        list(archive.add_many(gather([str(tmp_path)], given=given, format_name="text")))
    assert archive.size() == 1


def test_what_names_one_article_is_taken_for_one(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    given = Given(fields={"url": "https://courier.example/1"})
    results = list(archive.add_many(gather([str(tmp_path / "gone"), str(tmp_path / "a.txt")], given=given)))
    assert [type(result).__name__ for result in results] == ["Failure", "Outcome"]
    assert archive.find("https://courier.example/1").position == 1


def test_what_is_true_of_many_is_taken_for_many(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    found = gather([str(tmp_path)], given=Given(fields={"publisher": "Courier"}), format_name="text")
    assert [made.article.metadata.publisher for made in found if isinstance(made, Submission)] == ["Courier"] * 2


def test_a_text_in_hand_is_submitted() -> None:
    made = submit_text("Caf\u00e9.", given=Given(fields={"authors": ("Jane Doe",)}, article_id="x"), origin="tool")
    assert (made.text, made.original, made.named) == ("Caf\u00e9.", "Caf\u00e9.".encode(), "x")
    assert (made.article.metadata.authors, made.article.origin.path) == (("Jane Doe",), "tool")
    assert made.article.text_is_original


def test_a_text_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="Unicode"):
        submit_text("\udce9", given=Given())


# Reading again


def test_what_todays_importer_read_is_not_read_again(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    made = one(gather([str(tmp_path)], format_name="text"))
    assert reread(made.article, lambda: pytest.fail("the original was read"), read_here) is None
    stated = submit_text("text", given=Given())
    assert reread(stated.article, lambda: pytest.fail("the original was read"), read_here) is None


def test_what_an_earlier_importer_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one", "title": "Read", "id": 17}\n')
    made = one(gather([str(tmp_path)], given=Given(fields={"place": "Oslo"}, captured="2021-04-14")))
    monkeypatch.setattr("archive.importers.jsonl.JsonlImporter.version", 99)
    again = reread(made.article, lambda: Record(original=made.original, format="jsonl"), read_here)
    assert again is not None
    article, text = again
    assert (text, article.metadata.title, article.metadata.place) == ("one", "Read", "Oslo")
    assert (article.key, article.captured, article.digest) == ("17", "2021-04-14", made.article.digest)
    assert reread(made.article, lambda: Record(original=b"\x00\xff", format="jsonl"), read_here) is None
