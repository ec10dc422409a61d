"""Front matter: the block of metadata that a Markdown file begins with, in YAML, TOML or JSON.

As Jekyll, Hugo and their like have it (https://jekyllrb.com/docs/front-matter/, https://gohugo.io/content-management/
front-matter/), and Obsidian's clipper. Dates stay as they are written: a YAML or TOML library would make times of them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import attrs

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers.entry_keys import canonical
from archive.importers.lines import one_line
from archive.importers.members import MEMBERS, RecordError, authors, string, tags
from archive.provenance import Candidate, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.provenance import Fields, Value

_LARGEST = 256 * 1024
_FENCED = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(.*?)(?:^|\n)(\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_YAML_MEMBER = re.compile(r"""(?:[ \t]*(?:\#[^\n]*)?\r?\n)*(?:[A-Za-z_][\w .-]*|"[^"\n]*"|'[^'\n]*')[ \t]*:(?:\s|\Z)""")
_TOML_MEMBER = re.compile(r"""(?:[ \t]*(?:\#[^\n]*)?\r?\n)*(?:\[{1,2}[\w. -]+\]|["']?[\w.-]+["']?[ \t]*=)""")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")

_NAMES = {
    "title": ("title", "headline"),
    "authors": ("authors", "author", "byline"),
    "publisher": ("publisher", "publication", "outlet", "site", "site_name", "sitename", "source"),
    "agency": ("agency",),
    "published": ("published", "date", "publishdate", "pubdate", "date_published", "lastmod", "updated", "modified"),
    "place": ("place", "location", "dateline"),
    "language": ("language", "lang", "locale"),
    "url": ("url", "canonical_url", "canonicalurl", "canonical", "source_url", "permalink", "link", "source"),
    "tags": ("tags", "keywords", "categories", "category", "topics"),
}
"""Per field the members that state it, in lower case, the most trusted first."""

_CAPTURED = ("captured", "retrieved", "accessed")


@attrs.frozen
class Stated:
    """A member of front matter: a string or a list of them, as it is written (`raw`) and where, in code points."""

    name: str
    value: str | list[str]
    raw: str
    span: tuple[int, int] | None


@attrs.frozen(kw_only=True)
class FrontMatter:
    """What front matter states, and where the document goes on behind it; `end` is 0 where there is none."""

    end: int
    fields: Fields
    key: str | None = None
    captured: str | None = None
    remarks: tuple[str, ...] = ()


def begins_with_front_matter(head: str) -> bool:
    """Tell whether a document begins with front matter, by its first 4 KiB or so; the end may be beyond them."""
    if head.startswith(("---", "+++")):
        member = _YAML_MEMBER if head[0] == "-" else _TOML_MEMBER
        first, newline, rest = head.partition("\n")
        if not newline or first.strip() not in {"---", "+++"} or not member.match(rest):
            return False
        return _FENCED.match(head) is not None or len(head) > 2000
    return _json_block(head) is not None


def read_front_matter(source: str, *, encoding: str, extractor: str) -> FrontMatter:
    """Return what the front matter of a document states.

    What cannot be read is left out with a remark that says so; the document is taken all the same. Places are stated
    in bytes of the original, which `source` decodes to by `encoding`.
    """
    block = _FENCED.match(source)
    remarks: list[str] = []
    stated: list[Stated] = []
    try:
        if block is not None and len(block[2]) > _LARGEST:
            raise RecordError(f"longer than {_LARGEST >> 10} KiB")  # noqa: TRY301 - one way out for all that is wrong
        if block is not None:
            read = _yaml if block[1] == "---" else _toml
            stated, end = list(read(block[2], block.start(2))), block.end()
        else:
            end = _json_block(source) or 0
            stated = list(_json(source[:end])) if end else []
    except RecordError as error:
        end = block.end() if block else 0
        remarks.append(f"front matter: {error}; the article is taken without it")
    return _fields(stated, end, remarks, _Places(source, encoding), extractor)


@attrs.frozen
class _Places:
    """Code points of a file to the bytes that they stand at."""

    source: str
    encoding: str

    def span(self, place: tuple[int, int] | None) -> Span | None:
        if place is None or not self.encoding.startswith(("utf-8", "ascii", "cp", "iso", "latin")):
            return None
        ahead = len(self.source[: place[0]].encode(self.encoding))
        plain = self.encoding.removesuffix("-sig")
        return Span(source="original", start=ahead, end=ahead + len(self.source[place[0] : place[1]].encode(plain)))


def _fields(stated: list[Stated], end: int, remarks: list[str], places: _Places, extractor: str) -> FrontMatter:
    by_name: dict[str, Stated] = {}
    for member in stated:
        by_name.setdefault(member.name.lower().replace("-", "_"), member)
    fields: Fields = {}
    for field, names in _NAMES.items():
        for member in (by_name[name] for name in names if name in by_name):
            try:
                value = _value(field, member)
            except InvalidValueError as error:
                remarks.append(f"{member.name!r}: {error}; the article is taken without it")
                continue
            if not value or any(candidate.value == value for candidate in fields.get(field, ())):
                continue
            span = places.span(member.span)
            candidate = Candidate(value=value, method="front-matter", extractor=extractor, raw=member.raw, span=span)
            fields[field] = (*fields.get(field, ()), candidate)
    identifier = by_name.get("id")
    captured: str | None = None
    for member in (by_name[name] for name in _CAPTURED if name in by_name):
        try:
            captured = captured or edtf.normalize(_first(member))
            edtf.days(captured)
        except InvalidValueError as error:
            captured = None
            remarks.append(f"{member.name!r}: {error}; the article is taken without it")
    return FrontMatter(
        end=end,
        fields=fields,
        key=(_first(identifier) or None) if identifier else None,
        captured=captured if captured and edtf.days(captured) else None,
        remarks=tuple(remarks),
    )


def _first(member: Stated) -> str:
    return member.value if isinstance(member.value, str) else next(iter(member.value), "")


def _value(field: str, member: Stated) -> Value:
    """Return what a member says of a field, empty where it says nothing of it. Raises `InvalidValueError`."""
    value = [_plain(item) for item in member.value] if isinstance(member.value, list) else _plain(member.value)
    if field == "authors":
        return authors(member.name, value)
    if field == "tags":
        return tuple(tag.removeprefix("#") for tag in tags(member.name, value))
    first = value if isinstance(value, str) else next(iter(value), "")
    if field == "published":
        return edtf.normalize(first) if first else ""
    is_address = canonical(first) is not None
    if field == "url":
        # Generators write paths within the site here, too.
        return first if is_address else ""
    return "" if field == "publisher" and is_address else first


def _plain(value: str) -> str:
    """Return a value on one line, a link between double brackets as its words."""
    return one_line(_WIKI_LINK.sub(r"\1", string("front matter", value)))


def _yaml(block: str, offset: int) -> Iterator[Stated]:
    """Yield the members of a YAML mapping. Raises `RecordError`.

    Nodes are looked at as they are written, and no values made of them: a date stays what it was, and of aliases, by
    which a few lines can stand for gigabytes, none is followed into.
    """
    import yaml

    try:
        root = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}: " if mark is not None else ""
        raise RecordError(f"{where}{getattr(error, 'problem', None) or 'no valid YAML'}") from None
    except (RecursionError, ValueError):
        raise RecordError("no YAML that can be read") from None
    if not isinstance(root, yaml.MappingNode):
        raise RecordError("no YAML mapping of names to values")
    for key, node in root.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        span = (node.start_mark.index, node.end_mark.index)
        if isinstance(node, yaml.ScalarNode):
            if node.tag.endswith(":null"):
                continue
            if node.style in {"'", '"'}:
                span = (span[0] + 1, span[1] - 1)
            value: str | list[str] = node.value
        elif isinstance(node, yaml.SequenceNode):
            value = [text for item in node.value for text in _yaml_text(item)]
        else:
            value = list(_yaml_text(node))
        raw = block[span[0] : span[1]]
        end = span[0] + len(raw.rstrip())
        yield Stated(key.value, value, raw.rstrip(), (offset + span[0], offset + end))


def _yaml_text(node: object) -> Iterator[str]:
    """Yield the string that an item of a list is, or the name in it."""
    import yaml

    if isinstance(node, yaml.ScalarNode) and not node.tag.endswith(":null"):
        yield node.value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == "name" and isinstance(value, yaml.ScalarNode):
                yield value.value


def _toml(block: str, offset: int) -> Iterator[Stated]:
    """Yield the members of a TOML document, and of the tables in it that generators keep metadata in."""
    import tomllib

    try:
        document = tomllib.loads(block.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise RecordError(f"no valid TOML: {error}") from None
    except RecursionError:
        raise RecordError("the TOML is nested too deep") from None
    tables = [document, *(document[name] for name in ("taxonomies", "extra", "params") if name in document)]
    for table in tables:
        for name, found in table.items() if isinstance(table, dict) else ():
            value = [_toml_text(item) for item in found] if isinstance(found, list) else _toml_text(found)
            line = re.compile(rf"""^[ \t]*(["']?){re.escape(name)}\1[ \t]*=[ \t]*(.*?)[ \t]*\r?$""", re.MULTILINE)
            places = list(line.finditer(block))
            if len(places) != 1 or isinstance(found, list | dict):
                yield Stated(name, value, value if isinstance(value, str) else ", ".join(value), None)
                continue
            start, end = places[0].span(2)
            if isinstance(found, str) and len(block[start:end]) >= 2 and block[start] in "\"'":
                start, end = start + 1, end - 1
            is_date = not isinstance(found, str | bool | int | float)
            yield Stated(name, block[start:end] if is_date else value, block[start:end], (offset + start, offset + end))


def _toml_text(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or "")
    return str(value)


def _json_block(source: str) -> int | None:
    """Return where the JSON object ends that a document begins with, if other text than JSON follows on it."""
    if not source.startswith("{"):
        return None
    try:
        members, end = json.JSONDecoder().raw_decode(source)
    except (ValueError, RecursionError):
        return None
    rest = source[end:]
    if not rest.startswith(("\n", "\r\n")) or not rest.strip() or rest.lstrip()[:1] in {"{", "["}:
        return None
    own = (*MEMBERS["text"], *MEMBERS["html"])
    return end if isinstance(members, dict) and members and not members.keys() & {*own, "@context"} else None


def _json(block: str) -> Iterator[Stated]:
    from archive.importers.json_places import place

    encoded = block.encode("utf-8", "surrogatepass")
    for name, found in json.loads(block).items():
        if isinstance(found, list):
            value: str | list[str] = [_toml_text(item) for item in found]
        elif found is None or isinstance(found, bool):
            continue
        else:
            value = _toml_text(found)
        where = place(encoded, name) if block.isascii() else None
        raw = where[0] if where else json.dumps(found, ensure_ascii=False)
        yield Stated(name, value, raw, (where[1].start, where[1].end) if where else None)
