"""The web as a place that articles come from: what the way in (`archive.intake`) asks of fetching."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs

from archive.capture import to_bytes
from archive.errors import InvalidValueError
from archive.fetching.address import is_url, parse
from archive.fetching.faults import FetchError
from archive.fetching.remembered import conditions, remembered
from archive.redaction import kept_address
from archive.submission import Failure, Unmodified

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.archive import Archive
    from archive.article import Version
    from archive.fetching.fetcher import Fetcher
    from archive.given import Given


@attrs.frozen(kw_only=True)
class Page:
    """What a URL led to: the body, the part `capture` of how it came, and the address that was asked for, as kept."""

    body: bytes
    capture: bytes
    path: str


class Web:
    """Pages for an archive, which knows some of them already, if there is one. Holds a fetcher: close it.

    With `follow_links`, the entries of feeds and lists are addresses rather than articles (`archive.fetching.links`);
    where they lead into a private network they are not followed unless `allow_private`. `fetching` is told each address
    before it is asked for, `note` what a user may want to know of it.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        archive: Archive | None,
        *,
        follow_links: bool = False,
        allow_private: bool = False,
        fetching: Callable[[str], None] | None = None,
        note: Callable[[str], None] | None = None,
    ) -> None:
        self.follow_links = follow_links
        self._allow_private = allow_private
        self._fetcher = fetcher
        self._archive = archive
        self._fetching = fetching
        self._note = note

    def close(self) -> None:
        """Close all connections."""
        self._fetcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def serves(path: str) -> bool:
        """Tell whether an argument is an address: like a URL, of whatever scheme, and no file has that name."""
        try:
            return is_url(path) and not Path(path).exists()
        except (OSError, ValueError):
            # Longer than a name can be, or with a character that none can have.
            return True

    @staticmethod
    def shown(url: str) -> str:
        """Return an address as it is shown and kept: without secrets."""
        try:
            return parse(url).kept
        except InvalidValueError:
            return kept_address(url)

    def get(self, url: str, given: Given, *, link: bool = False) -> Page | Unmodified | Failure:
        """Return what a URL leads to; that it leads to what is there already; or why to nothing.

        `given` is what the user states of it: where that makes it another article than the one that is remembered, all
        is fetched. A `link` is an address that somebody else wrote.
        """
        path = self.shown(url)
        if self._fetching is not None:
            self._fetching(path)
        try:
            version = self.known(url, given)
            asked = None if version is None or self._archive is None else conditions(self._archive, version)
            fetched = self._fetcher.fetch(url, known=asked, public_only=link and not self._allow_private)
        except FetchError as error:
            return Failure(path=path, message=str(error))
        if self._note is not None:
            for note in fetched.notes:
                self._note(f"{path}: {note}")
        if not fetched.modified and version is not None:
            return Unmodified(version=version, origin=path)
        return Page(body=fetched.body, capture=to_bytes(fetched.capture), path=path)

    def known(self, url: str, given: Given) -> Version | None:
        """Return the current version of the article that a URL stands for, None where the archive has none of it."""
        version = None if self._archive is None else remembered(self._archive, url)
        if version is None or not given.may_be(version):
            return None
        return version
