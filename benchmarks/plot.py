"""Pictures of results, as PNG and SVG."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Value, cell
from benchmarks.results import Results, Row

OURS, PEERS = "#0b6e4f", "#8d99ae"
INCHES_WIDE, INCHES_A_BAR, INCHES_AROUND = 8.0, 0.3, 0.9
DOTS_PER_INCH = 150
# Where the slowest takes so many times as long as the quickest, a plain axis shows only one.
WIDE = 10


def draw(results: Results, stem: Path) -> list[Path]:
    """Draw them into `stem`.png and .svg; returns the files."""
    import matplotlib as mpl

    mpl.use("Agg")
    # So that drawing the same figures again changes nothing.
    mpl.rcParams["svg.hashsalt"] = results.benchmark
    figure = _courses(results) if any(row.curve for row in results.rows) else _bars(results)
    stem.parent.mkdir(parents=True, exist_ok=True)
    files = [stem.with_name(stem.name + ending) for ending in (".png", ".svg")]
    for file in files:
        metadata = {"Date": None} if file.suffix == ".svg" else {}
        figure.savefig(file, dpi=DOTS_PER_INCH, bbox_inches="tight", metadata=metadata)
    return files


def _courses(results: Results) -> Any:
    """Messages queued over the time since they were due."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(INCHES_WIDE, 4.5))
    axes = figure.subplots()
    for row in results.rows:
        seconds, messages = zip(*row.curve, strict=True)
        axes.plot(seconds, messages, label=f"{row.contestant}: {row.schedules:,}")
    axes.set(xlabel="seconds after the due time", ylabel="messages queued")
    ends = [row.curve[-1][0] for row in results.rows]
    if max(ends) > WIDE * min(ends):
        axes.set_xscale("symlog", linthresh=min(ends) / WIDE)
    axes.set_title(results.title)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    return figure


def _bars(results: Results) -> Any:
    """A row of bars for each measure: the medians, with what repeats came to."""
    from matplotlib.figure import Figure

    rows, measures = results.rows[::-1], results.measures
    height = len(measures) * (INCHES_AROUND + INCHES_A_BAR * len(rows))
    figure = Figure(figsize=(INCHES_WIDE, height), layout="constrained")
    figure.suptitle(results.title)
    panels = figure.subplots(len(measures), squeeze=False)[:, 0]
    for axes, measure in zip(panels, measures, strict=True):
        _panel(axes, measure, rows)
    return figure


def _panel(axes: Any, measure: str, rows: Sequence[Row]) -> None:
    labels = [f"{row.contestant}: {row.schedules:,}" for row in rows]
    values = [row.values.get(measure, []) for row in rows]
    colours = [OURS if row.contestant.startswith("ours") else PEERS for row in rows]
    bars = axes.barh(labels, [_height(found) for found in values], color=colours)
    axes.bar_label(bars, [f" {cell(found)}" for found in values], fontsize="small")
    axes.set_title(measure, fontsize="medium", loc="left")
    axes.margins(x=0.3)


def _height(values: Sequence[Value]) -> float:
    """The median; nothing where there is none."""
    numbers = [float(value) for value in values if not isinstance(value, str)]
    return median(numbers) if len(numbers) == len(values) > 0 else 0.0
