"""Fetching: pages from the web, each with the capture that says how it came. Imported only where a URL is given."""

from __future__ import annotations

from archive.fetching.address import is_url
from archive.fetching.faults import FetchError
from archive.fetching.fetcher import Fetched, Fetcher, Validators, validators
from archive.fetching.limits import LIMITS, Limits

__all__ = ["LIMITS", "FetchError", "Fetched", "Fetcher", "Limits", "Validators", "is_url", "validators"]
