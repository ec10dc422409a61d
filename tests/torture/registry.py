"""What a battery is: a function from a number of runs and a seed to a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@attrs.frozen(kw_only=True)
class Result:
    """What a battery did. `failures` tell how to see each again; `observed` are figures worth a line each."""

    runs: int
    failures: tuple[str, ...] = ()
    observed: dict[str, int | float | str] = attrs.field(factory=dict)


class Run(Protocol):
    """The function of a battery: makes `count` runs, all of which `seed` decides, in a folder of its own."""

    def __call__(self, count: int, seed: int, folder: Path, /) -> Result: ...


@attrs.frozen(kw_only=True)
class Battery:
    """A battery, what it proves, and how many runs are made of it: in the tests, and at hand.

    `short` is 0 where the tests leave it out. `missing` returns why it cannot run here.
    """

    name: str
    proves: str
    short: int
    long: int
    run: Run
    missing: Callable[[], str | None] = lambda: None
