"""What is running now, and what waits for somebody's decision."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from console.pages import Page
from schedules.models import Approval, Execution
from schedules.states import State

SHOWN = 8


class Run(NamedTuple):
    """One that is going on: for how long, and how much longer it may take."""

    execution: Execution
    since: timedelta
    left: timedelta | None


class Asked(NamedTuple):
    """A call that waits for a decision; after `left` it is denied."""

    approval: Approval
    left: timedelta | None


class Running(NamedTuple):
    """The longest ones first, and the newest questions; bounded."""

    runs: list[Run]
    asked: list[Asked]
    names_owners: bool


def section(page: Page, now: datetime) -> Running:
    """Of what the person who asks may see; PermissionDenied without the ledger."""
    names_owners = page.whose(Execution) is None
    # Not with what waits for a worker: there may be a hundred thousand of those.
    rows: Any = page.rows(Execution).filter(state=State.RUNNING).order_by("started_at")
    if names_owners:
        rows = rows.select_related("owner")
    runs = [_run(execution, now) for execution in rows.defer("command")[:SHOWN]]
    return Running(runs, _asked(page, now), names_owners)


def _run(execution: Any, now: datetime) -> Run:
    return Run(execution, now - execution.started_at, _left(execution.deadline_at, now))


def _asked(page: Page, now: datetime) -> list[Asked]:
    if not page.may(Approval, "view"):
        return []
    waiting: Any = page.rows(Approval).filter(state=Approval.State.WAITING).order_by("-id")
    return [Asked(each, _left(each.parking.expires_at, now)) for each in waiting[:SHOWN]]


def _left(until: datetime | None, now: datetime) -> timedelta | None:
    return None if until is None else max(until - now, timedelta(0))
