"""Segments: our own files of postings, positions, lengths and columns. docs/format.md, "Segments"."""
