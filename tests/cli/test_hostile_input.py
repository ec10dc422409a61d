"""Whatever is added: it is taken or refused in a sentence, and no output of it ever drives a terminal."""

from __future__ import annotations

import base64
import json
import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests import sessions
from tests.cli.process import complain, morgue
from tests.cli.test_hostile_arguments import ACTIVE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.process import Finished
    from tests.sessions import Place

LONG_LINE = 20 * 1024 * 1024
RECORD = {
    "title": "\x1b[2J\x1b]52;c;aGk=\x07boo",
    "text": "harbour \x1b[31mred\x00 \u202eder\u202c \x9b31m",
    "url": "https://e.example/\x1b[31m",
    "publisher": "\x9b2J=cmd|' /C calc'!A0",
    "agency": "+1+1",
    "authors": ["\x1b[1m", "@SUM(A1)"],
    "place": "\u202eevil",
    "language": "-2",
    "tags": ["=1+1", "\t=2"],
}


def add(place: Place, *words: str | bytes, stdin: bytes = b"") -> Finished:
    done = morgue(place, b"--archive", b"archive", b"add", b"--no-index", *words, stdin=stdin)
    assert not complain(done)
    assert not set(done.stdout + done.stderr) & (ACTIVE - {"\t"})
    return done


@pytest.fixture
def archive(place: Place) -> Place:
    """Give a place with an empty archive in `archive`."""
    assert morgue(place, "--archive", "archive", "init").code == 0
    return place


def test_every_file_of_a_folder_of_oddities_is_taken_or_refused(archive: Place) -> None:
    odd = archive.work / "odd"
    odd.mkdir()
    refused = {
        "empty.txt": b"",
        "binary.txt": os.urandom(5000) + b"\0",
        "cut-utf-16.txt": b"\xff\xfe\x00\xd8",
        "nul.txt": b"x\0y\n",
        "spaces.txt": b" \n\t\r\n \n",
    }
    taken = {
        "windows.txt": "Le d\xe9bat sur le port a dur\xe9 jusqu\x92\xe0 l\x92aube.".encode("latin-1"),
        "utf-16.txt": "A headline\n\nA text in é.".encode("utf-16"),
        "bom.txt": b"\xef\xbb\xbfA headline\r\n\r\nA text.",
        "escapes.txt": b"\x1b[31mRed\x1b[0m\x07\n\nA \x1b]0;owned\x07 and \xe2\x80\xae and \xc2\x9b31m.\n",
        "no-newline.txt": b"x",
    }
    for name, content in (refused | taken).items():
        (odd / name).write_bytes(content)
    (odd / "dangling.txt").symlink_to("nowhere")
    (odd / "loop").symlink_to(".")
    os.mkfifo(odd / "fifo")
    (odd / ".hidden").write_text("not to be added")
    (odd / "folder").mkdir()
    done = add(archive, "odd")
    assert done.code == 3
    assert done.statuses == ["added"] * len(taken)
    failed = {line.partition(":")[0].removeprefix("odd/") for line in done.stderr.splitlines()} - {"morgue"}
    assert failed == {*refused, "dangling.txt"}
    assert morgue(archive, "--archive", "archive", "verify").code == 0


def test_a_file_that_may_not_be_read_is_a_failure_of_its_own(archive: Place, modes_bind: bool) -> None:
    if not modes_bind:
        pytest.skip("the superuser may read everything")
    (archive.work / "clippings" / "ferry.txt").chmod(0)
    done = add(archive, "clippings")
    assert done.code == 3
    assert "clippings/ferry.txt: cannot be read" in done.stderr
    assert len(done.lines) == 4


def test_a_file_name_may_be_any_bytes(archive: Place) -> None:
    name = b"na\xffme\x1b[31m.txt"
    (archive.work / "clippings" / os.fsdecode(name)).write_text("A file with an odd name.")
    assert add(archive, b"clippings/" + name).statuses == ["added"]
    assert add(archive, b"clippings/no\xffwhere").code == 3
    shown = morgue(archive, "--archive", "archive", "show", "1")
    assert "na\\xffme\ufffd[31m.txt" in shown.stdout


@pytest.mark.parametrize("path", ["clippings/ferry.txt/x", "archive", "archive/events.db", "archive/events.db-wal"])
def test_what_is_no_input_is_refused(archive: Place, path: str) -> None:
    assert add(archive, path).code == 3


def test_a_pipe_with_a_name_is_read(archive: Place) -> None:
    # What the shell's <(...) hands over.
    fifo = archive.work / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_text, args=("A ship came in by the pipe.",))
    writer.start()
    assert add(archive, "fifo").statuses == ["added"]
    writer.join()


@pytest.mark.parametrize("format_name", ["auto", "text", "jsonl"])
def test_a_line_of_20_megabytes_is_taken_or_refused(archive: Place, format_name: str) -> None:
    line = base64.b64encode(bytes(LONG_LINE // 4 * 3))
    done = add(archive, "-", "--format", format_name, stdin=line)
    assert done.code == (3 if format_name == "jsonl" else 0)
    record = b'{"text": "' + line + b'"}\n{"text": "short"}\n'
    assert len(add(archive, "-", "--format", "jsonl", stdin=record).lines) == 2


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        '"text"',
        "null",
        "{",
        '{"text": 5}',
        '{"text": "a", "title": "\\ud800"}',
        '{"text": ""}',
        '{"text": "a", "url": []}',
        '{"text": "a", "authors": [[1]]}',
        '{"text": NaN}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"text": "a", "id": ' + "9" * 10_000 + "}",
        "\xff",
    ],
)
def test_a_record_that_is_none_is_told_with_its_line(archive: Place, line: str) -> None:
    stdin = b'{"text": "before"}\n' + line.encode("latin-1") + b'\n{"text": "behind"}\n'
    done = add(archive, "-", "--format", "jsonl", stdin=stdin)
    assert done.code == 3
    assert done.stderr.startswith("-:2: ")
    assert done.statuses == ["added", "added"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a place with an archive of one article that is out to drive a terminal."""
    made = sessions.Place(tmp_path_factory.mktemp("hostile"))
    assert morgue(made, "--archive", "archive", "init").code == 0
    done = morgue(made, "--archive", "archive", "add", "-", "--format", "jsonl", stdin=json.dumps(RECORD).encode())
    assert done.code == 0
    return made


@pytest.mark.parametrize(
    "command",
    [
        "search harbour",
        "search harbour --format json",
        "search harbour --format jsonl",
        "search harbour --format csv",
        "search harbour --format urls",
        "show 1",
        "show 1 --provenance",
        "show 1 --json",
        "show 1 --original",
        "log",
        "log --json",
        "add record.jsonl",
        "add record.jsonl --json",
        "verify",
    ],
)
def test_no_article_drives_the_terminal(hostile: Place, command: str) -> None:
    (hostile.work / "record.jsonl").write_text(json.dumps(RECORD))
    done = sessions.run(
        f"morgue --archive archive {command}", hostile, terminal=True, environment={"NO_COLOR": "1", "COLUMNS": "60"}
    )
    assert not set(done.output) & ACTIVE
    assert done.code == 0


def test_an_original_that_would_drive_the_terminal_is_only_sent_to_files(archive: Place) -> None:
    raw = b"\x1b[31mRed\x1b[0m\n"
    assert add(archive, "-", stdin=raw).code == 0
    show = "morgue --archive archive show 1 --original"
    refused = sessions.run(show, archive, terminal=True)
    assert refused.code == 2
    assert "\x1b" not in refused.output
    sessions.run(f"{show} >copy", archive)
    assert (archive.work / "copy").read_bytes() == raw


def test_what_scripts_read_is_what_the_article_states(hostile: Place) -> None:
    found = json.loads(morgue(hostile, "--archive", "archive", "search", "harbour", "--format", "jsonl").stdout)
    assert {name: found[name] for name in ("title", "publisher", "agency", "place", "language", "url")} == {
        name: RECORD[name] for name in ("title", "publisher", "agency", "place", "language", "url")
    }
    shown = json.loads(morgue(hostile, "--archive", "archive", "show", "1", "--json").stdout)
    assert shown["text"] == RECORD["text"]


def test_an_archive_that_may_not_be_written_is_still_searched(place: Place, modes_bind: bool) -> None:
    assert morgue(place, "--archive", "archive", "init").code == 0
    assert morgue(place, "--archive", "archive", "add", "clippings").code == 0
    archive = place.work / "archive"
    modes = {path: path.stat().st_mode for path in (archive, *archive.rglob("*"))}
    try:
        for path in sorted(modes, reverse=True):
            path.chmod(modes[path] & ~0o222)
        for words in (["search", "lamp"], ["show", "1"], ["log"], ["status"], ["verify"]):
            done = morgue(place, "--archive", "archive", *words)
            assert (done.code, complain(done)) == (0, ""), words
        if modes_bind:
            done = morgue(place, "--archive", "archive", "add", "-", stdin=b"A ship came in.")
            assert (done.code, complain(done)) == (7, "")
    finally:
        _restore(modes)


def _restore(modes: dict[Path, int]) -> None:
    for path, mode in sorted(modes.items()):
        path.chmod(mode)
