"""The main job on real articles: the five of the acceptance, and some thousands."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import sessions
from tests.cli.process import morgue
from tests.cli.test_formats import KEYS

if TYPE_CHECKING:
    from tests.sessions import Place

SENATE = Path(__file__).parents[3] / "shared" / "data" / "bench_senate.tar.xz"
RECORDS = 3000
DIGESTS = (
    "467d57f2c5d9b6a7a3cc632d76079ab4e83d7c9f9693f5c67b53e0bc7cb24aa1",
    "f0cbaebd30bb813932438c464daed6b85a2fb0283d0f70da4a85b267f808123e",
    "290798436d22d2bc66cfe03c6379271cc65b77599d69ff7b8ab4adf76a48ef00",
    "0e992f762126b7003cc8646f4668e856cd2c8668f98f070316544d05ece0cc39",
    "97418515517f189469afa95e21d94269986602a5cc202cd662f9ce71fb16b44c",
)


@pytest.fixture(scope="module")
def added(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a place with the five articles in `A`."""
    made = sessions.Place(tmp_path_factory.mktemp("seeds"))
    assert morgue(made, "--archive", "A", "init").code == 0
    done = morgue(made, "--archive", "A", "add", str(seeds))
    assert (done.code, done.stderr) == (0, "")
    columns = [line.split("\t") for line in done.lines]
    assert [(int(position), status, digest) for position, status, digest, _ in columns] == [
        (position, "added", digest) for position, digest in enumerate(DIGESTS, 1)
    ]
    return made


def test_adding_them_again_leaves_them_unchanged(added: Place, seeds: Path) -> None:
    done = morgue(added, "--archive", "A", "add", str(seeds))
    assert (done.code, done.stderr) == (0, "")
    assert [line.split("\t")[:3] for line in done.lines] == [
        [str(position), "unchanged", digest] for position, digest in enumerate(DIGESTS, 1)
    ]
    log = [json.loads(line) for line in morgue(added, "--archive", "A", "log", "--json").lines]
    kinds = [event["type"].removeprefix("morgue.").removesuffix(".v1") for event in log]
    assert kinds == ["archive.created", *["article.added"] * 5, "run.recorded"]


def test_two_of_them_tell_of_the_sabotage_in_natanz(added: Place, seeds: Path) -> None:
    done = morgue(added, "--archive", "A", "search", "Natanz sabotage", "--format", "jsonl")
    assert (done.code, done.stderr) == (0, "")
    hits = [json.loads(line) for line in done.lines]
    names = sorted(path.name for path in seeds.iterdir())
    assert [Path(hit["origin"]).name for hit in hits] == [names[2], names[0]]
    assert [hit["position"] for hit in hits] == [3, 1]
    assert hits[0]["agency"] == "IRNA"
    assert hits[1]["authors"] == ["YCPress"]
    for hit in hits:
        assert hit.keys() >= KEYS
        snippet = hit["snippet"].casefold()
        assert abs(snippet.index("natanz") - snippet.index("sabotage")) < 240


def test_the_words_need_not_be_one_argument(added: Place) -> None:
    def found(*words: str) -> list[str]:
        return morgue(added, "--archive", "A", "search", *words, "--format", "ids").lines

    assert found("Natanz", "sabotage") == found("Natanz sabotage") == found("NATANZ", "Sabotages")


def test_what_is_not_there_is_not_found(added: Place) -> None:
    done = morgue(added, "--archive", "A", "search", "zzzz")
    assert (done.code, done.stdout) == (1, "")


def test_a_bad_query_is_underlined(added: Place) -> None:
    done = morgue(added, "--archive", "A", "search", "natanz (")
    assert (done.code, done.stdout) == (2, "")
    assert "\nnatanz (\n       ^\n" in done.stderr


def test_a_negated_word_is_no_option(added: Place) -> None:
    # Every article that tells of Natanz tells of the sabotage.
    done = morgue(added, "--archive", "A", "search", "natanz", "-sabotage")
    assert (done.code, done.stdout, done.stderr) == (1, "", "morgue: no hits\n")
    others = morgue(added, "--archive", "A", "search", "iran", "-sabotage", "--format", "ids")
    assert (others.code, len(others.lines)) == (0, 2)


def test_the_archive_verifies(added: Place) -> None:
    done = morgue(added, "--archive", "A", "verify")
    assert done.code == 0
    assert done.stdout.startswith("ok: 7 events, root ")


@pytest.fixture(scope="module")
def senate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the first thousands of a corpus of news releases."""
    if not SENATE.exists():
        pytest.skip(f"needs the corpus {SENATE}")
    file = tmp_path_factory.mktemp("senate") / "senate.jsonl"
    with tarfile.open(SENATE) as packed, file.open("wb") as out:
        for member in packed:
            stream = packed.extractfile(member) if member.name.endswith(".jsonl") else None
            if stream is not None:
                out.writelines(line for _, line in zip(range(RECORDS), stream, strict=False))
                break
    return file


@pytest.mark.slow
def test_thousands_are_added_by_one_command_and_found_again(senate: Path, place: Place) -> None:
    records = [json.loads(line) for line in senate.read_text("utf-8").splitlines()]
    assert len(records) == RECORDS
    assert morgue(place, "--archive", "A", "init").code == 0
    done = morgue(place, "--archive", "A", "add", str(senate), timeout=300)
    assert done.stderr == "", done.stderr[-2000:]
    assert done.code == 0
    assert len(done.lines) == RECORDS
    assert set(done.statuses) <= {"added", "revised", "unchanged"}
    for number in range(0, RECORDS, 300):
        words = records[number]["body"].split()[20:32]
        phrase = " ".join(words).translate(dict.fromkeys(map(ord, '\\"“”„'), " "))
        found = morgue(place, "--archive", "A", "search", f'"{phrase}"', "--limit", "0", "--format", "jsonl")
        assert found.code == 0, phrase
        assert f"{senate}:{number + 1}" in [json.loads(line)["origin"] for line in found.lines], phrase
    again = morgue(place, "--archive", "A", "add", str(senate), timeout=300)
    assert set(again.statuses) == {"unchanged"}
    assert morgue(place, "--archive", "A", "verify", timeout=300).code == 0
