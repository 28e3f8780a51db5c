"""Events of a run are written before its outcome, if they can be: an outcome waits for nothing."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import OperationalError

from agents.models import AgentTaskEvent
from schedules import db, worker
from schedules.models import Execution
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.worker.waits import becomes
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]


def test_they_are_there_when_the_run_has_ended(engine: Engine, give: Give) -> None:
    execution = give("note")
    engine.submit(execution.id)
    becomes(execution, "success")
    assert AgentTaskEvent.objects.get().data == {"reason": "as scripted"}


@pytest.mark.parametrize("error", [OperationalError("locked"), RuntimeError("broken")])
def test_events_that_cannot_be_written_hold_up_no_outcome(
    engine: Engine, give: Give, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(task: UUID) -> None:
        raise error

    monkeypatch.setattr(engine._tracing, "last", fail)
    execution = give("ok", max_attempts=1)
    engine.submit(execution.id)
    assert becomes(execution, "success").attempt == 1


def test_events_that_wait_for_a_lock_hold_up_no_outcome(
    engine: Engine, give: Give, other: OtherConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LAST_EVENTS_SECONDS", 0.2)
    other.begin()
    other.run(db.fetch, "LOCK TABLE agents_agenttaskevent IN ACCESS EXCLUSIVE MODE")
    for _ in range(worker.DATABASE_THREADS + 1):
        execution = give("note", max_attempts=1)
        engine.submit(execution.id)
        becomes(execution, "success")
    other.commit()
