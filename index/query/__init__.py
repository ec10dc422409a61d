"""The query language: text in, a tree of values or an error that points at the place out. Opens nothing."""
