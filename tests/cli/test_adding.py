"""`morgue add` of much: several processes, dry runs, progress for scripts, compressed files, runs that were killed."""

from __future__ import annotations

import gzip
import json
import signal
import time
from typing import TYPE_CHECKING

import pytest
import zstandard

from tests import sessions
from tests.archive.importers.warcs import arc_head, http, members, record, text_record
from tests.cli.process import complain, morgue, started

if TYPE_CHECKING:
    from tests.cli.process import Finished
    from tests.sessions import Place


def lines(count: int, *, text: str = "Ship {} came in.", start: int = 0) -> bytes:
    records = ({"id": str(number), "text": text.format(number)} for number in range(start, start + count))
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


@pytest.fixture
def archive(place: Place) -> Place:
    assert morgue(place, "--archive", "archive", "init").code == 0
    return place


def add(place: Place, *words: str) -> Finished:
    done = morgue(place, "--archive", "archive", "add", "--no-index", *words)
    assert not complain(done)
    return done


def events(place: Place) -> int:
    found: int = json.loads(morgue(place, "--archive", "archive", "status", "--json").stdout)["events"]
    return found


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_the_lines_come_in_the_order_of_the_input_however_many_processes_read(archive: Place, jobs: str) -> None:
    data = lines(300)
    (archive.work / "ships.jsonl").write_bytes(data[:5000] + b'{"text": 5}\n{"text": \n' + data[5000:].lstrip())
    done = add(archive, "ships.jsonl", "--jobs", jobs)
    alone = morgue(archive, "--archive", "other", "init")
    assert alone.code == 0
    expected = morgue(archive, "--archive", "other", "add", "--no-index", "ships.jsonl")
    assert (done.code, done.stdout, done.stderr) == (expected.code, expected.stdout, expected.stderr)
    assert morgue(archive, "--archive", "archive", "verify").code == 0


def test_a_dry_run_tells_and_writes_nothing(archive: Place) -> None:
    (archive.work / "ships.jsonl").write_bytes(lines(3))
    assert add(archive, "ships.jsonl").code == 0
    (archive.work / "ships.jsonl").write_bytes(
        lines(2) + lines(2, start=2, text="Ship {} left.") + lines(1, start=9) * 2
    )
    done = add(archive, "ships.jsonl", "--dry-run")
    assert [line.split("\t")[:2] for line in done.lines] == [
        ["1", "unchanged"],
        ["2", "unchanged"],
        ["-", "revised"],
        ["-", "added"],
        ["-", "added"],
        ["-", "unchanged"],
    ]
    as_json = [json.loads(line) for line in add(archive, "ships.jsonl", "--dry-run", "--json").lines]
    assert [line["position"] for line in as_json] == [1, 2, None, None, None, None]
    assert events(archive) == 5


def test_a_dry_run_makes_no_archive(place: Place) -> None:
    done = morgue(place, "add", "clippings", "--dry-run")
    assert (done.code, done.statuses) == (0, ["added", "added", "added", "revised", "added"])
    assert morgue(place, "status").code == 4
    missing = morgue(place, "--archive", "missing", "add", "clippings", "--dry-run")
    assert missing.code == 4


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
@pytest.mark.parametrize("jobs", [[], ["--jobs", "2"]])
def test_compressed_files_are_read_through(archive: Place, pack: object, jobs: list[str]) -> None:
    assert callable(pack)
    (archive.work / "ships.jsonl.packed").write_bytes(pack(lines(20)))
    (archive.work / "note.packed").write_bytes(pack(b"A note.\n\nThe ferry is back.\n"))
    done = add(archive, "ships.jsonl.packed", "note.packed", *jobs)
    assert (done.code, done.statuses) == (0, ["added"] * 21)
    shown = morgue(archive, "--archive", "archive", "show", "21", "--original")
    assert shown.stdout == "A note.\n\nThe ferry is back.\n"


def test_half_a_compressed_text_is_no_article_and_half_a_file_of_records_is_half_the_records(archive: Place) -> None:
    whole = b"".join(b"Line %d of the log of the Grey Tern.\n" % number for number in range(9000))
    (archive.work / "note.gz").write_bytes(gzip.compress(whole)[:-20])
    done = add(archive, "note.gz")
    assert (done.code, done.stdout) == (3, "")
    assert "note.gz: the gzip data is cut off" in done.stderr
    (archive.work / "ships.gz").write_bytes(gzip.compress(lines(9000))[:-2000])
    done = add(archive, "ships.gz")
    assert done.code == 3
    assert 1000 < len(done.lines) < 9000
    assert "ships.gz: the gzip data is cut off" in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04" + bytes(100), "looks like ZIP, which is not read; unpack it, and add the folder"),
        (
            gzip.compress(b"x" * 257 + b"ustar\x0000" + bytes(200)),
            "looks like a tar archive, which is not read; unpack it, and add the folder",
        ),
        (gzip.compress(gzip.compress(gzip.compress(b"x"))), "was compressed more than 2 times; decompress it first"),
        (gzip.compress(bytes(300 << 20), 9), "grows to more than 250 times its size"),
    ],
)
def test_what_holds_other_files_or_a_bomb_is_refused_with_what_to_do(
    archive: Place, content: bytes, message: str
) -> None:
    (archive.work / "packed").write_bytes(content)
    done = add(archive, "packed")
    assert (done.code, done.stdout) == (3, "")
    assert f"packed: {message}" in done.stderr


def test_the_articles_of_a_warc_are_added_and_the_rest_is_told_by_its_kind(archive: Place) -> None:
    others = [record(9, http(b"x", media_type="image/png"))] * 3 + [record(8, b"GET", kind="request")]
    (archive.work / "crawl.warc.gz").write_bytes(members(text_record(1), *others, text_record(2)))
    done = add(archive, "crawl.warc.gz")
    assert (done.code, done.statuses) == (0, ["added", "added"])
    assert done.stderr == "morgue: skipped 4 records: 3 image/png, 1 request\n"
    shown = json.loads(morgue(archive, "--archive", "archive", "show", "1", "--json").stdout)
    assert '"https://courier.example/1"' in json.dumps(shown)
    assert '"2021-04-13T09:30:00Z"' in json.dumps(shown)
    run = json.loads(morgue(archive, "--archive", "archive", "log", "--json").lines[-1])
    assert run["type"].startswith("morgue.run.recorded")
    again = add(archive, "crawl.warc.gz")
    assert (again.code, again.statuses) == (0, ["unchanged"] * 2)


def test_a_damaged_warc_is_added_but_for_what_is_damaged(archive: Place) -> None:
    broken = bytearray(gzip.compress(text_record(2)))
    broken[60:80] = bytes(20)
    (archive.work / "crawl.warc.gz").write_bytes(members(text_record(1)) + bytes(broken) + members(text_record(3)))
    done = add(archive, "crawl.warc.gz")
    assert (done.code, done.statuses) == (3, ["added", "added"])
    assert "gzip data is damaged" in done.stderr
    assert done.stderr.startswith("crawl.warc.gz: ")
    (archive.work / "empty.arc").write_bytes(arc_head())
    assert (add(archive, "empty.arc").code, add(archive, "empty.arc").stdout) == (0, "")


def test_progress_is_json_for_scripts(archive: Place) -> None:
    (archive.work / "ships.jsonl").write_bytes(lines(200) + b"{}\n")
    done = add(archive, "ships.jsonl", "--progress", "json")
    assert done.code == 3
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    last = told[-1]
    size = (archive.work / "ships.jsonl").stat().st_size
    assert last["finished"] is True
    assert (last["done"], last["bytes"], last["total"], last["eta"]) == (201, size, size, 0)
    assert last["counts"] == {"added": 200, "failed": 1}
    assert last["rate"] > 0
    assert add(archive, "ships.jsonl", "--progress", "none").code == 3
    refused = morgue(archive, "--archive", "archive", "add", "ships.jsonl", "--progress", "loud")
    assert (refused.code, "auto, json, none" in refused.stderr) == (2, True)


def test_progress_of_a_pipe_has_no_total(archive: Place) -> None:
    words = ["--archive", "archive", "add", "--no-index", "-", "--format", "jsonl", "--progress", "json"]
    done = morgue(archive, *words, stdin=lines(5))
    last = json.loads(done.stderr.splitlines()[-1])
    assert (last["done"], last["total"], last["eta"]) == (5, None, None)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_was_killed_goes_on_when_it_is_run_again(archive: Place, jobs: str) -> None:
    count = 6000
    (archive.work / "ships.jsonl").write_bytes(lines(count, text="Ship {} came in. " + "tide " * 200))
    words = ["--archive", "archive", "add", "--no-index", "ships.jsonl", "--jobs", jobs]
    with started(archive, *words) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    held = events(archive)
    assert 1 < held < count
    assert morgue(archive, "--archive", "archive", "verify").code == 0
    done = add(archive, "ships.jsonl", "--jobs", jobs)
    assert (done.code, len(done.lines)) == (0, count)
    assert done.statuses.count("unchanged") == held - 1
    # Each once, the first one's creation, and the record of the run that came to its end.
    assert events(archive) == count + 2
    assert len({line.split("\t")[0] for line in done.lines}) == count
    assert morgue(archive, "--archive", "archive", "verify").code == 0


def test_a_bar_is_on_the_terminal_and_gone_at_the_end(archive: Place) -> None:
    (archive.work / "ships.jsonl").write_bytes(lines(3000, text="Ship {} came in. " + "tide " * 100))
    shown = sessions.run("morgue --archive archive add --no-index ships.jsonl >out", archive, terminal=True)
    assert shown.code == 0
    assert shown.output.strip().endswith("3000 added")
    quiet = sessions.run(
        "morgue --archive archive add --no-index --progress none ships.jsonl >out", archive, terminal=True
    )
    assert "adding" not in quiet.output


def test_ctrl_c_ends_a_run_with_workers_at_once(archive: Place) -> None:
    (archive.work / "ships.jsonl").write_bytes(lines(20_000, text="Ship {} came in. " + "tide " * 300))
    words = ["--archive", "archive", "add", "--no-index", "ships.jsonl", "--jobs", "2"]
    with started(archive, *words) as process:
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait() == 130
    assert time.monotonic() - begun < 30
    assert morgue(archive, "--archive", "archive", "verify").code == 0
