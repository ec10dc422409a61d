"""Verifying: all of an archive, next to `sha256sum` of the same file, in the same run.

Two archives: of short texts, of which more has to be compared than their bytes, and of pages as they lie on the web,
articles of some thousand characters in sixty thousand bytes of markup. Figures are processor time, so one core's.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import subprocess
import sys
from html import escape
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import zstandard

from archive.archive import Archive
from archive.intake import gather
from tests.benchmarks.corpus import described, generated, records
from tests.benchmarks.generator import lines
from tests.benchmarks.results import conditions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.results import Verified, Verifying

TEXTS, PAGES = "texts", "pages"
ROUNDS = 3
"""How often each is verified and hashed, in turn; the quickest counts."""

MARKUP = 55_000
"""Bytes of a page around its article: scripts, styles and menus."""

_MORGUE = (sys.executable, "-c", "from cli.main import main; main()")
_SHA256 = ("sha256sum",) if shutil.which("sha256sum") else ("shasum", "-a", "256")


def measure_verifying(articles: int, pages: int = 2_000, rounds: int = ROUNDS) -> Verifying:
    """Return how long verifying an archive of so many texts, and one of so many pages takes.

    Raises RuntimeError where one does not verify, or where something was not added.
    """
    found: list[Verified] = []
    with TemporaryDirectory(prefix="morgue-bench-") as folder:
        texts = Path(folder) / "articles.jsonl"
        with texts.open("w", encoding="utf-8") as opened:
            opened.writelines(lines(islice(records(), articles)))
        found.append(_measured(TEXTS, texts, articles, Path(folder) / "a", rounds))
        shown = Path(folder) / "pages"
        shown.mkdir()
        for number, page in enumerate(islice(made_pages(), pages)):
            (shown / f"{number:06}.html").write_text(page, "utf-8")
        found.append(_measured(PAGES, shown, pages, Path(folder) / "b", rounds))
    return {"conditions": conditions(described()), "rounds": rounds, "archives": found}


def made_pages(seed: int = 7) -> Iterator[str]:
    """Yield pages without end: generated articles in markup of about the size and the make of a newspaper's."""
    chance = random.Random(seed)
    for number, record in enumerate(generated(seed)):
        body = "".join(f"<p>{escape(line)}</p>\n" for line in str(record["body"]).splitlines() if line.strip())
        title = f"Ferry {number} and what became of it"
        state = json.dumps({"id": number, "tags": [f"{chance.getrandbits(40):x}" for _ in range(40)]})
        script = "".join(
            f'window.track("{name}", {{"slot": {chance.randrange(1000)}, "at": "{chance.getrandbits(32):08x}"}});\n'
            for name in ("view", "scroll", "share", "login", "paywall")
            for _ in range(MARKUP // 5 // 52)
        )
        yield (
            f"<!DOCTYPE html>\n<html lang=en><head><title>{title}</title><meta property=og:title content='{title}'>"
            f"<script>{state}</script><script>{script}</script></head>\n"
            f"<body><nav><a href=/news>News</a><a href=/sport>Sport</a></nav>"
            f"<article><h1>{title}</h1>\n{body}</article></body></html>\n"
        )


def _measured(name: str, path: Path, articles: int, folder: Path, rounds: int) -> Verified:
    with Archive.create(folder) as archive:
        results = list(archive.add_many(gather([str(path)], jobs=2)))
        if sum(getattr(result, "status", None) == "added" for result in results) != articles:
            raise RuntimeError(f"not all of {articles} {name} were added: the figures would be wrong")
        payload = _uncompressed(archive)
    file = folder / "events.db"
    best: dict[str, float] = {}
    for _ in range(rounds):
        for what, command in (
            ("verify", (*_MORGUE, "--archive", str(folder), "verify")),
            ("sha256sum", (*_SHA256, str(file))),
        ):
            best[what] = min(_cpu(command), best.get(what, 1e9))
    return {
        "name": name,
        "articles": articles,
        "payload": payload,
        "file": file.stat().st_size,
        "verify": best["verify"],
        "sha256sum": best["sha256sum"],
    }


def _uncompressed(archive: Archive) -> int:
    """Return the bytes of all payloads before they were compressed."""
    rows = archive.store.rows("SELECT codec, data FROM payload")
    return sum(zstandard.frame_content_size(data) if codec else len(data) for codec, data in rows)


def _cpu(command: tuple[str, ...]) -> float:
    """Run a command; return the processor time that it took, in seconds. Raises RuntimeError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout.decode()}{done.stderr.decode()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
