"""Each benchmark once, as short as it can be, on servers of its own: it measures what it says."""

from pathlib import Path

import pytest

from benchmarks.results import Results
from benchmarks.tests.runs import run

SHORT = ("--repeats", "1", "--no-warm-up", "--no-plot", "--limit", "60")


def measured(tmp_path: Path, command: str, *words: str) -> Results:
    """The figures of a run that went well."""
    file = tmp_path / "figures.json"
    done = run(command, *words, "--json", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    found = Results.read(file)
    assert found.command.startswith(f"bin/benchmarks {command} ")
    assert f"| {found.measures[0]}" in done.stdout
    return found


def figures(found: Results, row: int = 0) -> dict[str, float]:
    """Those of a line of the table, each of which has to be a number."""
    values = {measure: values[0] for measure, values in found.rows[row].values.items()}
    assert set(values) == set(found.measures)
    assert all(not isinstance(value, str) for value in values.values()), values
    return {measure: float(value) for measure, value in values.items()}


def test_dispatch(tmp_path: Path) -> None:
    found = measured(tmp_path, "dispatch", "--schedules", "40", "--beats", "2", *SHORT)
    assert [row.contestant for row in found.rows] == ["ours"]
    first, last = figures(found).values()
    assert 0 <= first <= last
    assert found.rows[0].curve[-1][1] == 40


def test_start(tmp_path: Path) -> None:
    found = figures(measured(tmp_path, "start", "--schedules", "20", *SHORT))
    assert found["first message [s]"] > 0


def test_change(tmp_path: Path) -> None:
    words = ("--schedules", "20", "--window", "5", "--edit-every", "1")
    found = figures(measured(tmp_path, "change", *words, *SHORT))
    assert found["noticed [s]"] >= 0
    assert found["longest silence of a 1 s schedule [s]"] > 0.5


def test_idle(tmp_path: Path) -> None:
    words = ("--schedules", "20", "--window", "3", "--settle", "1")
    found = figures(measured(tmp_path, "idle", *words, *SHORT))
    assert 20 < found["PSS [MiB]"] <= found["RSS [MiB]"]


def test_lateness(tmp_path: Path) -> None:
    words = ("--schedules", "50", "--every", "5", "--window", "5", "--edits-per-second", "2")
    found = figures(measured(tmp_path, "lateness", *words, *SHORT))
    assert found["messages"] == 50
    assert found["not sent"] == 0
    assert found["edits"] == pytest.approx(10, abs=3)
    assert found["p50 [ms]"] <= found["p99 [ms]"] <= found["max [ms]"]


def test_failover(tmp_path: Path) -> None:
    found = figures(measured(tmp_path, "failover", "--schedules", "5", "--window", "4", *SHORT))
    assert found["messages"] >= 30
    assert (found["sent twice"], found["not sent"]) == (0, 0)


def test_recurrence(tmp_path: Path) -> None:
    found = measured(tmp_path, "recurrence", "--repeats", "1", "--no-plot")
    assert figures(found)["all different [1/s]"] > 0


def test_audit(tmp_path: Path) -> None:
    words = ("--executions", "2000", "--repeats", "1", "--no-plot")
    found = measured(tmp_path, "audit", *words)
    assert found.rows[0].contestant == "ours, 2,000 executions"
    assert figures(found)["occurrences [1/s]"] > 0


def test_agents(tmp_path: Path) -> None:
    words = ("--runs", "20", "--seconds", "0.2", "--repeats", "1", "--no-plot")
    found = measured(tmp_path, "agents", *words)
    assert [row.contestant for row in found.rows] == ["asyncio alone", "ours", "ours, streamed"]
    assert figures(found)["to ideal"] >= 1


def test_api(tmp_path: Path) -> None:
    size = ("--schedules", "20", "--executions", "60", "--clients", "2", "--webs", "1")
    words = (*size, "--seconds", "0.1", "--only", "owner: ", "--repeats", "1", "--no-plot")
    found = measured(tmp_path, "api", *words)
    titles = {row.contestant for row in found.rows}
    assert {"owner: status", "owner: history, page 1", "owner: create a schedule"} <= titles
    assert figures(found)["p99 [ms]"] >= figures(found)["p50 [ms]"] > 0


def test_pages(tmp_path: Path) -> None:
    size = ("--schedules", "20", "--executions", "60", "--seconds", "0.05")
    words = (*size, "--only", "form", "--repeats", "1", "--no-plot")
    found = measured(tmp_path, "pages", *words)
    titles = {row.contestant for row in found.rows}
    assert {"owner: form of a schedule", "staff: form of a budget"} <= titles
    assert all(figures(found, n)["p50 [ms]"] > 0 for n in range(len(found.rows)))


def test_thinking(tmp_path: Path) -> None:
    words = ("--runs", "20", "--seconds", "0.2", "--repeats", "1", "--no-plot")
    found = figures(measured(tmp_path, "thinking", *words))
    assert found["to ideal"] >= 1
    assert 0 < found["database connections"] <= 8
