"""How long a schedule's latest runs took and what they used, as charts (pure)."""

from collections.abc import Sequence

from console.charts import Chart, Series
from schedules.models import Execution
from schedules.times import duration


def charts(newest_first: Sequence[Execution]) -> list[tuple[str, Chart]]:
    """Titled; of those that have ended after a start, in their order. None without any."""
    runs = [run for run in reversed(newest_first) if duration(run) is not None]
    if not runs:
        return []
    times = [run.scheduled_for for run in runs]
    shown = {"Duration in seconds": _durations(runs), "Tokens": _tokens(runs)}
    if any(run.cost for run in runs):
        costs = [float(run.cost or 0) for run in runs]
        shown["Cost in dollars"] = [Series("cost", "--state-planned", costs)]
    return [
        (title, Chart(f"chart-{place}", _summary(title, runs), times, series, by="run"))
        for place, (title, series) in enumerate(shown.items())
    ]


def _summary(title: str, runs: Sequence[Execution]) -> str:
    return f"{title} of the latest {len(runs)} runs." if len(runs) > 1 else f"{title} of one run."


def _durations(runs: Sequence[Execution]) -> list[Series]:
    """In the colour of how each ended."""
    states = sorted({run.state for run in runs})
    return [
        Series(state, f"--state-{state}", [_took(run, state) for run in runs]) for state in states
    ]


def _took(run: Execution, state: str) -> float:
    length = duration(run)
    return round(length.total_seconds(), 2) if length and run.state == state else 0


def _tokens(runs: Sequence[Execution]) -> list[Series]:
    return [
        Series("into the model", "--color-blue-500", [run.input_tokens for run in runs]),
        Series("out of it", "--state-planned", [run.output_tokens for run in runs]),
    ]
