"""Proofs from the command line: keys that cannot be kept, files that are none, and a second machine."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.archive.proofs.authority import NAME, Authority
from tests.cli.process import morgue
from tests.sessions import Place

if TYPE_CHECKING:
    from pathlib import Path

KEYS = "data/morgue-keys"


def key_files(place: Place) -> list[Path]:
    folder = place.home / KEYS
    return sorted(folder.glob("*.key")) if folder.exists() else []


def proved(place: Place, *words: str) -> Path:
    """Make an archive with an article and a proof of it; return the proof's file."""
    for command in (["init"], ["add", "clippings/ferry.txt"], ["prove", "1", "-o", "proof.json", *words]):
        done = morgue(place, "--archive", "desk", *command)
        assert done.code == 0, done.stderr
    return place.work / "proof.json"


def test_init_makes_a_key_that_only_its_owner_can_read(place: Place) -> None:
    assert morgue(place, "--archive", "desk", "init").code == 0
    (file,) = key_files(place)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    printed = morgue(place, "--archive", "desk", "key")
    assert (printed.code, printed.stderr, len(printed.lines)) == (0, "", 1)
    # Behind four signs; in base64 there may be more of them.
    secret = file.read_text().split("+", 4)[4].strip()
    assert not any(secret.encode() in path.read_bytes() for path in (place.work / "desk").rglob("*") if path.is_file())
    # An archive that is there already keeps its key.
    assert morgue(place, "--archive", "desk", "init").code == 0
    assert key_files(place) == [file]


def test_the_default_archive_that_add_creates_has_a_key_too(place: Place) -> None:
    assert morgue(place, "add", "clippings/ferry.txt").code == 0
    assert morgue(place, "checkpoint").code == 0


def test_where_no_key_can_be_kept_init_says_so_and_goes_on(place: Place) -> None:
    blocked = place.home / "file"
    blocked.write_text("no folder")
    environment = {"MORGUE_KEYS": str(blocked / "keys")}
    done = morgue(place, "--archive", "desk", "init", environment=environment)
    assert done.code == 0
    assert "without a key" in done.stderr
    assert "morgue key --new" in done.stderr
    refused = morgue(place, "--archive", "desk", "checkpoint", environment=environment)
    assert (refused.code, refused.stdout) == (7, "")
    # Once there is a place for it, it gets one.
    made = morgue(place, "--archive", "desk", "key", "--new")
    assert made.code == 0
    assert "nothing" not in made.stdout
    assert "vouches" in made.stderr
    assert morgue(place, "--archive", "desk", "key").stdout == made.stdout
    assert morgue(place, "--archive", "desk", "checkpoint").code == 0
    assert morgue(place, "--archive", "desk", "verify").code == 0


def test_nothing_is_signed_that_cannot_be_remembered(place: Place) -> None:
    assert morgue(place, "--archive", "desk", "init").code == 0
    (file,) = key_files(place)
    # A folder in the way of what was signed last.
    (file.with_suffix(".checkpoint") / "x").mkdir(parents=True)
    done = morgue(place, "--archive", "desk", "checkpoint")
    assert (done.code, done.stdout) == (7, "")
    assert not list(file.parent.glob("*.checkpoint.*"))


def test_a_proof_checks_on_another_machine_with_the_file_and_the_key_alone(place: Place, tmp_path: Path) -> None:
    proof = proved(place)
    line = morgue(place, "--archive", "desk", "key").stdout.strip()
    other = Place(tmp_path / "other")
    (other.work / "proof.json").write_bytes(proof.read_bytes())
    done = morgue(other, "check-proof", "proof.json", "--key", line, "--json")
    assert done.code == 0, done.stderr
    members = json.loads(done.stdout)
    assert members["proved"] == "inclusion"
    assert members["title"] == "Ferry runs aground in fog"
    assert members["index"] == 1
    assert members["shown"] == ["article", "origin", "original"]
    assert members["attested"] is None
    assert list(other.home.iterdir()) == []
    program = morgue(other, "check-proof", "--program").stdout
    (other.work / "check.py").write_text(program)
    command = [sys.executable, "-I", "check.py", "proof.json", line]
    assert subprocess.run(command, cwd=other.work, check=False, capture_output=True).returncode == 0


def test_exit_codes_of_checks_are_those_of_the_contract(place: Place) -> None:
    proof = proved(place)
    line = morgue(place, "--archive", "desk", "key").stdout.strip()
    assert morgue(place, "check-proof", "proof.json").code == 2
    assert morgue(place, "check-proof", "--key", line).code == 2
    assert morgue(place, "check-proof", "nowhere.json", "--key", line).code == 7
    assert morgue(place, "--archive", "other", "init").code == 0
    another = morgue(place, "--archive", "other", "key").stdout.strip()
    assert morgue(place, "check-proof", "proof.json", "--key", another).code == 5
    encoded = proof.read_bytes()
    for changed in (encoded[:-1], encoded + b"\n", encoded.replace(b"=", b"", 1), encoded.replace(b"1", b"2", 1), b""):
        proof.write_bytes(changed)
        done = morgue(place, "check-proof", "proof.json", "--key", line)
        assert (done.code, done.stdout) == (5, ""), done.stderr
        assert "Traceback" not in done.stderr


def test_a_part_that_is_kept_back_is_not_in_the_file(place: Place) -> None:
    proof = proved(place, "--without", "origin")
    assert str(place.work).encode() not in proof.read_bytes()
    line = morgue(place, "--archive", "desk", "key").stdout.strip()
    done = morgue(place, "check-proof", "proof.json", "--key", line, "--part", "origin")
    assert (done.code, done.stdout) == (2, "")
    assert "it has: article, original" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("prove",),
        ("prove", "1", "--since", "x"),
        ("prove", "--since", "x", "--part", "article"),
        ("key", "--key", "x"),
        ("checkpoint", "--json"),
        ("checkpoint", "--check", "x", "-o", "y"),
        ("anchor", "--ca", "x"),
        ("anchor", "--checkpoint", "x"),
        ("anchor", "--export", "1"),
        ("check-proof", "x", "--key", "a+00000000+AA==", "--receipt", "r"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(place: Place, words: tuple[str, ...]) -> None:
    assert morgue(place, "--archive", "desk", "init").code == 0
    done = morgue(place, "--archive", "desk", *words)
    assert (done.code, done.stdout) == (2, "")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"hello\n", b"x" * (2 << 20), b"a\n1\nb\n\n\xe2\x80\x94 a b\n"])
def test_what_is_no_checkpoint_is_told(place: Place, content: bytes) -> None:
    assert morgue(place, "--archive", "desk", "init").code == 0
    (place.work / "file").write_bytes(content)
    for line in ("checkpoint --check file", "prove --since file", "prove 0 --checkpoint file"):
        done = morgue(place, "--archive", "desk", *line.split())
        assert (done.code, done.stdout) == (5, "")
        assert "Traceback" not in done.stderr


def test_escape_sequences_in_a_proof_do_not_reach_the_terminal(place: Place) -> None:
    record = json.dumps({"title": "A \x1b[2Jship", "text": "It came in.", "url": "https://courier.example/\x1b[31m"})
    assert morgue(place, "--archive", "desk", "init").code == 0
    added = morgue(place, "--archive", "desk", "add", "-", "--format", "jsonl", stdin=record.encode())
    assert added.code == 0, added.stderr
    assert morgue(place, "--archive", "desk", "prove", "1", "-o", "proof.json").code == 0
    line = morgue(place, "--archive", "desk", "key").stdout.strip()
    assert "\x1b" not in morgue(place, "check-proof", "proof.json", "--key", line).stdout
    assert "\x1b" not in morgue(place, "check-proof", "proof.json", "--key", line, "--json").stdout
    (place.work / "check.py").write_text(morgue(place, "check-proof", "--program").stdout)
    command = [sys.executable, "-I", "check.py", "proof.json", line]
    assert b"\x1b" not in subprocess.run(command, cwd=place.work, check=True, capture_output=True).stdout


def test_the_time_is_attested_by_somebody_else(place: Place, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    root = str(authority.certificate)
    proved(place)
    line = morgue(place, "--archive", "desk", "key").stdout.strip()

    def run(*words: str) -> str:
        done = morgue(place, "--archive", "desk", *words)
        assert done.code == 0, done.stderr
        return done.stdout

    assert run("anchor", "--request", "a.tsq") == ""
    (place.work / "a.tsr").write_bytes(authority.answer((place.work / "a.tsq").read_bytes()))
    taken = run("anchor", "--receipt", "a.tsr", "--ca", root)
    assert run("anchor") == taken
    position, time, size, name, checked = taken.rstrip("\n").split("\t")
    assert (size, name, checked) == ("3", f"CN={NAME}", "checked")
    assert json.loads(run("anchor", "--json"))["time"].startswith(time[:-1])
    run("anchor", "--export", position, "-o", "b.tsr")
    assert (place.work / "b.tsr").read_bytes() == (place.work / "a.tsr").read_bytes()
    run("prove", "1", "--checkpoint", "b.tsr.checkpoint", "-o", "stamped.json")
    words = ("--key", line, "--receipt", "b.tsr", "--ca", root, "--json")
    members = json.loads(run("check-proof", "stamped.json", *words))
    assert members["attested"]["authority"] == f"CN={NAME}"
    assert len(members["not_proved"]) == 2
    # The receipt is for that checkpoint and no later one; and for nobody who trusts another authority.
    run("prove", "1", "-o", "later.json")
    assert morgue(place, "check-proof", "later.json", *words).code == 5
    another = str(Authority(tmp_path / "another").certificate)
    assert morgue(place, "check-proof", "stamped.json", "--key", line, "--receipt", "b.tsr", "--ca", another).code == 5
    assert morgue(place, "--archive", "desk", "anchor", "--export", "1", "-o", "c.tsr").code == 4
    assert morgue(place, "--archive", "desk", "anchor", "--receipt", "a.tsr", "--ca", "a.tsq").code == 2
    assert "archive.anchored" in run("log")
    assert run("verify").startswith("ok: ")


def test_a_folder_for_keys_can_be_named(place: Place) -> None:
    environment = {"MORGUE_KEYS": str(place.work / "stick")}
    assert morgue(place, "--archive", "desk", "init", environment=environment).code == 0
    assert key_files(place) == []
    (file,) = (place.work / "stick").iterdir()
    assert morgue(place, "--archive", "desk", "checkpoint").code == 7
    assert morgue(place, "--archive", "desk", "checkpoint", "--key", str(file)).code == 0
    os.chmod(file, 0o644)  # noqa: PTH101 - as a user would
    refused = morgue(place, "--archive", "desk", "checkpoint", "--key", str(file))
    assert (refused.code, "chmod 600" in refused.stderr) == (7, True)
