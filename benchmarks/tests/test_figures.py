"""Figures and tables: what the numbers in docs/benchmarks.md are made of."""

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.errors import BenchmarkError
from benchmarks.figures import cell, longest_gap, number, percentile, repeated_and_missing
from benchmarks.results import Results, Row
from benchmarks.table import table


def results() -> Results:
    ours, stock = Row("ours", 1000), Row("stock", 1000)
    for seconds in (0.5, 0.25, 0.75):
        ours.add({"last [s]": seconds})
        stock.add({"last [s]": "225 sent after 120 s"})
    return Results(
        "dispatch",
        "All at once",
        "bin/benchmarks dispatch",
        "2 cores",
        "2026-11-24",
        ("last [s]",),
        [ours, stock],
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.01234, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), (10000, "10,000")],
)
def test_numbers_have_three_digits_that_count(value: float, written: str) -> None:
    assert number(value) == written


def test_a_cell_is_the_median_with_what_repeats_came_to() -> None:
    assert cell([0.5, 0.25, 0.75]) == "0.500 (0.250 to 0.750)"
    assert cell([2.0, 2.0]) == "2.00"
    assert cell([0.5, "225 sent after 120 s", "225 sent after 120 s"]) == "225 sent after 120 s"
    assert cell([]) == "-"


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([float(n) for n in range(1, 101)], 99) == 99.0
    assert percentile([7.0], 99) == 7.0


def test_silence_counts_from_the_begin_to_the_end() -> None:
    assert longest_gap([2.0, 3.0], 0.0, 4.0) == 2.0
    assert longest_gap([1.0, 2.0], 0.0, 9.0) == 7.0
    assert longest_gap([], 0.0, 5.0) == 5.0


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([0, 1, 2, 3], (0, 0)),
        ([0, 1, 1.01, 2, 3], (1, 0)),
        ([0, 1, 3], (0, 1)),
        ([0, 1], (0, 1)),
    ],
)
def test_what_is_doubled_and_what_is_missing(times: list[float], expected: tuple[int, int]) -> None:
    assert repeated_and_missing(times, 1, 3.9) == expected


def test_a_table_has_a_line_for_each_contestant() -> None:
    assert table(results()).splitlines() == [
        "| schedules |       | last [s]               |",
        "| --------- | ----- | ---------------------- |",
        "| 1,000     | ours  | 0.500 (0.250 to 0.750) |",
        "| 1,000     | stock | 225 sent after 120 s   |",
    ]


def test_a_report_replaces_what_stands_between_the_marks(tmp_path: Path) -> None:
    page, file = tmp_path / "page.md", tmp_path / "pictures" / "dispatch.json"
    page.write_text(f"Before.\n{report.BEGIN}\nold\n{report.END}\nAfter.\n")
    results().write(file)
    file.with_suffix(".svg").touch()
    for _ in range(2):
        report.write(page, [file])
    text = page.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith("\nAfter.\n")
    assert "old" not in text
    assert text.count("### All at once") == 1
    assert "![All at once](pictures/dispatch.svg)" in text
    assert "`bin/benchmarks dispatch` on 2026-11-24: 2 cores." in text


def test_a_page_without_marks_and_a_file_without_results_are_refused(tmp_path: Path) -> None:
    page, file = tmp_path / "page.md", tmp_path / "dispatch.json"
    results().write(file)
    with pytest.raises(BenchmarkError, match="has no lines"):
        report.write(page, [file])
    page.write_text(f"{report.BEGIN}\n{report.END}\n")
    file.write_text("{}")
    with pytest.raises(BenchmarkError, match="holds no results"):
        report.write(page, [file])
