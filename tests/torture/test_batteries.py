"""Each battery, a short run of it: what it says it proves holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.torture.batteries import BATTERIES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.registry import Battery

SEED = 1


@pytest.mark.slow
@pytest.mark.parametrize("battery", [one for one in BATTERIES if one.short], ids=lambda battery: battery.name)
def test_a_short_run_finds_no_failure(battery: Battery, tmp_path: Path) -> None:
    if (why := battery.missing()) is not None:
        pytest.skip(why)
    result = battery.run(battery.short, SEED, tmp_path)
    assert result.failures == ()
    assert result.runs >= battery.short
