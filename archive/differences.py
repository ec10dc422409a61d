"""What a new reading of a version's bytes changes: field by field, in the boilerplate, in the text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.provenance import FIELD_NAMES

if TYPE_CHECKING:
    from archive.article import Article
    from archive.provenance import Candidate, Value


@attrs.frozen(kw_only=True)
class FieldChange:
    """A field that is known otherwise than before. `old` and `new` are its chosen values, None where none is known.

    They may be equal: then other candidates are known than before, or their places or notes.
    """

    name: str
    old: Value | None
    new: Value | None


@attrs.frozen(kw_only=True)
class Difference:
    """What changes from one reading to the next; one in which nothing does is false.

    `fields` are those that changed, in the order of the format; `facts` what else is known of the article, by the names
    that it has there (`canonical_url`, `captured`, `encoding`, `key`, `media_type`). `boilerplate` are how many
    stretches were found that were not known, and how many are none any more. `text` is the old and the new one, None
    where they are equal.
    """

    fields: tuple[FieldChange, ...] = ()
    facts: tuple[FieldChange, ...] = ()
    boilerplate: tuple[int, int] = (0, 0)
    text: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.fields or self.facts or any(self.boilerplate) or self.text is not None)


_FACTS = ("canonical_url", "captured", "encoding", "key", "media_type")


def difference(old: Article, old_text: str, new: Article, new_text: str) -> Difference:
    """Return what changes from one reading of an original to another.

    That a later version of an extractor found the same is no change.
    """
    before, after = old.metadata.fields, new.metadata.fields
    names = dict.fromkeys((*FIELD_NAMES, *after, *before))
    known, found = set(old.boilerplate), set(new.boilerplate)
    return Difference(
        fields=tuple(
            FieldChange(name=name, old=_value(before.get(name)), new=_value(after.get(name)))
            for name in names
            if _comparable(before.get(name, ())) != _comparable(after.get(name, ()))
        ),
        facts=tuple(
            FieldChange(name=name, old=getattr(old, name), new=getattr(new, name))
            for name in _FACTS
            if getattr(old, name) != getattr(new, name)
        ),
        boilerplate=(len(found - known), len(known - found)),
        text=(old_text, new_text) if old_text != new_text else None,
    )


def _value(candidates: tuple[Candidate, ...] | None) -> Value | None:
    return candidates[0].value if candidates else None


def _comparable(candidates: tuple[Candidate, ...]) -> list[tuple[object, ...]]:
    """Return candidates without the versions of their extractors: `text/1` and `text/2` that agree say one thing."""
    return [
        (one.value, one.method, one.extractor.rpartition("/")[0] or one.extractor, one.raw, one.span, one.note)
        for one in candidates
    ]
