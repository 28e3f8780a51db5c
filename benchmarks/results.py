"""What a run has found, as it is kept in a JSON file."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from benchmarks.figures import Value


@dataclass
class Row:
    """One contestant with so many schedules: the values of each repeat, by measure.

    `curve` is the last repeat's course, (seconds, messages), where a benchmark draws one.
    """

    contestant: str
    schedules: int
    values: dict[str, list[Value]] = field(default_factory=dict)
    curve: list[tuple[float, int]] = field(default_factory=list)

    def add(self, values: dict[str, Value]) -> None:
        """One more repeat."""
        for measure, value in values.items():
            self.values.setdefault(measure, []).append(value)


@dataclass
class Results:
    """A run: the benchmark, what was asked for, on which machine, and what came of it."""

    benchmark: str
    title: str
    command: str
    machine: str
    taken_at: str
    measures: Sequence[str]
    rows: list[Row] = field(default_factory=list)

    def write(self, file: Path) -> None:
        """Keep them as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, file: Path) -> Self:
        """What `write` kept; ValueError or TypeError if the file is something else."""
        content = json.loads(file.read_text())
        rows = [Row(**row) for row in content.pop("rows")]
        return cls(**content, rows=rows)
