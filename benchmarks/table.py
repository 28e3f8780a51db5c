"""Results as a Markdown table, which reads well on a terminal, too (pure)."""

from collections.abc import Sequence

from benchmarks.figures import cell
from benchmarks.results import Results, Row


def table(results: Results) -> str:
    """The medians of a run, with smallest and largest where repeats differ."""
    header = ["schedules", "", *results.measures]
    return markdown(header, [_cells(row, results.measures) for row in results.rows])


def _cells(row: Row, measures: Sequence[str]) -> list[str]:
    cells = [cell(row.values.get(measure, [])) for measure in measures]
    return [f"{row.schedules:,}", row.contestant, *cells]


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * max(width, 3) for width in widths]
    return "\n".join(_line(cells, widths) for cells in (header, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (text.ljust(max(width, 3)) for text, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
