"""How well pages are read, next to other tools: `python -m tests.quality` writes docs/import-quality.md."""
