"""What tests of the worker wait for."""

from collections.abc import Callable

from django.db import transaction

from scheduler_project.embedded.waiting import wait_until
from schedules import db, recover
from schedules.models import Execution
from schedules.tests.integration.scenes import row, set_row

TIMEOUT = 15


def becomes(execution: Execution, state: str) -> Execution:
    assert wait_until(lambda: row(execution.id).state == state, TIMEOUT), row(execution.id).state
    return row(execution.id)


def given_up(execution: Execution) -> bool:
    """Whether recovery takes it, with its lease in the past before a heartbeat can renew it."""
    with transaction.atomic():
        set_row(execution.id, lease_until="now() - interval '1 second'")
        return recover.recover() == 1


def lease_of(execution: Execution) -> Callable[[], bool]:
    """Whether its lease lies ahead."""

    def renewed() -> bool:
        lease = row(execution.id).lease_until
        return lease is not None and lease > db.now()

    return renewed


def renewed_twice(execution: Execution) -> bool:
    """Whether a heartbeat that began after this call has been written: one may be under way."""
    return all(_renewed(execution) for _ in range(2))


def _renewed(execution: Execution) -> bool:
    before = row(execution.id).lease_until
    return wait_until(lambda: row(execution.id).lease_until != before, TIMEOUT)
