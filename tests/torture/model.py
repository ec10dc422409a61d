"""The battery of the model: Hypothesis looks for steps after which an archive is not what a list says it is."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from archive.archive import Archive
from tests.torture.machine import Machine
from tests.torture.registry import Battery, Result

if TYPE_CHECKING:
    from pathlib import Path

SHORT, SHORT_STEPS, LONG_STEPS = 200, 30, 50


def explore(count: int, number: int, folder: Path) -> Result:
    """Make `count` runs of the machine, of 30 steps each at most in a short battery and of 50 in a long one."""
    with Archive.create(folder / "empty"):
        pass
    long = count > SHORT
    steps = LONG_STEPS if long else SHORT_STEPS
    made = {"runs": 0}

    @seed(number)
    class Counted(Machine):
        empty = folder / "empty"

        def __init__(self) -> None:
            super().__init__()
            made["runs"] += 1

    chosen = settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        # To find the shortest steps takes minutes: in the tests, their seed is enough.
        phases=[Phase.generate, Phase.shrink] if long else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    observed: dict[str, int | float | str] = {"steps at most": steps}
    try:
        run_state_machine_as_test(Counted, settings=chosen)
    except (Exception, HypothesisException) as error:  # noqa: BLE001 - whatever goes wrong is the finding
        told = "".join(traceback.format_exception(error))
        return Result(runs=made["runs"], failures=(f"seed {number}: {told}",), observed=observed)
    return Result(runs=made["runs"], observed=observed)


BATTERY = Battery(
    name="model",
    proves="an archive is what a list says it is, now and at any moment; a rebuilt index is the one that caught up",
    short=SHORT,
    long=2000,
    run=explore,
)
