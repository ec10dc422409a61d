"""Tests of Whoosh's that say nothing about a codec of ours, by file or by test, each with the reason."""

from __future__ import annotations

_REPOSITORY = "needs files of Whoosh's repository that are not in its source distribution"

LEFT_OUT = {
    "test_bump_version_script.py": _REPOSITORY,
    "test_example_acronyms.py": _REPOSITORY,
    "test_example_parallel_indexing.py": _REPOSITORY,
    "test_example_parallel_search.py": _REPOSITORY,
    "test_example_rag_retriever.py": _REPOSITORY,
    "test_example_signed_numbers.py": _REPOSITORY,
    "test_examples_runnable.py": _REPOSITORY,
    "test_site_version_sync.py": _REPOSITORY,
    "test_codecs.py::test_corrupt_postings_block_raises_clear_error": (
        "damages a file of Whoosh's own codec at its magic number; ours: tests/index/codec/test_index.py"
    ),
    "test_codecs.py::test_tiny_blocks_stored_uncompressed_round_trip": (
        "watches how Whoosh's own codec calls zlib; ours compresses nothing"
    ),
    "test_columns.py::test_varbytes_offsets": (
        "asks the reader of Whoosh's own column whether offsets were stored; ours always stores them"
    ),
}
"""Reason by name: `file` or `file::test`, parameters left off."""
