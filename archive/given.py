"""What the user states of articles that are added: it is believed before whatever an importer finds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from archive import edtf
from archive.errors import InvalidValueError, NoSuchArticleError
from archive.identity import instant
from archive.ids import is_id
from archive.provenance import FIELD_NAMES, LIST_FIELDS, Candidate, Fields
from archive.urls import canonical_url

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.article import Version
    from archive.provenance import Value

GIVEN = "given"
"""The method of a stated value, and the format of an article that is stated whole."""

EXTRACTOR = "user/1"

# Neither a position nor a digest, nor a URL: a mistyped one of those must not pass for an id of the user's own.
_OWN_ID = re.compile(r"(?![0-9a-fA-F]*$)(?!.*://).+", re.DOTALL)

# The shape of a tag by RFC 5646 (BCP 47), section 2.1; whether a language is called so is not looked up.
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}|[A-Za-z]{4,8}(?=-)|[xXiI](?=-))(?:-[A-Za-z0-9]{1,8})*")


@attrs.frozen(kw_only=True)
class Given:
    """What the user states of the articles to be added: `fields` by name, when they were captured, which one it is."""

    fields: dict[str, Value] = attrs.field(factory=dict)
    captured: str | None = None
    article_id: str | None = None
    key: str | None = None

    @property
    def names_one_article(self) -> bool:
        """Whether it can be true of one article only."""
        named = self.article_id is not None or self.key is not None
        return named or "url" in self.fields or "title" in self.fields

    def naming(self, archive: Archive, identifier: str) -> Given:
        """Return these statements of the article that an identifier names.

        An ID of the archive (see `Archive.find`) is that article. What cannot be one is an id of the user's own: it
        makes a new article, or is the article that was added under it. Raises NoSuchArticleError, AmbiguousIdError.
        """
        try:
            return attrs.evolve(self, article_id=archive.find(identifier).article_id)
        except NoSuchArticleError:
            if _OWN_ID.fullmatch(identifier) and not is_id(identifier.lower()):
                return attrs.evolve(self, key=identifier)
            raise

    def may_be(self, version: Version) -> bool:
        """Tell whether what is stated can be of the article that a version belongs to: it names no other one."""
        url = self.fields.get("url")
        return (
            self.article_id in {None, version.article_id}
            and self.key in {None, version.article.key}
            and (not isinstance(url, str) or canonical_url(url) == version.article.canonical_url)
        )

    def candidates(self) -> Fields:
        """Return the statements as candidates. Raises InvalidValueError where a value cannot be what it should."""
        return {name: (_candidate(name, value),) for name, value in self.fields.items()}


NOTHING_GIVEN = Given()


@attrs.frozen
class Terms:
    """What is stated of all inputs of a call, checked: as it was, and as candidates."""

    given: Given
    candidates: Fields

    @classmethod
    def of(cls, given: Given) -> Terms:
        """Check the statements. Raises InvalidValueError where one cannot be what it should."""
        candidates = given.candidates()
        return cls(attrs.evolve(given, captured=moment(given.captured)), candidates)


UNSTATED = Terms(NOTHING_GIVEN, {})
"""Of a record that is read again: what was stated of it is in the archive."""


def moment(captured: str | None) -> str | None:
    """Return a stated time of capture in its canonical spelling. Raises InvalidValueError where it names no moment."""
    if captured is None:
        return None
    normal = edtf.normalize(captured)
    instant(normal)
    return normal


def storable_text(name: str, value: str) -> str:
    """Return a value that is Unicode text. Raises InvalidValueError where it is not."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(f"{name}={value!r} is not Unicode text; give it in UTF-8") from None
    return value


def _candidate(name: str, value: Value) -> Candidate:
    if name not in FIELD_NAMES or isinstance(value, tuple) != (name in LIST_FIELDS):
        raise InvalidValueError(f"{name}={value!r} is no field with its value; the fields: {', '.join(FIELD_NAMES)}")
    for item in (value,) if isinstance(value, str) else value:
        storable_text(name, item)
        if not item.strip():
            # It would be believed before what the article says, as if it were known that there is none.
            raise InvalidValueError(f"the value stated for {name} is empty; leave it out where it is not known")
    if name == "url" and isinstance(value, str):
        canonical_url(value)
    if name == "language" and isinstance(value, str) and not _LANGUAGE.fullmatch(value):
        raise InvalidValueError(f"language={value!r} is no tag of a language, such as en, pt-BR or zh-Hant")
    stated = edtf.normalize(value) if name == "published" and isinstance(value, str) else value
    raw = value if stated != value and isinstance(value, str) else None
    return Candidate(value=stated, method=GIVEN, extractor=EXTRACTOR, raw=raw)
