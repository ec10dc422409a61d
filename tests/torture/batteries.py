"""All batteries, in the order in which they are told of."""

from __future__ import annotations

from tests.torture import borrowed, crashes, crowd, faults, flips, kills, model, mutants, remains, tampering

BATTERIES = (
    kills.BATTERY,
    crashes.BATTERY,
    faults.BATTERY,
    flips.BATTERY,
    tampering.BATTERY,
    crowd.BATTERY,
    model.BATTERY,
    remains.BATTERY,
    borrowed.PROOFS,
    mutants.BATTERY,
    borrowed.GOLDEN,
)
