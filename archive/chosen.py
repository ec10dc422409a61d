"""What was chosen for the fields of an article, by name. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.provenance import Value


class ChosenFields(ABC):
    """The fields of an article, each with the value that was chosen, if any is known."""

    __slots__ = ()

    @abstractmethod
    def value(self, name: str) -> Value | None:
        """Return the value that was chosen for a field, None where none is known."""

    def one(self, name: str) -> str | None:
        """Return the value of a field that has one value, None where it is not known."""
        value = self.value(name)
        return value if isinstance(value, str) else None

    def many(self, name: str) -> tuple[str, ...]:
        """Return the values of a field that is a list, `()` where none is known."""
        value = self.value(name)
        return value if isinstance(value, tuple) else ()

    @property
    def title(self) -> str | None:
        """The headline."""
        return self.one("title")

    @property
    def authors(self) -> tuple[str, ...]:
        """The names in the byline."""
        return self.many("authors")

    @property
    def publisher(self) -> str | None:
        """The outlet that published the article."""
        return self.one("publisher")

    @property
    def agency(self) -> str | None:
        """The news agency that the text is credited to."""
        return self.one("agency")

    @property
    def published(self) -> str | None:
        """When it was published: an EDTF date, as precise as it is known, with its offset as published."""
        return self.one("published")

    @property
    def place(self) -> str | None:
        """The place of the dateline."""
        return self.one("place")

    @property
    def language(self) -> str | None:
        """The language, as a BCP 47 tag."""
        return self.one("language")

    @property
    def url(self) -> str | None:
        """The address, as it was stated."""
        return self.one("url")

    @property
    def tags(self) -> tuple[str, ...]:
        """Keywords that came with the article."""
        return self.many("tags")
