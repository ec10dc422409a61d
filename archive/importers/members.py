"""The members of a JSON record that morgue reads, and what becomes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from archive import edtf
from archive.errors import InvalidValueError
from archive.importers import byline
from archive.importers.decoding import is_visible
from archive.importers.json_places import place
from archive.importers.lines import one_line
from archive.provenance import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.provenance import Fields, Span, Value

MEMBERS = {
    "text": ("text", "body", "content", "articleBody"),
    "html": ("html", "content_html", "body_html"),
    "title": ("title", "headline"),
    "url": ("url", "link"),
    "publisher": ("publisher", "source", "outlet"),
    "agency": ("agency",),
    "authors": ("authors", "author", "byline"),
    "published": ("published", "date", "datePublished"),
    "place": ("place",),
    "language": ("language", "lang"),
    "tags": ("tags", "keywords"),
    "id": ("id",),
    "captured": ("captured",),
}
"""Under which names a record may state what. All that it states become candidates, the first named here first."""

_TEXTS = (*MEMBERS["text"], *MEMBERS["html"])

READ = frozenset(name for names in MEMBERS.values() for name in names)
"""Every name above; other members stay in the original and are otherwise left alone."""


class RecordError(ValueError):
    """A record cannot be taken. The message names the member and says what to do."""


@attrs.frozen(kw_only=True)
class Reading:
    """What a record states. `remarks` are values that were left out, for the user to hear of."""

    text: str
    fields: Fields
    key: str | None
    captured: str | None
    remarks: tuple[str, ...]
    media_type: str = "application/json"


def read_members(record: Mapping[str, object], *, original: bytes, extractor: str) -> Reading:
    """Return what a record states of an article; `original` are its bytes, in which places are looked up.

    Where there is no text but HTML, the text is made of that. A date that is none does not cost the article: it is left
    out of `published` or `captured`, stays in the original, and there is a remark. So does an empty text cost nothing
    where the record has a title, a URL or an id: a page that is all picture is still an article. Raises `RecordError`
    where there is no text otherwise, a member is of a wrong type, or a string holds half of a surrogate pair.
    """
    remarks: list[str] = []
    fields: Fields = {}
    for field, read in _READERS.items():
        candidates: list[Candidate] = []
        for name in MEMBERS[field]:
            value = record.get(name)
            if value is None:
                continue
            result = read(name, value)
            if result and all(candidate.value != result for candidate in candidates):
                candidates.append(_candidate(result, value, extractor, place(original, name)))
        if candidates:
            fields[field] = tuple(candidates)
    published = _dates(record, "published", remarks)
    if published:
        fields["published"] = tuple(
            _candidate(date, raw, extractor, place(original, name)) for date, raw, name in published
        )
    captured = _dates(record, "captured", remarks)
    key = _key(record.get("id"))
    return Reading(
        text=_text(record, needed=key is None and not fields.keys() & {"title", "url"}),
        fields=fields,
        key=key,
        captured=captured[0][0] if captured else None,
        remarks=tuple(remarks),
    )


def _candidate(value: Value, stated: object, extractor: str, where: tuple[str, Span] | None) -> Candidate:
    """Return a candidate with what the record states as its `raw` and where that stands.

    Where its place is not known, `raw` is left out if it is the value, and is in JSON unless it is a string.
    """
    if where is not None:
        return Candidate(value=value, method="json", extractor=extractor, raw=where[0], span=where[1])
    same = list(value) == stated if isinstance(value, tuple) else value == stated
    raw = None if same else stated if isinstance(stated, str) else json.dumps(stated, ensure_ascii=False)
    return Candidate(value=value, method="json", extractor=extractor, raw=raw)


def _text(record: Mapping[str, object], *, needed: bool) -> str:
    """Return the text. It may be empty where the record says by other means which article it is."""
    blank: str | None = None
    for name in _TEXTS:
        value = record.get(name)
        if value is None:
            continue
        text = string(name, unwrapped(value))
        if name in MEMBERS["html"] or (isinstance(value, dict) and "rendered" in value):
            from archive.importers.fragments import text_of

            text = text_of(text)
        if is_visible(text):
            return text
        blank = blank or name
    if blank is not None and not needed:
        return ""
    if blank is not None:
        raise RecordError(f"{blank!r} is empty: nothing to archive")
    raise RecordError(f"no text; give it as one of the members {', '.join((*MEMBERS['text'], MEMBERS['html'][0]))}")


def unwrapped(value: object) -> object:
    """Return the string in an object that stands where a string was expected, else the value itself.

    So are written a name (schema.org, https://schema.org/name), a value with its language (JSON-LD), and a rendered
    text (the REST API of WordPress).
    """
    if isinstance(value, dict):
        for name in ("name", "rendered", "@value", "value", "raw"):
            if isinstance(value.get(name), str):
                return value[name]
    return value


def _key(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise RecordError(f"'id' must be a string or an integer, not {kind(value)}")
    return string("id", value) or None


def _dates(record: Mapping[str, object], field: str, remarks: list[str]) -> list[tuple[str, object, str]]:
    """Return the dates that a field's members state, canonical, as stated and by which, and note what is no date."""
    found: list[tuple[str, object, str]] = []
    for name in MEMBERS[field]:
        value = record.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            remarks.append(f'{name!r} must be a string such as "2021-04-13", not {kind(value)}; taken without it')
            continue
        try:
            date = edtf.normalize(string(name, value))
            if field == "captured" and edtf.days(date) is None:
                raise InvalidValueError(f"{value!r} names no year")  # noqa: TRY301 - one way out for all that is wrong
        except InvalidValueError as error:
            remarks.append(f"{name!r}: {error}; the article is taken without it")
            continue
        if all(date != known for known, *_ in found):
            found.append((date, value, name))
    return found


def string(name: str, value: object) -> str:
    """Return a member that must be a string. Raises `RecordError` for another kind, and for half a character."""
    if not isinstance(value, str):
        raise RecordError(f"{name!r} must be a string, not {kind(value)}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise RecordError(
            f"{name!r} holds half of a surrogate pair (\\u{ord(value[error.start]):04x}) at character {error.start}, "
            "which is no text; write the character whole"
        ) from None
    return value


def _line(name: str, value: object) -> str:
    line = one_line(string(name, unwrapped(value)))
    if isinstance(value, dict) and "rendered" in value:
        from archive.importers.fragments import text_of

        return one_line(text_of(line))
    return line


def _bare(name: str, value: object) -> str:
    return string(name, unwrapped(value)).strip()


def _strings(name: str, value: object) -> tuple[str, ...]:
    """Return a list's strings, each on one line, without empty ones and repetitions."""
    if not isinstance(value, list):
        raise RecordError(f"{name!r} must be a string or a list of strings, not {kind(value)}")
    found = (_line(name, item) for item in value)
    return tuple(dict.fromkeys(item for item in found if item))


def authors(name: str, value: object) -> tuple[str, ...]:
    """Return the authors of a list as they are, and of a string as a byline's where it can be nothing else."""
    value = unwrapped(value)
    if not isinstance(value, str):
        return _strings(name, value)
    line = _line(name, value)
    by = byline.read(line) or byline.names(line)
    if by is not None:
        return by.names
    return (line,) if line else ()


def tags(name: str, value: object) -> tuple[str, ...]:
    """Return tags; a string lists them between commas or semicolons."""
    return _strings(name, value.replace(";", ",").split(",") if isinstance(value, str) else value)


_READERS: dict[str, Callable[[str, object], Value]] = {
    "title": _line,
    "url": _bare,
    "publisher": _line,
    "agency": _line,
    "authors": authors,
    "place": _line,
    "language": _bare,
    "tags": tags,
}


def kind(value: object) -> str:
    """Name the JSON type of a value."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case None:
            return "null"
        case _:
            return "an object"
