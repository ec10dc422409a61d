"""The pages that quality is measured on, with what should be read from them.

They are not of this repository: archives beside the checkout, each as its publishers packed it. Nothing is unpacked.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[2].parent / "shared" / "data"

Half = Literal["developed", "held out"]

_NO_TEXT = re.compile(r"<(script|style|noscript|template|svg)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@attrs.frozen(kw_only=True)
class Page:
    """A page and its gold: None where the corpus says nothing of a value.

    `text` is what should be extracted; or, in a corpus of segments, `held` are pieces that the text must hold and
    `left_out` pieces that it must not.
    """

    corpus: str
    name: str
    html: bytes
    text: str | None = None
    held: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    date: str | None = None

    @property
    def half(self) -> Half:
        """The half of the corpus that the page is in, by a hash of its name."""
        return "held out" if hashlib.sha256(self.name.encode()).digest()[0] & 1 else "developed"


def load(data: Path = DATA) -> list[Page]:
    """Return the pages of all corpora, in the order of their names. Raises FileNotFoundError where they are not."""
    return [*_readability(data), *_newspaper4k(data), *_trafilatura(data)]


def files_in(path: Path) -> dict[str, bytes]:
    """Return the files in a tar archive by their names in it."""
    with tarfile.open(path) as archive:
        return {
            member.name: stream.read()
            for member in archive
            if member.isfile() and (stream := archive.extractfile(member)) is not None
        }


def _readability(data: Path) -> Iterator[Page]:
    members = files_in(data / "html_readability.tar.xz")
    for path in sorted(members):
        if not path.endswith("/source.html"):
            continue
        folder = path.removesuffix("/source.html")
        stated = json.loads(members[f"{folder}/expected-metadata.json"])
        yield Page(
            corpus="readability",
            name=folder.rpartition("/")[2],
            html=members[path],
            text=text_of(members[f"{folder}/expected.html"].decode()),
            title=stated.get("title") or None,
            author=stated.get("byline") or None,
            date=stated.get("publishedTime") or None,
        )


def _newspaper4k(data: Path) -> Iterator[Page]:
    members = {
        path.partition("/tests/data/")[2]: held for path, held in files_in(data / "html_newspaper4k.tar.xz").items()
    }
    for path in sorted(members):
        name = path.removeprefix("html/").removesuffix(".html")
        gold = members.get(f"txt/{name}.txt")
        if not path.startswith("html/") or gold is None:
            continue
        stated = json.loads(members.get(f"metadata/{name}.json", b"{}"))
        # Its authors are not used: they are what the tool found, right or wrong ("www.facebook.com", "at PM").
        yield Page(
            corpus="newspaper4k",
            name=name,
            html=members[path],
            text=gold.decode(),
            title=stated.get("title") or None,
            date=stated.get("publish_date") or None,
        )


def _trafilatura(data: Path) -> Iterator[Page]:
    members = {path.partition("/")[2]: held for path, held in files_in(data / "html_cc_trafilatura.tar.xz").items()}
    for stated in json.loads(members["gold.json"]).values():
        yield Page(
            corpus="trafilatura",
            name=stated["file"],
            html=members[f"html/{stated['file']}"],
            held=tuple(stated["with"]),
            left_out=tuple(stated["without"]),
            title=stated["title"] or None,
            author=stated["author"] or None,
            date=stated["date"] or None,
        )


def text_of(html: str) -> str:
    """Return the text between the tags of well-formed HTML, such as gold is written in."""
    return unescape(_TAG.sub(" ", _NO_TEXT.sub(" ", html)))
