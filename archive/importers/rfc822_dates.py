"""Dates as mails and feeds write them: RFC 5322, and what was usual before it."""

from __future__ import annotations

from archive import edtf
from archive.errors import InvalidValueError


def normalize(value: str) -> str:
    """Return a date's canonical spelling: see `archive.edtf`, with the offset as it was written.

    Besides what EDTF takes, years of two digits and the spellings that RFC 5322 calls obsolete (section 4.3). Raises
    `InvalidValueError`.
    """
    text = " ".join(value.split())
    try:
        return edtf.normalize(text)
    except InvalidValueError:
        spelled = _obsolete(text)
        if spelled is None:
            raise
        return edtf.normalize(spelled)


def _obsolete(text: str) -> str | None:
    from email.utils import parsedate_tz

    # "Apr 2031" and the like would be completed with a day that nobody stated.
    if len(text) > 64 or sum(part.isdigit() for part in text.replace(",", " ").replace("-", " ").split()) < 2:
        return None
    try:
        found = parsedate_tz(text)
    except (ValueError, IndexError, TypeError):
        return None
    if found is None or ":" not in text:
        return None
    year, month, day, hour, minute, second = found[:6]
    offset = found[9]
    spelled = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"
    if text.count(":") > 1 or second:
        spelled += f":{second:02}"
    if offset is None:
        return spelled
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 3600:02}:{abs(offset) // 60 % 60:02}"
    named = text.rsplit(" ", 1)[-1]
    return spelled + ("Z" if not offset and (named.isalpha() or named == "-0000") else zone)
