"""Citations as CSL-JSON, which citation processors and reference managers read.

Source: the schema `csl-data.json` of the Citation Style Language, version 1.0.2. Names are `literal`. A date of which
not even the year is known exactly is `literal`, too. What has no variable of its own is in `custom`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive.citing.citation import date_parts

if TYPE_CHECKING:
    from archive.citing.citation import Citation


def csl_json(citation: Citation) -> str:
    """Return an item of the type `article-newspaper` as a JSON object on one line, in ASCII."""
    item: dict[str, Any] = {
        "id": citation.key,
        "type": "article-newspaper",
        "title": citation.title,
        "author": [{"literal": name} for name in citation.authors] or None,
        "container-title": citation.publisher,
        "issued": _date(citation.published),
        "accessed": _date(citation.accessed),
        "URL": citation.url,
        "language": citation.language,
        "archive": f"morgue archive {citation.archive}",
        "archive_location": f"event {citation.event}, position {citation.position}",
        "note": citation.note,
        "custom": {
            "published": citation.published,
            "captured": citation.accessed,
            "recorded": citation.recorded,
            "archive": citation.archive,
            "event": citation.event,
            "position": citation.position,
            "digest": citation.digest,
        },
    }
    return json.dumps({name: value for name, value in item.items() if value is not None})


def _date(value: str | None) -> dict[str, Any] | None:
    if value is None:
        return None
    parts = date_parts(value)
    return {"date-parts": [list(parts)]} if parts else {"literal": value}
