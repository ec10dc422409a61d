"""A plugin for pytest: makes ours the codec that Whoosh takes where none is named, and leaves tests out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import whoosh.codec
import whoosh.codec.whoosh3

from index.codec.codec import BlockCodec
from tests.whoosh_suite.left_out import LEFT_OUT

if TYPE_CHECKING:
    from whoosh.filedb.filestore import Storage

    from index.codec.segment import BlockSegment

segments_begun = 0


class _Counted(BlockCodec):
    """Ours, with the settings of Whoosh's, which it does not have; counts."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def new_segment(self, storage: Storage, indexname: str) -> BlockSegment:
        global segments_begun  # noqa: PLW0603 - the plugin's one piece of state
        segments_begun += 1
        return super().new_segment(storage, indexname)


def use() -> None:
    """Make ours the default; and that of tests that name Whoosh's, which would say nothing about ours."""
    whoosh.codec.default_codec = _Counted
    whoosh.codec.whoosh3.W3Codec = _Counted


use()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        file = item.path.name
        test = f"{file}::{item.name.partition('[')[0]}"
        reason = LEFT_OUT.get(test) or LEFT_OUT.get(file)
        if reason:
            item.add_marker(pytest.mark.skip(reason=f"left out: {reason}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.stats.get("skipped", [])
    left_out = sum("left out: " in str(report.longrepr) for report in reports)
    terminalreporter.write_line(
        f"segments begun by our codec in this process: {segments_begun}; tests left out: {left_out}; "
        f"skipped by Whoosh itself: {len(reports) - left_out}"
    )
