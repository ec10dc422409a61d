"""Whoosh's side of segments: codecs on `whoosh.codec.base`; its readers, matchers and queries run on our files.

`projection` reads the segments of the archive's index, which Whoosh never writes. `codec` also writes: for any schema
of Whoosh's, through Whoosh's own writer. Both read postings through `terms` and `matcher`. docs/format.md, "Segments of
any schema".
"""
