"""The tables of events.db, and the triggers that keep the log immutable. docs/format.md, "Tables".

Each table but `lookup`, which can be rebuilt, has a trigger on INSERT as well: `INSERT OR REPLACE` deletes a row
without asking the trigger on DELETE.

`CHECK (typeof(…))` rather than STRICT tables, so that SQLite from 3.34 on reads an archive.
"""

from __future__ import annotations

FORMAT = 1
"""The version of the format, in `PRAGMA user_version`."""

APPLICATION_ID = 0x6D6F7267
"""`morg` in ASCII, in `PRAGMA application_id`, so that `file` and `open` know whose database it is."""

PAGE_SIZE = 16_384

STATEMENTS = (
    """CREATE TABLE event (
    position INTEGER PRIMARY KEY CHECK (typeof(position) = 'integer' AND position >= 0),
    id TEXT NOT NULL UNIQUE CHECK (typeof(id) = 'text' AND length(id) = 36),
    envelope BLOB NOT NULL CHECK (typeof(envelope) = 'blob' AND length(envelope) BETWEEN 2 AND 65535),
    leaf BLOB NOT NULL CHECK (typeof(leaf) = 'blob' AND length(leaf) = 32)
)""",
    """CREATE TABLE payload (
    position INTEGER NOT NULL CHECK (typeof(position) = 'integer' AND position >= 0),
    part TEXT NOT NULL CHECK (typeof(part) = 'text'),
    chunk INTEGER NOT NULL CHECK (typeof(chunk) = 'integer' AND chunk >= 0),
    salt BLOB NOT NULL CHECK (typeof(salt) = 'blob' AND length(salt) = CASE chunk WHEN 0 THEN 32 ELSE 0 END),
    codec INTEGER NOT NULL CHECK (typeof(codec) = 'integer'),
    data BLOB NOT NULL CHECK (typeof(data) = 'blob'),
    checksum BLOB NOT NULL CHECK (typeof(checksum) = 'blob' AND length(checksum) = 32),
    PRIMARY KEY (position, part, chunk)
)""",
    """CREATE TABLE lookup (
    key INTEGER NOT NULL CHECK (typeof(key) = 'integer'),
    position INTEGER NOT NULL CHECK (typeof(position) = 'integer'),
    PRIMARY KEY (key, position)
) WITHOUT ROWID""",
    """CREATE TABLE node (
    level INTEGER NOT NULL CHECK (typeof(level) = 'integer' AND level >= 1),
    number INTEGER NOT NULL CHECK (typeof(number) = 'integer' AND number >= 0),
    hash BLOB NOT NULL CHECK (typeof(hash) = 'blob' AND length(hash) = 32),
    PRIMARY KEY (level, number)
) WITHOUT ROWID""",
    """CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL CHECK (typeof(size) = 'integer' AND size >= 0),
    frontier BLOB NOT NULL CHECK (typeof(frontier) = 'blob' AND length(frontier) % 32 = 0)
)""",
    """CREATE TABLE meta (
    name TEXT PRIMARY KEY CHECK (typeof(name) = 'text'),
    value BLOB NOT NULL CHECK (typeof(value) = 'blob')
) WITHOUT ROWID""",
    """CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are immutable'); END""",
    """CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are immutable'); END""",
    """CREATE TRIGGER event_comes_next BEFORE INSERT ON event
WHEN NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM event)
  OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an event takes the next position, under an id of its own'); END""",
    """CREATE TRIGGER payload_belongs_to_a_new_event BEFORE INSERT ON payload
WHEN NEW.position < (SELECT size FROM head)
BEGIN SELECT RAISE(ABORT, 'an event that was recorded gets no further payload'); END""",
    """CREATE TRIGGER payload_is_only_erased BEFORE UPDATE ON payload
WHEN NEW.position IS NOT OLD.position OR NEW.part IS NOT OLD.part OR NEW.chunk IS NOT OLD.chunk
  OR NEW.codec IS NOT OLD.codec
  OR NEW.data IS NOT CAST(zeroblob(length(OLD.data)) AS BLOB)
  OR NEW.salt IS NOT CAST(zeroblob(length(OLD.salt)) AS BLOB)
  OR NEW.checksum IS NOT CAST(zeroblob(32) AS BLOB)
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END""",
    """CREATE TRIGGER payload_is_never_deleted BEFORE DELETE ON payload
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END""",
    """CREATE TRIGGER node_is_never_replaced BEFORE INSERT ON node
WHEN EXISTS (SELECT 1 FROM node WHERE level = NEW.level AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'hashes are immutable'); END""",
    """CREATE TRIGGER node_is_never_changed BEFORE UPDATE ON node
BEGIN SELECT RAISE(ABORT, 'hashes are immutable'); END""",
    """CREATE TRIGGER node_is_never_deleted BEFORE DELETE ON node
BEGIN SELECT RAISE(ABORT, 'hashes are immutable'); END""",
    """CREATE TRIGGER head_is_never_replaced BEFORE INSERT ON head
WHEN EXISTS (SELECT 1 FROM head)
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
    """CREATE TRIGGER head_only_grows BEFORE UPDATE ON head
WHEN NEW.size <= OLD.size
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
    """CREATE TRIGGER head_is_never_deleted BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END""",
    """CREATE TRIGGER meta_is_never_replaced BEFORE INSERT ON meta
WHEN EXISTS (SELECT 1 FROM meta WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'the archive keeps its identity'); END""",
    """CREATE TRIGGER meta_is_never_changed BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'the archive keeps its identity'); END""",
    """CREATE TRIGGER meta_is_never_deleted BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'the archive keeps its identity'); END""",
)
