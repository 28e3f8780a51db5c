"""docs/agents.md says of each failure what it is and whether it is tried again."""

import re
from pathlib import Path

from agents.errors import ErrorType

PAGE = Path(__file__).resolve().parents[3] / "docs" / "agents.md"
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (yes|no) \|$", re.MULTILINE)


def test_why_runs_fail() -> None:
    rows = ROW.findall(PAGE.read_text().partition("## Why runs fail")[2].partition("\n## ")[0])
    expected = {kind.value: "yes" if kind.retryable else "no" for kind in ErrorType}
    assert dict(rows) == expected
    assert len(rows) == len(expected)
