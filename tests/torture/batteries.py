"""All batteries, in the order in which they are told of."""

from __future__ import annotations

from tests.torture import crashes, crowd, faults, flips, kills, tampering

BATTERIES = (kills.BATTERY, crashes.BATTERY, faults.BATTERY, flips.BATTERY, tampering.BATTERY, crowd.BATTERY)
