"""Whatever an article holds, no byte that a command writes can drive a terminal."""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cli.main import run

if TYPE_CHECKING:
    import pytest

STYLE = re.compile(r"\x1b\[[0-9;]*m")
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

ATTACKS = (
    "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;https://x.example\x1b\\", "\x9b31m", "\x90payload\x9c", "\r\x1b[K",
    "\x08\x08", "\u202egpj.exe", "\u2066x\u2069", "\x00", "\x7f", "\x85", "\u2028", "=1+1", "\t-2", "＝1", "\udcff",
)  # fmt: skip
EVERY = "lamp".join(ATTACKS[:-1])
hostile = st.lists(st.sampled_from(ATTACKS) | st.characters() | st.sampled_from(["lamp", " ", "\n"]), max_size=12).map(
    "".join
)
texts = hostile.map(lambda text: f"A lamp {text} at the harbour")


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and keeps what is written."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def said(monkeypatch: pytest.MonkeyPatch, *words: str, terminal: bool = True) -> str:
    """Return all that a command writes, to either stream."""
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    run(words)
    return stream.getvalue()


def harmless(written: str) -> bool:
    bare = set(STYLE.sub("", written)) - {"\n", "\t"}
    return not any(character in TURNING or unicodedata.category(character) == "Cc" for character in bare)


COMMANDS = (
    "search lamp", "search lamp --format csv", "search lamp --format json", "search lamp --format jsonl",
    "search lamp --format urls", "show 1", "show 1 --json", "show 1 --provenance", "show 1 --original", "explain 1",
    "explain 1 title", "explain 1 --json", "log", "log --json", "log --runs", "amend --all --dry-run", "status",
    "verify", "index", "doctor",
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(title=EVERY, text=EVERY, author=EVERY, tag=EVERY)
@given(title=hostile, text=texts, author=hostile, tag=hostile)
def test_no_command_writes_what_drives_a_terminal(
    monkeypatch: pytest.MonkeyPatch, title: str, text: str, author: str, tag: str
) -> None:
    url = f"https://x.example/{tag}"
    record = {"title": title, "text": text, "author": author, "tags": [tag], "url": url, "id": "1"}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.jsonl"
        file.write_text(json.dumps(record) + "\n")
        named = ["--archive", f"{folder}/archive"]
        written = [said(monkeypatch, *named, "init"), said(monkeypatch, *named, "add", str(file))]
        assert "added" in written[1] or "\udcff" in title + text + author + tag
        for command in COMMANDS:
            written += [said(monkeypatch, *named, *command.split(), terminal=terminal) for terminal in (True, False)]
            if command == "show 1 --original":
                # The bytes themselves: to a file or a pipe they go as they are.
                written.pop()
        for words in (["search", text], ["show", title], ["explain", "1", title], ["add", f"{folder}/{title}"]):
            written.append(said(monkeypatch, *named, *words))
        for output in written:
            assert harmless(output), repr(output)


def test_a_command_that_writes_it_is_found() -> None:
    assert not harmless("\x1b[2J")
    assert not harmless("a\u202eb")
    assert not harmless("a\x9bb")
    assert harmless("\x1b[1mbold\x1b[0m\n")
