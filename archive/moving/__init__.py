"""Moving: a log leaves the archive, whole or in part, comes back, and is taken into another one.

`carried` is an event under way, `sources` what events can be read from, `lines` and `folders` the two lossless forms,
`warc` and `news_articles` those for other programs; `merging`, `importing`, `backups` and `restoring` do the work.
docs/moving.md.
"""
