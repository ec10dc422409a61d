"""docs/reliability.md, from the results that docs/reliability.json keeps. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tests.torture.registry import Battery

_HEAD = """\
# Reliability

Written by `make torture` from `docs/reliability.json`, which keeps the last run of each battery. A short run of most is
among the tests. How the batteries work, and what they do not cover, is in
[decision 23](adr/0023-fault-batteries.md).

| battery | what it shows | runs | failures | seed | date |
| --- | --- | ---: | ---: | ---: | --- |
"""

_FOOT = """
## To run them

```sh
make torture                                     # all at their long counts: about an hour
make torture TORTURE="--only kills crashes"      # some of them
make torture TORTURE="--short --seed 7"          # the counts of the tests, with another seed
```

A failure is told with its seed. The same seed makes the same faults again; only of processes that are killed at random
moments, or run beside each other, the moments differ. Batteries that record calls or let them fail need Linux and a C
compiler; without one they are left out, here and in the tests.
"""


def page(batteries: Sequence[Battery], results: dict[str, Any]) -> str:
    """Return the page; `results` has those of each battery by its name, as `tests.torture.__main__` keeps them."""
    known = [(battery, results[battery.name]) for battery in batteries if battery.name in results]
    parts = [_HEAD]
    for battery, result in known:
        failures = len(result["failures"])
        cells = (battery.name, battery.proves, f"{result['runs']:,}", failures, result["seed"], result["date"])
        parts.append(f"| {' | '.join(map(str, cells))} |\n")
    counted = [(battery, result) for battery, result in known if result["observed"]]
    if counted:
        parts.append("\n## What was counted\n\n")
    for battery, result in counted:
        told = "; ".join(f"{name}: {_told(value)}" for name, value in result["observed"].items())
        parts.append(f"- **{battery.name}**: {told}.\n")
    left = [battery for battery in batteries if battery.name not in results]
    if left:
        parts.append(f"\nNot run yet: {', '.join(battery.name for battery in left)}.\n")
    parts.append("\n## Where\n\n")
    machines: dict[str, list[str]] = {}
    for battery, result in known:
        machines.setdefault(result["machine"], []).append(battery.name)
    parts += [f"- {machine}: {', '.join(names)}.\n" for machine, names in machines.items()]
    return "".join(parts) + _FOOT


def _told(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,}"
