"""docs/performance.md, from all results. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.adding import PEER as PLAIN
from tests.benchmarks.figures import NONE, mebibytes, megabytes, milliseconds, ratio, table
from tests.benchmarks.ours import Morgue, MorgueLibrary
from tests.benchmarks.peers import TANTIVY, Fts5
from tests.benchmarks.processes import PEER
from tests.benchmarks.targets import FIT_FROM, exponent, targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.results import (
        Adding,
        Comparison,
        Conditions,
        Growth,
        Language,
        Processes,
        Results,
        Verifying,
    )

_INTRODUCTION = """\
# Performance

Written by `make bench` from `docs/performance.json`, which keeps the results of each part; how each figure is measured
is said [below](#how-it-is-measured). Times drift with the machine: ratios between engines of one run are what counts.
"""

_METHOD = """\
## How it is measured

**Texts.** 25,287 real press releases; beyond, and for growth, articles spliced from runs of eight of their words. The
runs of one article come from neighbouring texts, so frequencies of words, pairs of words, and words that come again in
a text are much as they are in real ones. The vocabulary of the real texts grows with the power 0.43 of the number of
words (Heaps' law); one generated word in 600 is drawn from a tail of new ones, which keeps it growing so. Of 10 million
words some 70,000 differ in both, and of 100 words in an article some 45. Where the press releases are not at hand,
words are invented, by Zipf's law.

**Rebuild.** All engines read their texts from one `events.db`. A build runs in a process of its own, twice, in turn
with the others, and the quicker one counts; stock Whoosh once. CPU is the processor time of all processes. FTS5 is
contentless, with the Porter stemmer and positions, one transaction, optimised at the end; tantivy stems English, has
positions, and 256 MiB of heap. Stock Whoosh is left out beyond 30,000 articles.

**Peak memory** is that of another run: the sum over all processes of the build, the interpreter included, of their
proportional set sizes (PSS), in which a page that processes share is counted once. It is sampled every 50 ms, or so
much less often that sampling takes no more than a twentieth of a processor. Only Linux tells it.

**Queries.** 100 of each class, with words drawn from the texts: a middling word is in 0.5 to 10 % of them, a common one
in more than 27 %; a prefix is the first 4 or 5 letters of a middling word; a phrase is two words as they stand in some
text. The engines take turns after every 25 queries. There are three such rounds, each with all engines opened anew; a
query's least time counts, and the quantiles are over queries. Ten hits are found and not read. How many hits each
engine finds on average is in the JSON: they stem differently, prefixes above all. tantivy has prefixes of one word as
regular expressions, unscored. “–”: the engine has no such query in its language. morgue's view of its index stays open,
as the searchers of the peers do; `Index.search`, which a program calls, looks whether the log has grown and opens one
for each query.

**Catching up.** From the call that adds an article to the hit for a word that only this article has, in one process,
through `Index.search`. FTS5 inserts the text and commits. Both sync the disk. Batches are read from the log by both.

**Adding.** One file of JSON Lines into a new archive, without its index, five times in turn with the peer, the quickest
counts. The peer inserts each line as a row of one table: WAL, `synchronous=FULL`, the same page size, 1,000 rows a
transaction, as in ours, so that both sync as often. It reads the file by lines and nothing of them; it has no index, no
trigger and no check. The same bytes are those of the file: ours keeps each line as it is and the text in it besides,
twice as much before it is compressed. Ours parses them, finds their fields, looks up whether they are there, compresses
and hashes them.

**Verifying** is `morgue verify`, a whole process without an index, and `sha256sum` of the same `events.db`, in turn,
three times; the least processor time counts, which is one core's. A MB is a million bytes, of the file, which is what
`sha256sum` reads, or of the payloads as they were before they were compressed, most bytes of which are hashed twice. A
target that is stated next to `sha256sum` of the file is one of the file. The pages are generated articles in 55 KB of
scripts each.

**The language.** Queries are made by the grammar, of all that it has, and of words, phrases and beginnings of words as
the texts have them, down to single letters and to words that nearly all texts have. One in ten is asked as of an
earlier event, others sorted by date, with `--any`, `--literal` or `--exact`. Each is parsed and answered, and its ten
hits are read with their passages, as `morgue search` does it, in one process. Times are processor time. What
takes more than 500 ms is asked twice more, and the least counts. Any error but a refusal would end the run.

**Whole processes** run 21 times, in turn; the median counts. ripgrep searches one text file for each article.

**Growth.** One archive, all articles generated, rebuilt at each size in a process of its own: twice, beyond 100,000
articles once; the quicker counts. The law is fitted by least squares on logarithms from 10,000 articles on. Queries are
30 of a class, the same at each size, so they find more in a larger archive; what is found after one add is one article.
"""


def page(results: Results) -> str:
    """Return the page."""
    lines = [_INTRODUCTION, "## Targets", "", *_targets(results)]
    for size in sorted({*results["compare"], *results["processes"]}, key=int):
        compared, processes = results["compare"].get(size), results["processes"].get(size)
        lines += ["", f"## {int(size):,} articles"]
        if compared is not None:
            lines += ["", *_compared(compared)]
        if processes is not None:
            if compared is None or compared["conditions"] != processes["conditions"]:
                lines += ["", _conditions(processes["conditions"])]
            lines += ["", *_processes(processes)]
    if (adding := results.get("adding")) is not None:
        lines += ["", "## Adding", "", *_adding(adding)]
    if (verifying := results.get("verifying")) is not None:
        lines += ["", "## Verifying", "", *_verifying(verifying)]
    if (language := results.get("language")) is not None:
        lines += ["", "## The language", "", *_language(language)]
    if results["growth"] is not None:
        lines += ["", "## Growth", "", *_growth(results["growth"])]
    return "\n".join([*lines, "", _METHOD])


def _targets(results: Results) -> list[str]:
    return table(["target", "required", "aim", "measured", "met"], [target.cells() for target in targets(results)])


def _compared(compared: Comparison) -> list[str]:
    lines = [_conditions(compared["conditions"]), "", f"Adding to the log: {compared['append']:,.0f} articles/s.", ""]
    builds = {build["engine"]: build for build in compared["builds"]}
    ours = builds[Morgue.name]
    rows = [
        [
            name,
            f"{compared['articles'] / build['seconds']:,.0f}",
            ratio(build["seconds"], ours["seconds"]),
            f"{build['cpu']:.1f}",
            megabytes(build["bytes"]),
            ratio(ours["bytes"], build["bytes"]),
            mebibytes(build["peak"]) if build["peak"] is not None else "not measured",
        ]
        for name, build in builds.items()
    ]
    heads = ["rebuild", "articles/s", "morgue is", "CPU, s", "index, MB", "morgue's is", "peak memory, MiB"]
    lines += [*table(heads, rows), "", *_queries(compared, [*builds, MorgueLibrary.name]), "", *_catch_up(compared)]
    return lines


def _queries(compared: Comparison, engines: Sequence[str]) -> list[str]:
    rows = []
    for label, latencies in compared["queries"].items():
        found = {latency["engine"]: latency for latency in latencies}
        medians = {name: latency["p50"] for name, latency in found.items()}
        cells = [
            f"{milliseconds(found[name]['p50'])} / {milliseconds(found[name]['p95'])}" if name in found else NONE
            for name in engines
        ]
        ratios = [ratio(medians.get(Morgue.name), medians.get(peer)) for peer in (Fts5.name, TANTIVY[1])]
        rows.append([label, *cells, *ratios])
    return table(["query, ms p50 / p95", *engines, "against FTS5", "against tantivy"], rows)


def _catch_up(compared: Comparison) -> list[str]:
    [ours, theirs] = compared["catch_up"]
    times = [f"{milliseconds(side['p50'])} / {milliseconds(side['p95'])}" for side in (ours, theirs)]
    rows = [["add one article and find it, ms p50 / p95", *times, ratio(ours["p50"], theirs["p50"])]]
    sizes = sorted({batch["articles"] for batch in compared["batches"]})
    for size in sizes:
        rates = {batch["engine"]: batch["rate"] for batch in compared["batches"] if batch["articles"] == size}
        mine, other = rates[Morgue.name], rates[Fts5.name]
        rows.append([f"batches of {size:,}, articles/s", f"{mine:,.0f}", f"{other:,.0f}", ratio(other, mine)])
    return table(["catching up", Morgue.name, Fts5.name, "morgue takes"], rows)


def _processes(processes: Processes) -> list[str]:
    seconds = {timing["name"]: timing["seconds"] for timing in processes["whole"]}
    rows = [
        [name, milliseconds(some) if some is not None else "not installed", ratio(some, seconds[PEER])]
        for name, some in seconds.items()
    ]
    phases = [[timing["name"], milliseconds(timing["seconds"])] for timing in processes["phases"]]
    return [
        *table(["whole process", "ms, median", "against the FTS5 script"], rows),
        "",
        *table(["of a search, behind the interpreter's own start", "ms, median"], phases),
    ]


def _adding(adding: Adding) -> list[str]:
    seconds = {rate["name"]: rate["seconds"] for rate in adding["rates"]}
    rows = [
        [
            rate["name"],
            f"{adding['articles'] / rate['seconds']:,.0f}",
            f"{adding['bytes'] / rate['seconds'] / 1e6:.1f}",
            f"{rate['cpu']:.1f}",
            f"{seconds[PLAIN] / rate['seconds']:.2f} ×",
        ]
        for rate in adding["rates"]
    ]
    heads = [f"{adding['articles']:,} articles", "articles/s", "MB/s", "CPU, s", "against the table"]
    return [_conditions(adding["conditions"]), "", *table(heads, rows)]


def _verifying(verifying: Verifying) -> list[str]:
    rows = [
        [
            f"{one['articles']:,} {one['name']}",
            megabytes(one["file"]),
            megabytes(one["payload"]),
            f"{one['verify']:.2f}",
            f"{one['payload'] / one['verify'] / 1e6:,.0f}",
            f"{one['file'] / one['verify'] / 1e6:,.0f}",
            f"{one['file'] / one['sha256sum'] / 1e6:,.0f}",
        ]
        for one in verifying["archives"]
    ]
    heads = ["archive", "file, MB", "payloads, MB", "CPU, s", "payloads, MB/s", "file, MB/s", "`sha256sum`, MB/s"]
    return [_conditions(verifying["conditions"]), "", *table(heads, rows)]


def _language(language: Language) -> list[str]:
    rows = [
        [
            one["label"],
            f"{one['queries']:,}",
            f"{one['refused']:,}",
            *(milliseconds(seconds) for seconds in (one["p50"], one["p95"], one["p99"], one["slowest"][0]["seconds"])),
        ]
        for one in language["asked"]
    ]
    slow = [
        [_code(some["query"]), milliseconds(some["seconds"])] for one in language["asked"] for some in one["slowest"]
    ]
    heads = [f"queries of {language['articles']:,} articles", "asked", "refused", "CPU ms p50", "p95", "p99", "slowest"]
    return [_conditions(language["conditions"]), "", *table(heads, rows), "", *table(["the slowest", "ms"], slow)]


def _code(text: str) -> str:
    """Return a text as code in the cell of a table."""
    return "`` " + text.replace("|", "\\|") + " ``"


def _growth(growth: Growth) -> list[str]:
    steps = growth["steps"]
    labels = list(steps[0]["queries"])
    heads = ["articles", "adding, articles/s", "rebuild, s", "CPU, s", "articles/s", "peak memory, MiB", "index, MB",
             "segments", *(f"{label}, ms p50" for label in labels), "add and find, ms p50",
             "whole `morgue search`, ms"]  # fmt: skip
    rows = [
        [
            f"{step['articles']:,}",
            f"{step['append']:,.0f}",
            f"{step['seconds']:.1f}",
            f"{step['cpu']:.1f}",
            f"{step['articles'] / step['seconds']:,.0f}",
            mebibytes(step["peak"]) if step["peak"] is not None else "not measured",
            megabytes(step["bytes"]),
            str(step["segments"]),
            *(milliseconds(step["queries"][label]) for label in labels),
            milliseconds(step["catch_up"]),
            milliseconds(step["process"]),
        ]
        for step in steps
    ]
    lines = [_conditions(growth["conditions"]), "", *table(heads, rows)]
    elapsed, worked = exponent(growth), exponent(growth, "cpu")
    if elapsed is not None and worked is not None:
        lines += [
            "",
            f"Rebuild time from {FIT_FROM:,} articles on: {elapsed[0] * 1e3:.3g} ms × articles^{elapsed[1]:.3f};",
            f"processor time: {worked[0] * 1e3:.3g} ms × articles^{worked[1]:.3f}.",
        ]
    return lines


def _conditions(conditions: Conditions) -> str:
    return (
        f"Measured on {conditions['day']}: {conditions['tool']}, Python {conditions['python']}, "
        f"{conditions['cores']} processors; {conditions['corpus']}."
    )
