"""How well search ranks, next to other engines: `python -m tests.search_quality` writes docs/search-quality.md."""
