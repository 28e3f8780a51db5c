"""Kept figures put into docs/benchmarks.md, so that none is ever typed by hand."""

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.results import Results
from benchmarks.table import table

BEGIN, END = "<!-- results: python -m benchmarks report -->", "<!-- end of results -->"


def write(page: Path, files: Sequence[Path]) -> None:
    """Replace what stands between the page's markers; BenchmarkError if it has none."""
    text = page.read_text() if page.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchmarkError(f"{page} has no lines {BEGIN} and {END}.")
    page.write_text(before + begin + "\n\n" + render(files, page.parent) + "\n" + end + after)


def render(files: Sequence[Path], directory: Path) -> str:
    """The tables of these files in their order, for a page in that directory."""
    return "\n".join(_section(file, directory) for file in files)


def _section(file: Path, directory: Path) -> str:
    try:
        results = Results.read(file)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BenchmarkError(f"{file} holds no results: {error}") from None
    lines = [f"### {results.title}", table(results)]
    if file.with_suffix(".svg").exists():
        picture = os.path.relpath(file.with_suffix(".svg"), directory)
        lines.append(f"![{results.title}]({picture})")
    lines += [f"`{results.command}` on {results.taken_at}: {results.machine}."]
    return "\n\n".join(lines) + "\n"
