"""A worker that dies, hangs or takes too much costs one record, whatever that did, and the others come in order."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from archive.given import NOTHING_GIVEN, Given, Terms
from archive.importers.protocol import Record
from archive.submission import Submission
from archive.submitting import Source
from archive.workers.ordering import Unread, in_order
from archive.workers.pool import Pool
from archive.workers.process import Process, WorkerError
from tests.archive.workers.processes import children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.workers.framing import Message

SOURCE = Source("pages", "/pages")
MIB = 1 << 20
SMALL_WITH_MUCH_AROUND = Record(original=b"x", format="hostile", head=b"y" * MIB)

pytestmark = pytest.mark.usefixtures("hostile_format")


def unread(contents: Iterable[bytes], *, alone: bool = True) -> Iterator[Unread]:
    for number, content in enumerate(contents):
        yield Unread(Record(original=content, format="hostile", label=f"r{number}"), SOURCE, alone)


def read(
    contents: Iterable[bytes],
    *,
    jobs: int = 2,
    alone: bool = True,
    seconds: float = 1.0,
    memory: int = 1024 * MIB,
    given: Given = NOTHING_GIVEN,
) -> list[str]:
    """Return the texts of what was read, and the messages of failures, in the order in which they came."""
    with Pool(jobs, Terms.of(given), seconds=seconds, memory=memory) as pool:
        found = in_order(unread(contents, alone=alone), pool)
        return [item.text if isinstance(item, Submission) else str(item) for item in found]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"sleep", "took more than 1 s to read; convert it to text, if it must be kept"),
        (b"spin", "took more than 1 s to read; convert it to text, if it must be kept"),
        (b"memory", "needs more than 1,024 MiB of memory to read; split it, or convert it to text"),
        (b"crash", f"the reader died (signal {signal.SIGSEGV})"),
        (b"abort", f"the reader died (signal {signal.SIGABRT})"),
        (b"exit", "the reader died (exit code 9)"),
        (b"quit", "the reader died (exit code 0)"),
        (b"raise", "cannot be read: RuntimeError: the parser met what it does not know"),
        (b"open", "cannot be read: OSError: [Errno 24] Too many open files: '/dev/null'"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_what_a_record_does_to_its_reader_costs_that_record(content: bytes, message: str, alone: bool) -> None:
    assert read([b"one", b"two", content, b"three", b"four"], alone=alone) == [
        "one",
        "two",
        f"pages: record r2: {message}",
        "three",
        "four",
    ]


def test_what_a_record_prints_is_not_taken_for_an_answer() -> None:
    assert read([b"print", b"read", b"core", b"one"]) == ["print", "read", "core", "one"]


def test_records_that_all_do_harm_are_all_told_of() -> None:
    found = read([b"crash", b"exit", b"sleep", b"abort", b"raise", b"crash"], seconds=0.5)
    assert [message.split(": ")[1] for message in found] == [f"record r{number}" for number in range(6)]


def test_a_reader_without_memory_is_replaced_before_a_record_is_blamed() -> None:
    # The second record alone would do; what the first one left behind is in its way.
    assert read([b"hoard", b"half", b"one"], jobs=1) == ["hoard", "half", "one"]


def test_a_reader_that_was_stopped_does_not_hold_the_others_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.workers.limits.SECONDS_MORE", 0.0)
    assert read([b"stop", b"one"], jobs=1, seconds=0.5) == [
        "pages: record r0: took more than 0.5 s to read; convert it to text, if it must be kept",
        "one",
    ]


def test_the_order_is_that_of_the_input_however_long_each_takes() -> None:
    contents = [
        b"raise" if number % 7 == 3 else b"record %d" % number + b"." * (number % 5) * 9000 for number in range(200)
    ]
    expected = [
        f"pages: record r{number}: cannot be read: RuntimeError: the parser met what it does not know"
        if content == b"raise"
        else content.decode()
        for number, content in enumerate(contents)
    ]
    for jobs in (1, 3):
        for alone in (True, False):
            assert read(contents, jobs=jobs, alone=alone) == expected


def test_what_is_given_holds_for_what_workers_read() -> None:
    given = Given(fields={"publisher": "Courier", "tags": ("sea", "ferry")}, captured="2021-04-14")
    with Pool(1, Terms.of(given)) as pool:
        (made,) = in_order(unread([b"one"]), pool)
    assert isinstance(made, Submission)
    article = made.article
    assert (article.metadata.publisher, article.metadata.tags) == ("Courier", ("sea", "ferry"))
    assert (article.captured, article.origin.path, article.origin.label) == ("2021-04-14", "/pages", "r0")


def test_no_process_is_started_before_there_is_something_to_read_or_than_can_be_used() -> None:
    with Pool(4, Terms.of(NOTHING_GIVEN)) as pool:
        assert children() == []
        assert len(list(in_order(unread([b"one"]), pool))) == 1
        assert len(children()) == 1
    assert children() == []


def test_processes_end_with_the_pool_though_they_are_at_work() -> None:
    with Pool(3, Terms.of(NOTHING_GIVEN)) as pool:
        found = in_order(unread([b"one", *[b"spin"] * 5]), pool)
        assert isinstance(next(found), Submission)
        assert children()
    assert children() == []


@pytest.mark.parametrize("record", [Record(original=b"x" * MIB, format="hostile"), SMALL_WITH_MUCH_AROUND])
def test_a_large_input_does_not_pile_up(monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    monkeypatch.setattr("archive.workers.ordering.IN_FLIGHT", 4 * MIB)
    taken = 0

    def inputs() -> Iterator[Unread]:
        nonlocal taken
        for _ in range(64):
            taken += 1
            yield Unread(record, SOURCE, alone=True)

    with Pool(2, Terms.of(NOTHING_GIVEN)) as pool:
        for number, item in enumerate(in_order(inputs(), pool)):
            assert isinstance(item, Submission)
            assert taken <= number + 6
    assert taken == 64


def test_what_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(WorkerError, match="no process can be started"):
        read([b"one"])
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(WorkerError, match="did not start"):
        read([b"one"])


@pytest.mark.parametrize(
    "twist",
    [
        {"identifiers": {"digest": 5}},
        {"identifiers": {"title": "Another"}},
        {"content": None},
        {"parts": []},
        {"parts": [["article", "", [0]], ["origin", "", [0]]]},
    ],
)
def test_a_worker_whose_answer_contradicts_itself_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, twist: dict[str, object]
) -> None:
    def twisted(process: Process) -> list[Message]:
        found = honest(process)
        for message in found:
            for made in message.document.get("items", ()):
                for name, value in twist.items():
                    made[0][name] = {**made[0][name], **value} if isinstance(value, dict) else value
        return found

    honest = Process.read
    monkeypatch.setattr(Process, "read", twisted)
    assert read([b"one"]) == ["pages: record r0: the reader gave an answer that is none"]


def test_a_worker_that_answers_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def twisted(process: Process) -> list[object]:
        seen.append(process)
        found = honest(process)
        return [
            type(message)({"items": [[{"is": "record"}]]}) if "items" in message.document else message
            for message in found
        ]

    honest = Process.read
    monkeypatch.setattr(Process, "read", twisted)
    assert read([b"one"]) == ["pages: record r0: the reader gave an answer that is none"]
    assert seen
