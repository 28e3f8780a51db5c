"""What ran in the last 24 hours, what failed and why."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from console.charts import Chart, hours_from, stacked
from console.home import ends
from console.pages import Page
from schedules.models import Execution
from schedules.states import FINAL

# From the bottom of a bar to its top.
STATES = [state.value for state in FINAL]


class Why(NamedTuple):
    """A reason with the filter of the list that shows its runs."""

    reason: ends.Reason
    query: str


class Past(NamedTuple):
    """The chart, how many runs it counts, and the most frequent reasons."""

    chart: Chart
    total: int
    reasons: list[Why]


def section(page: Page, now: datetime) -> Past:
    """Of what the person who asks may see; PermissionDenied without the ledger."""
    whose = page.whose(Execution)
    hour = now.replace(minute=0, second=0, microsecond=0)
    since = hour - timedelta(hours=ends.HOURS - 1)
    found = ends.by_hour(whose, since)
    sums = Counter[str]()
    for states in found.values():
        sums.update(states)
    times = hours_from(since, ends.HOURS)
    chart = Chart("past", _summary(sums), times, stacked(times, found, STATES))
    failed = any(sums[state] for state in ("failed", "missed", "skipped"))
    reasons = ends.reasons(whose, since) if failed else []
    return Past(chart, sums.total(), [Why(each, urlencode(query(each, since))) for each in reasons])


def _summary(sums: Counter[str]) -> str:
    said = ", ".join(f"{sums[state]:,} {state}" for state in STATES if sums[state])
    return f"Runs that ended in the last 24 hours, by hour: {said or 'none'}."


def query(reason: ends.Reason, since: datetime) -> dict[str, str]:
    """What the list of executions is asked for by whoever wants to see these."""
    if reason.state == "failed":
        return {"state__exact": reason.state, "error_type": reason.why}
    # No index knows of reasons: all of that state would be read, back to the first of them.
    days = {"finished_at_from": f"{since:%Y-%m-%d}"}
    return {"state__exact": reason.state, "reason__startswith": reason.why} | days
