"""A model of an archive, a list, and a machine of Hypothesis that does the same to both and compares them.

The model knows the rules that a user is told: an input with a known id is another version of its article, unless it
says what a version says already; of several versions the one captured last is current; a search finds current versions;
`--at` is the search of a log that ends there; what is withheld is not found until it is released; what was erased is
nowhere, at no time, and does not come back; an archive into which another is merged finds all that the other finds. It
knows nothing of how any of it is done.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from archive.archive import Archive
from archive.changing import Change, Changed, change_many, withholding
from archive.erasing import Ground
from archive.moving.merging import merge
from archive.moving.sources import ArchiveSource
from archive.verification import verify
from index.index import Index
from index.search import Request
from tests.archive.damage import amend
from tests.archive.making import add_all, submission

if TYPE_CHECKING:
    from archive.submission import Submission

GROUND = Ground(basis="a request", authority="the owner")
WORDS = ("bell", "crane", "ferry", "storm", "tide")
KEYS = st.integers(0, 4)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
DAYS = st.none() | st.integers(1, 5)
"""Days of a month on which an input was captured; None where it does not say."""


@attrs.frozen
class Entry:
    """A version in the model: `text` is as it was read last, `original` what its bytes say, `holder` who has them."""

    position: int
    key: int
    text: str
    original: str
    day: int | None
    holder: int

    def moment(self) -> tuple[int, int]:
        """Return when it was captured: on a day long past, or as it was recorded."""
        return (1, self.holder) if self.day is None else (0, self.day)


def current(entries: list[Entry]) -> Entry:
    """Return the current one of an article's versions."""
    return max(entries, key=lambda entry: (*entry.moment(), entry.holder, entry.position))


class Model:
    """What an archive is for its user: a list of versions, and the number of events."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.turns: list[tuple[int, int]] = []
        """Position and article of each event that withheld it or, every second time, released it."""
        self.erased: dict[int, int] = {}
        """The articles that were erased, and where that is recorded."""
        self.size = 1

    def versions(self, key: int, end: int | None = None) -> list[Entry]:
        """Return an article's versions among the first `end` events."""
        return [entry for entry in self.entries if entry.key == key and (end is None or entry.position < end)]

    def add(self, inputs: list[tuple[int, str, int | None]]) -> list[tuple[str, int]]:
        """Add inputs in one run; return what becomes of each, and where."""
        outcomes = [self._add_one(*one) for one in inputs]
        # Whatever changed the archive is followed by the record of its run.
        self.size += any(status not in {"unchanged", "suppressed"} for status, _ in outcomes)
        return outcomes

    def _add_one(self, key: int, text: str, day: int | None) -> tuple[str, int]:
        if key in self.erased:
            return "suppressed", self.erased[key]
        known = self.versions(key)
        if known:
            now = current(known)
            # What its bytes say, else what today's reading of them says: the latest one of each version's bytes.
            latest = {entry.holder: entry for entry in known}
            same = [entry for entry in known if entry.original == text]
            same = same or [entry for entry in known if entry in latest.values() and entry.text == text]
            if same:
                found = now if now in same else same[-1]
                returns = found is not now and day is not None and (0, day) > now.moment()
                if not returns:
                    return "unchanged", found.position
        entry = Entry(self.size, key, text, text, day, self.size)
        self.entries.append(entry)
        self.size += 1
        return ("revised" if known else "added"), entry.position

    def amend(self, entry: Entry, text: str) -> int:
        """Read a version's bytes anew, after their latest reading."""
        self.entries.append(attrs.evolve(entry, position=self.size, text=text))
        self.size += 1
        return self.size - 1

    def withheld(self, key: int, end: int | None = None) -> bool:
        """Tell whether an article is withheld after the first `end` events."""
        return sum(one == key and (end is None or position < end) for position, one in self.turns) % 2 == 1

    def turn(self, key: int) -> int:
        """Withhold an article that is not, or release it; return the position of the event."""
        self.turns.append((self.size, key))
        # The run is recorded behind it.
        self.size += 2
        return self.size - 2

    def erase(self, key: int) -> int:
        """Erase an article; return the position of the event."""
        self.entries = [entry for entry in self.entries if entry.key != key]
        self.erased[key] = self.size
        self.size += 2
        return self.size - 2

    def found(self, word: str, end: int) -> list[int]:
        """Return the positions that a search finds in the first `end` events."""
        articles = [self.versions(key, end) for key in range(5)]
        now = [current(versions) for versions in articles if versions and not self.withheld(versions[0].key, end)]
        return sorted(entry.position for entry in now if word in entry.text.split())


def input_of(key: int, text: str, day: int | None) -> Submission:
    """Return an input as a program hands it in. Texts of two articles differ by their first word."""
    return submission(f"k{key} {text}", key=f"id-{key}", captured=None if day is None else f"2021-04-{day:02}")


class Machine(RuleBasedStateMachine):
    """An archive with its index, and the model."""

    empty: Path
    """A new archive, of which each run gets a copy."""

    def __init__(self) -> None:
        super().__init__()
        self._scratch = tempfile.TemporaryDirectory(prefix="morgue-machine-")
        self._folder = Path(self._scratch.name, "archive")
        shutil.copytree(self.empty, self._folder)
        self._archive = Archive.open(self._folder)
        self._model = Model()
        self._roots: dict[int, bytes] = {}
        self._other: Path | None = None

    @rule(inputs=st.lists(st.tuples(KEYS, TEXTS, DAYS), min_size=1, max_size=4))
    def add(self, inputs: list[tuple[int, str, int | None]]) -> None:
        expected = self._model.add([(key, f"k{key} {text}", day) for key, text, day in inputs])
        outcomes = add_all(self._archive, (input_of(*one) for one in inputs))
        found = [(outcome.status, outcome.position) for outcome in outcomes]
        assert found == expected, f"{found} instead of {expected}"
        assert self._archive.size() == self._model.size

    @precondition(lambda self: self._model.entries)
    @rule(data=st.data(), text=TEXTS)
    def amend(self, data: st.DataObject, text: str) -> None:
        holder = data.draw(st.sampled_from(sorted({entry.holder for entry in self._model.entries})))
        entry = [entry for entry in self._model.entries if entry.holder == holder][-1]
        position = amend(self._archive, self._archive.version(entry.position), f"k{entry.key} {text}")
        assert position == self._model.amend(entry, f"k{entry.key} {text}")

    @precondition(lambda self: self._model.entries)
    @rule(data=st.data())
    def withhold_or_release(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted({entry.key for entry in self._model.entries})))
        statement = withholding(reason="A test.", release=self._model.withheld(key))
        about = self._archive.version(self._model.versions(key)[0].position)
        [changed] = change_many(self._archive, [Change(statement, about)], command="withhold")
        assert isinstance(changed, Changed)
        assert changed.position == self._model.turn(key)

    @precondition(lambda self: self._model.entries)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self._model.entries))
        erasure = self._archive.erase(str(entry.position), GROUND)
        assert erasure.position == self._model.erase(entry.key)
        assert not erasure.pending

    @precondition(lambda self: self._model.entries and self._other is None)
    @rule(word=st.sampled_from(WORDS))
    def merge_into_another(self, word: str) -> None:
        self._other = Path(self._scratch.name, "other")
        with Archive.create(self._other) as other:
            self._merge_into(other)
            assert len(Index(other).search(Request(query=word, limit=None)).page) == len(self._found(word))

    def _merge_into(self, other: Archive) -> None:
        source = ArchiveSource(self._archive.store)
        with source.opened():
            merge(other, source)
        read = sorted(article.text for article in other.articles())
        assert read == sorted(entry.text for entry in self._model.entries)
        size = other.size()
        with source.opened():
            assert merge(other, source).position is None
        assert other.size() == size

    @rule(word=st.sampled_from(WORDS))
    def search(self, word: str) -> None:
        assert self._found(word) == self._model.found(word, self._model.size)

    @rule(word=st.sampled_from(WORDS), data=st.data())
    def search_the_past(self, word: str, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, self._model.size - 1))
        assert self._found(word, at=at) == self._model.found(word, at + 1)

    @rule(word=st.sampled_from(WORDS), data=st.data())
    def rebuild(self, word: str, data: st.DataObject) -> None:
        at = data.draw(st.none() | st.integers(0, self._model.size - 1))
        caught_up = self._scored(word, at)
        Index(self._archive).rebuild()
        assert self._scored(word, at) == caught_up

    @rule()
    def open_anew(self) -> None:
        self._roots[self._archive.size()] = self._archive.root()
        self._archive.close()
        self._archive = Archive.open(self._folder)

    @rule()
    def read_all(self) -> None:
        read = [(article.position, article.text) for article in self._archive.articles()]
        assert read == [(entry.position, entry.text) for entry in self._model.entries]
        for key in {entry.key for entry in self._model.entries}:
            versions = self._model.versions(key)
            assert self._archive.find(f"id-{key}").position == current(versions).position
            article = self._archive.version(versions[0].position).article_id
            assert [one.position for one in self._archive.versions(article)] == [one.position for one in versions]
        for size, root in self._roots.items():
            assert self._archive.root(size) == root

    def teardown(self) -> None:
        try:
            self.read_all()
            assert list(verify(self._archive)) == []
            if self._other is not None:
                # What came since, erasures of what is there already among it.
                with Archive.open(self._other) as other:
                    self._merge_into(other)
                    assert list(verify(other)) == []
        finally:
            self._archive.close()
            self._scratch.cleanup()

    def _found(self, word: str, at: int | None = None) -> list[int]:
        return sorted(position for position, _ in self._scored(word, at))

    def _scored(self, word: str, at: int | None) -> tuple[tuple[int, float], ...]:
        return Index(self._archive).search(Request(query=word, limit=None), at=at).page
