"""Whole processes, from the start of the interpreter to its end, and where the time of one search goes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.figures import quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.archive import Archive
    from tests.benchmarks.results import Timing

PEER = "a Python script that queries FTS5"
OURS = "`morgue search` for two words"
RIPGREP = "`rg -l -i -w` for one word"
ROUNDS = 21
"""How often each process runs; half as often to see its phases."""
_FILES_A_FOLDER = 1_000
_PREFERRED = ("oil", "prices")
_PAIR = re.compile(r"\b([a-z]{4,})(?= ([a-z]{4,})\b)")

_FTS5_SCRIPT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
query = " ".join('"%s"' % word for word in sys.argv[2:])
sql = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10"
for (number,) in connection.execute(sql, (query,)):
    print(number)
"""

_PHASES_SCRIPT = """
import time
begun = time.perf_counter()
phases = []
def phase(name):
    phases.append(f"{name}\\t{time.perf_counter() - begun}")
import sys
from pathlib import Path
import typer
phase("importing typer")
import cli.app, cli.commands.search, cli.hits
phase("importing our command line")
from archive.archive import Archive
phase("importing our archive")
import index.index, index.reading, index.search
phase("importing our index")
archive = Archive.open(Path(sys.argv[1]))
generation = index.index.Index(archive).fresh()
view = index.reading.View(generation, archive.size() - 1)
phase("opening archive and index")
results = index.search.search(archive, view, index.search.Request(query=sys.argv[2], count=False))
phase("searching")
for hit in results:
    hit.as_dict()
phase("reading ten hits and their passages")
print("\\n".join(phases))
"""


def measure_processes(archive: Path, fts5: Path, texts: Path, words: list[str], rounds: int = ROUNDS) -> list[Timing]:
    """Return the median of whole processes, in turn, so that the machine's drift hits all alike.

    `fts5` is the file of that index, `texts` a folder with a file for each article (`write_texts`), `words` are two
    that stand side by side in some. A program that is not installed has no time. Raises RuntimeError where one finds
    nothing.
    """
    python, morgue = sys.executable, str(Path(sys.executable).with_name("morgue"))
    search = [morgue, "--archive", str(archive), "search"]
    script = [python, "-c", _FTS5_SCRIPT, str(fts5)]
    ripgrep = ["rg", "-l", "-i", "-w"]
    phrase = " ".join(words)
    commands = {
        "`python -c pass`": [python, "-c", "pass"],
        PEER: [*script, *words],
        "`morgue --version`": [morgue, "--version"],
        OURS: [*search, *words],
        "`morgue search` for one word": [*search, words[0]],
        "`morgue search` for a phrase": [*search, f'"{phrase}"'],
        RIPGREP: [*ripgrep, words[0], str(texts)],
        "`rg -l -i -w` for a phrase": [*ripgrep, phrase, str(texts)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if shutil.which(command[0]) is None:
                continue
            begun = time.perf_counter()
            ended = subprocess.run(command, capture_output=True, check=False)
            times[name].append(time.perf_counter() - begun)
            if ended.returncode:
                raise RuntimeError(f"{name} ended with {ended.returncode}: {ended.stderr.decode(errors='replace')}")
    return [{"name": name, "seconds": quantile(some, 0.5) if some else None} for name, some in times.items()]


def measure_search(archive: Path, words: list[str], rounds: int = ROUNDS) -> float:
    """Return the median seconds of a whole `morgue search`. Raises CalledProcessError where it finds nothing."""
    command = [str(Path(sys.executable).with_name("morgue")), "--archive", str(archive), "search", *words]
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - begun)
    return quantile(times, 0.5)


def measure_phases(archive: Path, words: list[str], rounds: int = ROUNDS // 2) -> list[Timing]:
    """Return where the time of one search goes, phase by phase, in processes of their own: medians."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        command = [sys.executable, "-c", _PHASES_SCRIPT, str(archive), " ".join(words)]
        before = 0.0
        for line in subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines():
            name, _, at = line.partition("\t")
            found.setdefault(name, []).append(float(at) - before)
            before = float(at)
    return [{"name": name, "seconds": quantile(times, 0.5)} for name, times in found.items()]


def pair_in(texts: Iterable[str]) -> list[str]:
    """Return two words that stand side by side in texts: oil and prices, else those that do so most often."""
    pairs: Counter[str] = Counter()
    for text in texts:
        if " ".join(_PREFERRED) in text:
            return list(_PREFERRED)
        pairs.update({f"{pair[1]} {pair[2]}" for pair in _PAIR.finditer(text)})
    return max(sorted(pairs), key=pairs.__getitem__).split()


def write_texts(archive: Archive, folder: Path) -> Path:
    """Write each article's title and text as a file of a new folder, a thousand a folder, and return it."""
    texts = folder / "texts"
    for number, article in enumerate(archive.articles()):
        into = texts / str(number // _FILES_A_FOLDER)
        into.mkdir(parents=True, exist_ok=True)
        title = article.values.get("title", "")
        (into / f"{article.position}.txt").write_text(f"{title}\n\n{article.text}\n", "utf-8")
    return texts
