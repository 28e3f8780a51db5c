"""From a message to the recorded outcome, with scripted agents."""

from collections.abc import Callable

import pytest

from agents.models import AgentTask
from scheduler_project.embedded.waiting import wait_until
from schedules.models import Execution
from schedules.tests.integration.scenes import row, set_row
from schedules.tests.integration.worker.scripted_runs import Script
from schedules.tests.integration.worker.waits import TIMEOUT, becomes, given_up
from schedules.worker import Engine

pytestmark = pytest.mark.django_db(transaction=True)


Give = Callable[..., Execution]


def test_a_success(engine: Engine, give: Give) -> None:
    execution = give("ok")
    assert not engine.submit(execution.id)
    found = becomes(execution, "success")
    assert (found.worker, found.attempt, found.result_summary) == (engine.name, 1, "Hello.")
    assert (found.input_tokens, found.output_tokens, found.llm_calls) == (5, 7, 1)
    agent_task = AgentTask.objects.get()
    assert (agent_task.state, agent_task.result) == ("success", "Hello.\nMore.")
    assert agent_task.model == "scripted"


def test_the_runtime_gets_the_executions_orders(engine: Engine, give: Give, script: Script) -> None:
    execution = give("hold", timeout_seconds=77)
    engine.submit(execution.id)
    begun = script.next()
    assert begun.order.task_id == AgentTask.objects.get().id
    assert (begun.order.command, begun.order.timeout_seconds) == ("hold", 77)
    assert (begun.order.runner, begun.order.max_output_tokens) == ("llm", 256)


def test_a_tool_can_tell_a_repetition_from_a_new_order(
    engine: Engine, give: Give, script: Script
) -> None:
    execution = give("hold", max_attempts=2)
    engine.submit(execution.id)
    first = script.next()
    assert given_up(execution)
    engine.submit(execution.id)
    second = script.next()
    assert [begun.order.attempt for begun in (first, second)] == [1, 2]
    keys = {begun.order.idempotency_key for begun in (first, second)}
    assert keys == {str(execution.id)}
    assert {begun.order.execution_id for begun in (first, second)} == {execution.id}
    second.release()
    becomes(execution, "success")


def test_a_failure_and_its_retry(engine: Engine, give: Give) -> None:
    execution = give("fail", max_attempts=2)
    engine.submit(execution.id)
    assert becomes(execution, "pending").attempt in (0, 1)
    assert wait_until(lambda: row(execution.id).failures == 1, TIMEOUT)
    engine.submit(execution.id)
    found = becomes(execution, "failed")
    assert (found.attempt, found.failures, found.error_type) == (2, 2, "rate_limited")
    assert found.error_message == "Slow down."
    assert found.input_tokens == 10


def test_a_failure_that_is_not_worth_a_retry(engine: Engine, give: Give) -> None:
    execution = give("refuse", max_attempts=5)
    engine.submit(execution.id)
    assert becomes(execution, "failed").error_type == "bad_credentials"


def test_a_run_whose_agent_was_deleted(engine: Engine, give: Give) -> None:
    execution = give("ok")
    set_row(execution.id, agent_id="NULL")
    engine.submit(execution.id)
    assert becomes(execution, "failed").error_type == "agent_deleted"


def test_an_outcome_that_cannot_be_stored_is_a_failure(engine: Engine, give: Give) -> None:
    execution = give("unstorable", max_attempts=5)
    engine.submit(execution.id)
    found = becomes(execution, "failed")
    assert (found.error_type, found.input_tokens) == ("internal_error", 5)


def test_a_runtime_that_breaks_its_word_costs_a_lease_and_no_slot(
    start: Callable[..., Engine], give: Give
) -> None:
    engine = start(slots=1)
    broken, sound = give("explode"), give("ok")
    engine.submit(broken.id)
    engine.submit(sound.id)
    becomes(sound, "success")
    assert given_up(broken)
    assert row(broken.id).error_type == "worker_lost"


def test_a_duplicate_message_runs_nothing_twice(engine: Engine, give: Give, script: Script) -> None:
    execution = give("hold")
    for _ in range(5):
        engine.submit(execution.id)
    begun = script.next()
    begun.release()
    becomes(execution, "success")
    assert script.nothing_more()
    assert AgentTask.objects.count() == 1


def test_a_models_long_name_costs_no_outcome(engine: Engine, give: Give) -> None:
    execution = give("long model")
    engine.submit(execution.id)
    becomes(execution, "success")
    assert AgentTask.objects.get().model == "m" * 200
