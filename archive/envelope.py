r"""The envelope of an event, and its canonical bytes: what is hashed, and can never change.

CloudEvents 1.0 in JSON, all attributes strings, keys sorted, no white space. Values are printable ASCII without `"`
and `\`, so nothing is ever escaped and one envelope has one spelling. It holds nothing that identifies a person or a
text: that is in the payload, which can be erased. docs/format.md, "Envelope".
"""

from __future__ import annotations

import json
import re
import struct
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple, cast

import attrs

from archive.errors import InvalidEventError
from archive.ids import ID, is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_BYTES = 65_535
"""An envelope above this is refused."""

COMMITMENT_SUFFIX = "commitment"

_NAME = re.compile(r"[a-z0-9]{1,40}")
_VALUE = re.compile(r"[ !#-\[\]-~]+")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
_TYPE = re.compile(r"morgue(\.[a-z]+)+\.v[1-9]\d*")
_CANONICAL = re.compile(rb'\{"[a-z0-9]{1,40}":"[ !#-\[\]-~]+"(?:,"[a-z0-9]{1,40}":"[ !#-\[\]-~]+")*\}')
_HEX = re.compile(r"[0-9a-f]{64}")
_HEXES = re.compile(r"(?:[0-9a-f]{64}\n)*")
_IDS = re.compile(rf"{ID}(?:\n{ID}){{4}}")
_FIXED = ("specversion", "id", "source", "type", "subject", "datacontenttype", "time", "correlationid", "causationid")
_USUAL = frozenset({*_FIXED, *(part + "commitment" for part in ("article", "origin", "original", "text", "run"))})
"""Names that need no look whether they are names."""

_OFTEN, _LENGTHS = 16, 64
"""How often an envelope of a length is met until its form is worth being kept, and how many lengths are counted."""

_MANY_IDS = re.compile(rf"(?:{ID})*".encode())
_MANY_SOURCES = re.compile(rf"(?:urn:uuid:{ID})*".encode())
_MANY_TIMES = re.compile(rb"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)*")
_KNOWN_TYPE = re.compile(rb"morgue(?:\.[a-z]+)+\.v[1-9][0-9]*")
"""The values of many envelopes at once."""

_STATED = {"specversion": r"1\.0", "datacontenttype": "application/json"}
_SPELLED = {
    **_STATED,
    **dict.fromkeys(("id", "subject", "correlationid", "causationid"), f"({ID})"),
    "source": f"(urn:uuid:{ID})",
    "time": f"({_TIME.pattern})".replace(r"\d", "[0-9]"),
    "type": r"(morgue(?:\.[a-z]+)+\.v[1-9][0-9]*)",
}
_OWN = ("id", "source", "type", "subject", "time", "correlationid", "causationid")
_own_values = attrgetter("id", "source", "type", "subject", "time", "correlation", "causation")
"""The attributes that every envelope has, but for the last, and what they are called in an `Envelope`."""

_COMMITTED = "([0-9a-f]{64})"
"""How the values of attributes are spelled, as regular expressions; any other attribute is a commitment."""

_TAKEN = frozenset({*_FIXED, "data"})
"""Names that no extension may have; `data` would be content, which belongs in the payload."""


@attrs.frozen(kw_only=True)
class Envelope:
    """One event's attributes. `commitments` maps the name of a payload part to 64 hex digits.

    `extensions` are attributes that this version does not know: readers tolerate and keep them.
    """

    id: str
    source: str
    type: str
    subject: str
    time: str
    correlation: str
    causation: str | None = None
    commitments: Mapping[str, str] = attrs.field(factory=dict)
    extensions: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def kind(self) -> str:
        """The type without prefix and version: `article.added`."""
        return self.type.removeprefix("morgue.").rpartition(".")[0]

    def attributes(self) -> dict[str, str]:
        """Return the CloudEvents attributes, by name."""
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "datacontenttype": "application/json",
            "time": self.time,
            "correlationid": self.correlation,
            **{part + COMMITMENT_SUFFIX: value for part, value in self.commitments.items()},
            **self.extensions,
        }
        if self.causation is not None:
            attributes["causationid"] = self.causation
        return attributes


def encode(envelope: Envelope) -> bytes:
    """Return the canonical bytes of an envelope.

    Raises InvalidEventError where a value could be spelled in two ways, breaks the format, or the whole is too long.
    """
    kind: tuple[bool | str, ...] = (envelope.causation is not None, *envelope.commitments)
    form = _WRITTEN.get(kind)
    if form is not None and (spelled := form.spell(envelope)) is not None:
        return spelled
    encoded = _encoded(envelope)
    if form is None and len(_WRITTEN) < _LENGTHS and _is_usual(envelope):
        _WRITTEN[kind] = _Form(envelope, encoded)
    return encoded


def _encoded(envelope: Envelope) -> bytes:
    """Return the canonical bytes as `encode` does, whatever their form."""
    _check(envelope)
    attributes = envelope.attributes()
    # All values at one go, and each of them only where something is wrong: this is done for every event.
    if not all(attributes.values()) or not _VALUE.fullmatch("".join(attributes.values())):
        _refuse(attributes)
    for name in attributes:
        if name not in _USUAL and not _NAME.fullmatch(name):
            _refuse(attributes)
    encoded = ("{" + ",".join(f'"{name}":"{attributes[name]}"' for name in sorted(attributes)) + "}").encode("ascii")
    if len(encoded) > MAX_BYTES:
        raise InvalidEventError(f"the envelope has {len(encoded)} bytes; {MAX_BYTES} is the most")
    return encoded


def decode(encoded: bytes) -> Envelope:
    """Parse stored bytes. Raises InvalidEventError, also where they are not the canonical spelling of what they say."""
    form = _FORMS.get(len(encoded))
    envelope = None if form is None else form.read(encoded)
    if envelope is None:
        envelope = _decoded(encoded)
        _remember_form(envelope, encoded)
    return envelope


class Cut(NamedTuple):
    """The values of an envelope, cut out of its bytes; `committed` are those of the `parts`, in their order."""

    id: bytes
    source: bytes
    type: bytes
    subject: bytes
    time: bytes
    parts: tuple[str, ...]
    committed: bytes
    others: tuple[bytes, ...]


def cut(encoded: Sequence[bytes]) -> list[Cut | None]:
    """Return the values of many envelopes, None for each that `decode` has to look at.

    All is checked but the commitments, which the caller compares with what they should be. In a fifth of the time of
    `decode`: of each envelope only what stands between its values is compared, and the values of all are checked
    together. One that breaks a rule makes None of all.
    """
    forms = _FORMS
    found = [None if (form := forms.get(len(one))) is None else form.cut(one) for one in encoded]
    there = [one for one in found if one is not None]
    # Each has one length in all forms, so that it is clear where one ends.
    ids = b"".join([value for one in there for value in (one.id, one.subject, *one.others)])
    if (
        not _MANY_IDS.fullmatch(ids)
        or not _MANY_SOURCES.fullmatch(b"".join([one.source for one in there]))
        or not _MANY_TIMES.fullmatch(b"".join([one.time for one in there]))
        or not all(map(_KNOWN_TYPE.fullmatch, {one.type for one in there}))
    ):
        return [None] * len(encoded)
    return found


class _Form:
    """The one spelling of the envelopes that have certain attributes and no unknown ones, each value as it must be.

    What it matches is what `_decoded` would accept, and is read or written in a third of the time: nearly all events of
    a log have one of a few forms.
    """

    def __init__(self, envelope: Envelope, encoded: bytes) -> None:
        names = sorted(envelope.attributes())
        members = [f'"{name}":"{_SPELLED.get(name, _COMMITTED)}"' for name in names]
        stated = [f'"{name}":"{_STATED.get(name, "%s")}"'.replace("\\", "") for name in names]
        self._template = "{" + ",".join(stated) + "}"
        attributes = [*_OWN, *(part + COMMITMENT_SUFFIX for part in envelope.commitments)]
        self._places = itemgetter(*(attributes.index(name) for name in names if name not in _STATED))
        self._pattern = re.compile(r"\{" + ",".join(members) + r"\}")
        self._names = [name for name in names if name not in _STATED]
        self._parts = [(part, part + COMMITMENT_SUFFIX) for part in envelope.commitments]
        # All values but the type have one length each, so of one length of the whole each has its place.
        found = self._pattern.fullmatch(encoded.decode("latin-1"))
        spans = [] if found is None else [found.span(number + 1) for number in range(len(self._names))]
        self._cut = struct.Struct(_widths(spans, len(encoded)))
        self._literals = () if found is None else self._cut.unpack(encoded)[::2]
        place = {name: 2 * number + 1 for number, name in enumerate(self._names)}
        self._usual = itemgetter(*(place[name] for name in ("id", "source", "type", "subject", "time")))
        self._ids = [place[name] for name in ("correlationid", "causationid") if name in place]
        self._committed = [place[name + COMMITMENT_SUFFIX] for name in sorted(envelope.commitments)]
        self._part_names = tuple(sorted(envelope.commitments))

    def cut(self, encoded: bytes) -> Cut | None:
        """Return the values of an envelope of this length, unchecked; None where what is between them differs."""
        values = self._cut.unpack(encoded)
        if values[::2] != self._literals:
            return None
        committed = b"".join([values[place] for place in self._committed])
        event_id, source, event_type, subject, time = self._usual(values)
        others = tuple([values[place] for place in self._ids])
        return Cut(event_id, source, event_type, subject, time, self._part_names, committed, others)

    def spell(self, envelope: Envelope) -> bytes | None:
        """Return the canonical bytes of an envelope with these attributes; None where one is not as it must be."""
        if envelope.extensions:
            return None
        values = (*_own_values(envelope), *envelope.commitments.values())
        spelled = self._template % self._places(values)
        return spelled.encode() if self._pattern.fullmatch(spelled) and len(spelled) <= MAX_BYTES else None

    def read(self, encoded: bytes) -> Envelope | None:
        """Return the envelope that some bytes spell, None where they have another form."""
        # No byte above ASCII is in the pattern, whatever it stands for.
        found = self._pattern.fullmatch(encoded.decode("latin-1"))
        if found is None:
            return None
        values = dict(zip(self._names, found.groups(), strict=True))
        return Envelope(
            id=values["id"],
            source=values["source"],
            type=values["type"],
            subject=values["subject"],
            time=values["time"],
            correlation=values["correlationid"],
            causation=values.get("causationid"),
            commitments={part: values[name] for part, name in self._parts},
        )


def _widths(spans: Iterable[tuple[int, int]], length: int) -> str:
    """Return the format of a `struct` that cuts bytes of a length into what is between spans, and what is in them."""
    widths, end = [], 0
    for start, stop in spans:
        widths += [start - end, stop - start]
        end = stop
    return "".join(f"{width}s" for width in (*widths, length - end))


_FORMS: dict[int, _Form] = {}
"""By the length that such envelopes have: a few forms, and hardly two of one length."""

_WRITTEN: dict[tuple[bool | str, ...], _Form] = {}
"""By whether an event follows on another one, and the names of its parts."""

_MET: dict[int, int] = {}


def _remember_form(envelope: Envelope, encoded: bytes) -> None:
    """Make a form of what is met often: to make one takes as long as to parse some envelopes."""
    length = len(encoded)
    if len(_MET) >= _LENGTHS and length not in _MET:
        return
    _MET[length] = _MET.get(length, 0) + 1
    if _MET[length] == _OFTEN and _is_usual(envelope):
        _FORMS[length] = _Form(envelope, encoded)


def _is_usual(envelope: Envelope) -> bool:
    """Tell whether an envelope has no attributes that this version does not know, and all as they are written today."""
    return not envelope.extensions and envelope.source.startswith("urn:uuid:")


def _decoded(encoded: bytes) -> Envelope:
    """Parse stored bytes as `decode` does, whatever their form."""
    attributes = _canonical_attributes(encoded)
    spelled = attributes is not None
    if attributes is None:
        attributes = _json_attributes(encoded)
    missing = [name for name in _FIXED if name not in attributes and name != "causationid"]
    if missing:
        raise InvalidEventError(f"the envelope lacks {', '.join(missing)}")
    if attributes["specversion"] != "1.0" or attributes["datacontenttype"] != "application/json":
        raise InvalidEventError("the envelope is not CloudEvents 1.0 with JSON data")
    others = {name: value for name, value in attributes.items() if name not in _FIXED}
    envelope = Envelope(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        subject=attributes["subject"],
        time=attributes["time"],
        correlation=attributes["correlationid"],
        causation=attributes.get("causationid"),
        commitments={
            name.removesuffix(COMMITMENT_SUFFIX): value
            for name, value in others.items()
            if name.endswith(COMMITMENT_SUFFIX)
        },
        extensions={name: value for name, value in others.items() if not name.endswith(COMMITMENT_SUFFIX)},
    )
    if spelled:
        _check(envelope)
    elif encode(envelope) != encoded:
        raise InvalidEventError("the envelope is not in canonical form")
    return envelope


def _canonical_attributes(encoded: bytes) -> dict[str, str] | None:
    """Return the attributes of bytes in canonical form, None where they are in another, or are too many.

    In a third of the time that JSON takes with encoding it again: this is done for every event.
    """
    if len(encoded) > MAX_BYTES or not _CANONICAL.fullmatch(encoded):
        return None
    # No value holds a quote: where a quote, a comma and a quote stand, one ends and the next name begins.
    pairs = [pair.split('":"') for pair in encoded[2:-2].decode("ascii").split('","')]
    if any(len(pair) != 2 for pair in pairs):
        # Or they are a value: a comma alone.
        return None
    names = [name for name, _ in pairs]
    # Ascending, each once.
    return dict(pairs) if names == sorted(set(names)) else None


def _json_attributes(encoded: bytes) -> dict[str, str]:
    try:
        parsed = json.loads(encoded)
    except (ValueError, RecursionError) as error:
        raise InvalidEventError(f"the envelope is no JSON: {error}") from None
    if not isinstance(parsed, dict) or not all(isinstance(value, str) for value in parsed.values()):
        raise InvalidEventError("the envelope is not a JSON object of strings")
    return cast("dict[str, str]", parsed)


def _refuse(attributes: Mapping[str, str]) -> None:
    for name, value in attributes.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise InvalidEventError(f"the envelope's {name} cannot be stored: {value!r}")


def _check(envelope: Envelope) -> None:
    source = envelope.source.removeprefix("urn:uuid:")
    followed = envelope.causation or envelope.id
    ids = (envelope.id, source, envelope.subject, envelope.correlation, followed)
    # All at one go: this is done for every event.
    if not _IDS.fullmatch("\n".join(ids)):
        if not is_id(envelope.id) or not is_id(source):
            raise InvalidEventError("the envelope's id and source must be UUIDs")
        # Anything else in their place might identify somebody, and could never be erased.
        raise InvalidEventError("an event's subject, its run and the event it follows on must be UUIDs")
    if not _TIME.fullmatch(envelope.time):
        raise InvalidEventError(f"the envelope's time must be UTC with microseconds, not {envelope.time!r}")
    if not _TYPE.fullmatch(envelope.type):
        raise InvalidEventError(f"the envelope's type must be like morgue.article.added.v1, not {envelope.type!r}")
    commitments = envelope.commitments
    if "" in commitments or not _HEXES.fullmatch("\n".join([*commitments.values(), ""])):
        part = next(part for part, value in commitments.items() if not part or not _HEX.fullmatch(value))
        raise InvalidEventError(f"the commitment to {part!r} must be 64 hex digits")
    for name in envelope.extensions:
        if name in _TAKEN or name.endswith(COMMITMENT_SUFFIX):
            raise InvalidEventError(f"an envelope's extension cannot be called {name!r}")
