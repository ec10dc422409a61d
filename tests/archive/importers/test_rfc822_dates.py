"""Dates of mails and feeds: as precise as they are, with the offset that was written."""

from __future__ import annotations

import pytest

from archive.errors import InvalidValueError
from archive.importers.rfc822_dates import normalize


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Tue, 01 Apr 2031 10:00:00 +0200", "2031-04-01T10:00:00+02:00"),
        ("Tue, 01 Apr 31 10:00:00 GMT", "2031-04-01T10:00:00Z"),
        ("01 Apr 31 10:00 EST", "2031-04-01T10:00-05:00"),
        ("Tue,  1 Apr\n 2031 10:00:00 -0000", "2031-04-01T10:00:00Z"),
        ("2031-04-01T10:00:00+02:00", "2031-04-01T10:00:00+02:00"),
        ("2031-04-01", "2031-04-01"),
        ("2031-04", "2031-04"),
        ("Tue, 01-Apr-2031 10:00:00 +0530", "2031-04-01T10:00:00+05:30"),
    ],
)
def test_a_date_keeps_its_offset(written: str, date: str) -> None:
    assert normalize(written) == date


@pytest.mark.parametrize(
    "written", ["", "soon", "Tue, 31 Feb 2031 10:00:00 GMT", "Apr 2031 10:00", "10:00", "x" * 100_000]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(InvalidValueError):
        normalize(written)
