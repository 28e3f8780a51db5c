"""A stop halts what runs, at the next heartbeat."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from agents.models import AgentTask
from schedules import recover, services
from schedules.models import Execution
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import becomes
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)
Give = Callable[..., Execution]


def test_a_run_is_halted_uncharged_and_starts_again(
    engine: Engine, give: Give, script: Script, owner: User
) -> None:
    execution = give("hold", max_attempts=1)
    engine.submit(execution.id)
    halted = script.next()
    services.stop(owner=owner, by="ann")
    assert halted.how_it_ended() == "stopped"
    found = becomes(execution, "pending")
    assert (found.failures, found.finished_at) == (0, None)
    assert "stop is lifted" in found.reason
    assert services.resume(owner=owner)
    assert recover.republish() == 1
    engine.submit(execution.id)
    script.next().release()
    assert becomes(execution, "success").attempt == 2


def test_an_agent_task_that_is_halted_stays_the_same(
    engine: Engine, owner: User, give: Give, script: Script
) -> None:
    agent = give("ok").agent
    assert agent is not None
    task = services.start_agent_task(owner=owner, agent=agent, command="hold")
    execution = Execution.objects.get(attempts__agent_task=task)
    engine.submit(execution.id)
    script.next()
    services.stop(owner=None, by="root")
    becomes(execution, "pending")
    assert AgentTask.objects.get(pk=task.pk).state == "pending"
    assert services.resume(owner=None)
    engine.submit(execution.id)
    script.next().release()
    becomes(execution, "success")
    assert AgentTask.objects.get(pk=task.pk).state == "success"
