"""A run's summary in words."""

import platform
import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.chaos.breaches import Breach
from tests.chaos.checker import accounted
from tests.chaos.recovery import summary
from tests.chaos.run import Result

BEGIN, END = "<!-- figures: python -m tests.chaos --page -->", "<!-- end of figures -->"


def describe(result: Result, versions: dict[str, str]) -> str:
    """The table at the end of a run."""
    lines = _lines(result, versions)
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)


def write(page: Path, result: Result, versions: dict[str, str], words: Sequence[str]) -> None:
    """Put the figures of a run between the marks of a page; nothing of it is typed by hand."""
    before, _, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    rows = [f"| {name} | {value} |" for name, value in _lines(result, versions)]
    command = shlex.join(["python", "-m", "tests.chaos", *words])
    told = f"`{command}` on {datetime.now(UTC):%Y-%m-%d}:"
    table = "\n".join([BEGIN, "", told, "", "| | |", "| --- | --- |", *rows, "", END])
    page.write_text(before + table + after)


def _lines(result: Result, versions: dict[str, str]) -> list[tuple[str, str]]:
    """Each figure, or group of them, with its name."""
    facts, seen = result.facts, result.facts.evidence
    states = Counter(row.state for row in facts.rows)
    faults = Counter(fault.kind for fault in facts.faults if fault.effect)
    starts = sum(event.event == "start" for event in facts.events)
    return [
        ("seed", result.seed),
        ("occurrences", f"{accounted(facts):,} on {len(facts.rows):,} executions"),
        ("by state", _listed(states)),
        ("runs started", f"{starts:,}, of which {_repeated(result):,} repeated"),
        ("users", f"{result.operations}, {facts.unclear} answers unclear"),
        ("faults", f"{sum(faults.values())}: {_listed(faults)}"),
        ("stale writes refused", str(seen.stale_refused)),
        ("leases expired", str(seen.leases_expired)),
        ("published again", str(seen.published_again)),
        ("to the next success", summary([each.to_success for each in result.recovery])),
        ("until nothing is overdue", summary([each.to_calm for each in result.recovery])),
        ("all over after", f"{result.settled_seconds:.1f} s"),
        ("versions", _versions(versions)),
    ]


def failure(breaches: list[Breach], again: str, logs: dict[str, str]) -> str:
    """What was broken, how to see it again, and the ends of the logs."""
    shown = [str(breach) for breach in breaches[:40]]
    kinds = _listed(Counter(breach.kind for breach in breaches))
    ends = [f"--- {name}\n{text}" for name, text in logs.items()]
    return "\n".join([*ends, f"{len(breaches)} breaches: {kinds}", *shown, again])


def _listed(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counter.most_common())


def _repeated(result: Result) -> int:
    starts = [event for event in result.facts.events if event.event == "start"]
    return len(starts) - len({event.execution for event in starts})


def _versions(servers: dict[str, str]) -> str:
    packages = {name: version(name) for name in ("celery", "django", "redis")}
    found = {**servers, "Python": platform.python_version(), **packages}
    return ", ".join(f"{name} {number}" for name, number in found.items())
