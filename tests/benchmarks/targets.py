"""What morgue is meant to reach, next to what was measured. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from tests.benchmarks.adding import ONE, TWO
from tests.benchmarks.adding import PEER as PLAIN
from tests.benchmarks.figures import power_fit
from tests.benchmarks.ours import Morgue
from tests.benchmarks.peers import TANTIVY, Fts5, StockWhoosh
from tests.benchmarks.processes import OURS, PEER
from tests.benchmarks.verifying import PAGES, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.benchmarks.results import Adding, Comparison, Growth, Processes, Results, Verifying

REAL, CONTINUED = 25_287, 100_000
"""The sizes that are compared: all press releases, and those with a generated continuation."""
FIT_FROM = 10_000
"""Articles from which the growth is fitted: below, starting processes is most of a rebuild."""
SMALL, LARGE = 10_000, 1_000_000
_MIB = 2**20


@attrs.frozen
class Target:
    """A figure that must be reached, and one that is aimed at; `figure` is None where it was not measured.

    `missing` names what the figure leaves out, for lack of a measurement.
    """

    what: str
    figure: float | None
    required: float
    aim: float
    at_least: bool = False
    unit: str = "×"
    note: str = ""
    missing: str = ""

    @property
    def verdict(self) -> str:
        """Whether it is met, in a word or two."""
        if self.figure is None:
            return "not measured"
        if not self._reaches(self.required):
            return "**no**"
        if self.missing:
            return f"as far as measured, without {self.missing}"
        return "yes, and the aim" if self._reaches(self.aim) else "yes"

    def cells(self) -> list[str]:
        """Return the cells of a table's row: what, required, aim, measured, met."""
        sign = "≥" if self.at_least else "≤"
        measured = "–" if self.figure is None else f"{self._shown(self.figure)}{self.note}"
        required, aim = self._shown(self.required), self._shown(self.aim)
        return [self.what, f"{sign} {required}", f"{sign} {aim}", measured, self.verdict]

    def _reaches(self, bound: float) -> bool:
        figure = self.figure
        return figure is not None and (figure >= bound if self.at_least else figure <= bound)

    def _shown(self, value: float) -> str:
        if self.unit in {"MiB", "MB"}:
            return f"{value:,.0f} {self.unit}"
        return f"{value:.2f} {self.unit}".rstrip()


def targets(results: Results) -> list[Target]:
    """Return all targets with the figures that there are."""
    found: list[Target] = []
    for size, fts5, tantivy in ((REAL, (1.2, 2.0), (0.8, 1.0)), (CONTINUED, (1.8, 3.0), (1.0, 1.5))):
        compared = results["compare"].get(str(size))
        at = f" at {size:,}"
        found += [
            Target(f"rebuild, articles/s against FTS5{at}", _speed(compared, Fts5.name), *fts5, at_least=True),
            Target(f"rebuild against tantivy, 2 threads,{at}", _speed(compared, TANTIVY[2]), *tantivy, at_least=True),
        ]
        if size == REAL:
            whoosh = _speed(compared, StockWhoosh.name)
            found.append(Target(f"rebuild against stock Whoosh{at}", whoosh, 25, 50, at_least=True))
        found.append(Target(f"size of the index against FTS5's{at}", _size(compared), 1.2, 0.8))
        for peer, name, bounds in ((Fts5.name, "FTS5", (1.0, 0.4)), (TANTIVY[1], "tantivy", (15.0, 5.0))):
            found.append(_slowest_class(f"query p50 against {name}{at}, slowest class", compared, peer, bounds))
        what = f"whole `morgue search` against a script that queries FTS5{at}"
        found.append(Target(what, _process(results["processes"].get(str(size))), 5, 4))
    adding = results.get("adding")
    for jobs, name, bounds in (("one process", ONE, (0.25, 0.35)), ("two jobs", TWO, (0.4, 0.5))):
        what = f"adding with {jobs} against inserting the same bytes into a table"
        found.append(Target(what, _rate(adding, name), *bounds, at_least=True))
    return [*found, *_of_verifying(results.get("verifying")), *_of_growth(results["growth"])]


def exponent(growth: Growth, of: Literal["seconds", "cpu"] = "seconds") -> tuple[float, float] | None:
    """Return a and b of time = a × articles^b over rebuilds from `FIT_FROM` articles on; None for fewer than two."""
    steps = [step for step in growth["steps"] if step["articles"] >= FIT_FROM]
    if len(steps) < 2:
        return None
    return power_fit([step["articles"] for step in steps], [step[of] for step in steps])


def _of_growth(growth: Growth | None) -> Iterable[Target]:
    steps = {step["articles"]: step for step in growth["steps"]} if growth else {}
    small, large = steps.get(SMALL), steps.get(LARGE)
    fit = exponent(growth) if growth and large else None
    peak = large["peak"] if large else None
    what = f"peak memory of a rebuild of {LARGE:,}, all processes"
    yield Target(what, None if peak is None else peak / _MIB, 1536, 768, unit="MiB")
    what = f"exponent of rebuild time, {SMALL:,} to {LARGE:,}"
    yield Target(what, fit[1] if fit else None, 1.05, 1.0, unit="")
    catch_up = large["catch_up"] / small["catch_up"] if large and small else None
    yield Target(f"add, catch up and search, {LARGE:,} against {SMALL:,}", catch_up, 1.5, 1.1)


def _of_verifying(verifying: Verifying | None) -> Iterable[Target]:
    """Yield the targets for each kind of archive: by its file, which is what a hash of that reads, and by payloads."""
    archives = {one["name"]: one for one in verifying["archives"]} if verifying else {}
    for name in (PAGES, TEXTS):
        one = archives.get(name)
        by_file, by_payload = (one["file"] / one["verify"], one["payload"] / one["verify"]) if one else (None, None)
        for what, rate in (("`events.db`", by_file), ("payloads, uncompressed,", by_payload)):
            figure = None if rate is None else rate / 1e6
            yield Target(
                f"verifying {name}, MB of {what} a second and core", figure, 150, 200, at_least=True, unit="MB"
            )


def _rate(adding: Adding | None, name: str) -> float | None:
    if adding is None:
        return None
    seconds = {rate["name"]: rate["seconds"] for rate in adding["rates"]}
    return seconds[PLAIN] / seconds[name]


def _speed(compared: Comparison | None, peer: str) -> float | None:
    seconds = {build["engine"]: build["seconds"] for build in compared["builds"]} if compared else {}
    return seconds[peer] / seconds[Morgue.name] if peer in seconds else None


def _size(compared: Comparison | None) -> float | None:
    if compared is None:
        return None
    sizes = {build["engine"]: build["bytes"] for build in compared["builds"]}
    return sizes[Morgue.name] / sizes[Fts5.name]


def _slowest_class(what: str, compared: Comparison | None, peer: str, bounds: tuple[float, float]) -> Target:
    """Return the target for the highest ratio of our p50 to a peer's, over the classes that both answer."""
    ratios, missing = [], []
    for label, latencies in compared["queries"].items() if compared else ():
        medians = {latency["engine"]: latency["p50"] for latency in latencies}
        if Morgue.name in medians and peer in medians:
            ratios.append((medians[Morgue.name] / medians[peer], label))
        elif peer in medians:
            missing.append(label)
    if not ratios:
        return Target(what, None, *bounds)
    worst, label = max(ratios)
    return Target(what, worst, *bounds, note=f" ({label})", missing=", ".join(missing))


def _process(processes: Processes | None) -> float | None:
    seconds = {timing["name"]: timing["seconds"] for timing in processes["whole"]} if processes else {}
    ours, theirs = seconds.get(OURS), seconds.get(PEER)
    return ours / theirs if ours and theirs else None
