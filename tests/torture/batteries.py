"""All batteries, in the order in which they are told of."""

from __future__ import annotations

from tests.torture import crashes, faults, kills

BATTERIES = (kills.BATTERY, crashes.BATTERY, faults.BATTERY)
