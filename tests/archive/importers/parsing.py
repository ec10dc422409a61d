"""What an importer makes of bytes, in this process."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from archive import importers
from archive.importers.protocol import Draft, Problem, Skipped

if TYPE_CHECKING:
    from archive.importers.protocol import Importer


def parsed(importer: Importer, data: bytes) -> list[Draft | Problem]:
    """Return the drafts and problems of a file, without what was skipped."""
    return [item for item in importers.parse(importer, io.BytesIO(data)) if not isinstance(item, Skipped)]


def only_draft(importer: Importer, data: bytes) -> Draft:
    """Return the one draft of a file that has no problem."""
    (draft,) = parsed(importer, data)
    assert isinstance(draft, Draft), draft
    return draft
