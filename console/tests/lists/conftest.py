"""Ann's schedules, for the tests of lists."""

from console.tests.runs.conftest import agent, make, schedule

__all__ = ["agent", "make", "schedule"]
