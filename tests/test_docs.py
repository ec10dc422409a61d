"""The documentation does what it says: its sessions are run, and what they print is compared.

A ```console block is a session: each line that begins with `$ ` is a command (`> ` continues it), what follows is its
output, standard error included. A ```python block is a program, and a ```text block right behind it what it prints.
Blocks of one page run in order, in a folder of their own that holds the sample articles as `clippings/`. Blocks of any
other language are not run.

In expected output `…` stands for anything within a line, and on a line of its own for any number of lines.

A command that fails must be followed by `$ echo $?`: no page shows a failure without its exit code.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from archive import lookup, parts, schema
from archive.urls import canonical_url
from tests.sessions import agrees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "cli" / "samples"
PAGES = (
    "README.md",
    *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md") if "\n```console\n" in page.read_text()),
)
"""Every page that shows a session."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ASK_CODE = "echo $?"
# Runs a command as the next line of one shell: it sees the exit code and the exported variables of the one before.
_STEP = '(exit "$2"); eval "$1"; code=$?; env -0 >"$3"; exit $code'


class Block(NamedTuple):
    """A fenced block of a page; `line` is that of its fence, from 1."""

    language: str
    content: str
    line: int


class Command(NamedTuple):
    """A command of a session and what it should print."""

    text: str
    expected: str


def blocks(page: str) -> list[Block]:
    return [Block(match[1], match[2], page.count("\n", 0, match.start()) + 1) for match in _FENCE.finditer(page)]


def commands(session: str) -> Iterator[Command]:
    for piece in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        lines = piece.splitlines()
        continued = 1
        while continued < len(lines) and lines[continued].startswith("> "):
            continued += 1
        text = "\n".join([lines[0], *(line[2:] for line in lines[1:continued])])
        yield Command(text, "\n".join(lines[continued:]))


class Folder:
    """Runs the blocks of a page in a folder, in an environment that knows nothing of the user's own archive."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._home = path.with_name(path.name + "-home")
        self._home.mkdir()
        self._code = 0
        shutil.copytree(SAMPLES, path / "clippings")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MORGUE_", "XDG_"))}
        self._environment = kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self._home),
            "XDG_DATA_HOME": str(self._home / "data"),
            "XDG_CACHE_HOME": str(self._home / "cache"),
            "COLUMNS": "80",
            "PYTHONUTF8": "1",
        }

    def run(self, page: str, name: str) -> None:
        found = blocks(page)
        for block, following in zip(found, [*found[1:], None], strict=True):
            where = f"{name}:{block.line}"
            if block.language == "console":
                self._session(block.content, where)
            elif block.language == "python":
                shown = following.content if following is not None and following.language == "text" else ""
                self._program(block.content, shown, where)

    def _session(self, session: str, where: str) -> None:
        for command in commands(session):
            if self._code and command.text != _ASK_CODE:
                pytest.fail(f"{where}: a command failed with {self._code}, and the page does not say so", pytrace=False)
            _compare(where, f"$ {command.text}", command.expected, self._shell(command.text))
        if self._code:
            pytest.fail(
                f"{where}: the last command failed with {self._code}, and the page does not say so", pytrace=False
            )

    def _shell(self, command: str) -> str:
        exported = self._home / "environment"
        arguments = ["bash", "-c", _STEP, "bash", command, str(self._code), str(exported)]
        self._code, output = self._execute(arguments)
        pairs = (pair.partition("=") for pair in exported.read_text("utf-8").split("\0") if pair)
        self._environment = {key: value for key, _, value in pairs}
        return output

    def _program(self, program: str, expected: str, where: str) -> None:
        code, output = self._execute([sys.executable, "-c", program])
        _compare(where, program.rstrip(), expected, output)
        assert code == 0, f"{where}: the program ended with {code}"

    def _execute(self, arguments: list[str]) -> tuple[int, str]:
        done = subprocess.run(
            arguments,
            cwd=self.path,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8")


def _compare(where: str, what: str, expected: str, actual: str) -> None:
    if not agrees(expected, actual):
        shown = f"--- the page says\n{expected.rstrip()}\n--- it printed\n{actual.rstrip()}"
        pytest.fail(f"{where}: {what}\n{shown}", pytrace=False)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    path = tmp_path / "desk"
    path.mkdir()
    return Folder(path)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_its_commands_print(name: str, folder: Folder) -> None:
    folder.run((ROOT / name).read_text("utf-8"), name)


def test_the_reference_is_up_to_date() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))
    reference: Callable[[], str] = module["reference"]
    written = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert written == reference(), "run: python docs/make_reference.py"


def test_the_specification_has_the_tables_of_the_code() -> None:
    sql = next(block.content for block in blocks(_specification()) if block.language == "sql")
    assert sql == ";\n\n".join(schema.STATEMENTS) + ";\n"


def test_the_examples_of_the_specification_are_what_the_code_computes() -> None:
    page = _specification()
    addresses = re.findall(r"^\| `(https?://[^`]+)` \| `(https://[^`]+)` \|$", page, re.MULTILINE | re.IGNORECASE)
    assert len(addresses) == 3
    for address, canonical in addresses:
        assert canonical_url(address) == canonical
    assert parts.commitment(bytes(parts.SALT_BYTES), [b"morgue"]) in page
    for key in (
        lookup.key(bytes(32), "url", "https://example.org/"),
        lookup.article_key("01a20292-e611-7eb2-a871-b4aa0add32ae"),
    ):
        assert str(key).replace("-", "−") in page


def _specification() -> str:
    return (ROOT / "docs" / "format.md").read_text("utf-8")


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in _LINK.findall(page.read_text("utf-8"))
        if not target.startswith(("https://", "http://", "mailto:")) and not _leads(page, target)
    ]
    assert not broken


def _leads(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    return there.exists() and (not anchor or anchor in _anchors(there.read_text("utf-8")))


def _anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# The comparison itself: it must be able to fail.


@pytest.mark.parametrize(
    ("expected", "actual", "agree"),
    [
        ("ok: 15 events", "ok: 15 events\n", True),
        ("ok: 15 events", "ok: 16 events\n", False),
        ("", "", True),
        ("", "something\n", False),
        ("something", "", False),
        ("archive … created", "archive /tmp/x created\n", True),
        ("archive … created", "archive /tmp/x\nis created\n", False),
        ("first\n…\nlast", "first\na\nb\nlast\n", True),
        ("first\n…\nlast", "first\nlast\n", True),
        ("first\n…\nlast", "first\na\n", False),
        ("trailing", "trailing\t\n", True),
        ("a.c", "abc\n", False),
    ],
)
def test_output_agrees_with_a_page_only_if_it_is_the_same_but_for_wildcards(
    expected: str, actual: str, agree: bool
) -> None:
    assert agrees(expected, actual) is agree


@pytest.mark.parametrize(
    "page",
    [
        "```console\n$ echo one\ntwo\n```\n",
        "```console\n$ false\n```\n",
        "```console\n$ false\n$ echo one\none\n```\n",
        "```console\n$ false\n$ echo $?\n0\n```\n",
        "```console\n$ echo one\n```\n",
        "```python\nprint('one')\n```\n\n```text\ntwo\n```\n",
        "```python\nprint('one')\n```\n",
        "```python\nraise SystemExit(1)\n```\n",
        "```console\n$ echo $MORGUE_ARCHIVE.\nsomewhere.\n```\n",
    ],
)
def test_a_page_that_says_something_else_fails(page: str, folder: Folder) -> None:
    with pytest.raises((pytest.fail.Exception, AssertionError)):
        folder.run(page, "page.md")


@pytest.mark.parametrize(
    "page",
    [
        "```console\n$ echo one\none\n$ export NAME=two\n$ echo $NAME\ntwo\n```\n",
        "```console\n$ (exit 3)\n$ echo $?\n3\n```\n",
        "```console\n$ cat <<END\n> one\n> END\none\n```\n",
        "```console\n$ echo one >&2\none\n```\n",
        "```python\nprint('one')\n```\n\n```text\none\n```\n",
        "```sh\nfalse\n```\n",
        "```console\n$ ls\nclippings\n```\n",
    ],
)
def test_a_page_that_says_what_happens_passes(page: str, folder: Folder) -> None:
    folder.run(page, "page.md")
