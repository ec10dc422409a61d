"""The fields of an index document, by name. Imports nothing: both ways of reading the index begin here."""

from __future__ import annotations

TITLE, TEXT = "title", "text"
SCORED = (TITLE, TEXT)
"""The fields that a word without a field is looked up in."""

TAG = "tag"
URL, ORIGIN = "url", "origin"
CAPTURED = "captured"
"""The day of the capture in UTC, as one term of eight digits."""

COUNTED = ("publisher", "agency", "author", "place", "language", TAG)
"""Fields of names whose values are in the index, to be counted (`index.facets`)."""

NAMES = (*COUNTED, URL, ORIGIN, CAPTURED)
"""Fields of names: folded, not stemmed, never scored."""

INDEXED = SCORED + NAMES
"""All fields that have postings, in the order in which a segment holds them."""

UNKNOWN_TIME = -(1 << 62)
"""In the column `published`, where the time is not known."""

VALUE_GAP = 100
"""Positions between two values of one field, so that no phrase reaches from one name into the next, and between two
passages of a text that boilerplate parts."""
