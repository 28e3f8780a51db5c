"""What an owner does over HTTP, with two beats and a worker running."""

from datetime import UTC, datetime, timedelta

import pytest
from agent_scheduler_client.api.agent_tasks import get_agent_task, start_agent_task
from agent_scheduler_client.api.scheduled_commands import (
    delete_scheduled_command,
    disable_scheduled_command,
    enable_scheduled_command,
    get_scheduled_command,
    update_scheduled_command,
)
from agent_scheduler_client.api.scheduler import get_scheduler_status
from agent_scheduler_client.errors import Refused
from agent_scheduler_client.models import (
    AgentTask,
    NoteRequest,
    PatchedScheduleRequest,
    Schedule,
    StartRequest,
)

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation


def soon() -> str:
    return (datetime.now(UTC) + timedelta(seconds=2)).isoformat()


def disable(running: Installation, schedule: Schedule, note: str = "") -> Schedule:
    body = NoteRequest(note=note)
    return disable_scheduled_command.sync(schedule.id, client=running.client, body=body)


def delete(running: Installation, schedule: Schedule) -> None:
    delete_scheduled_command.sync(schedule.id, client=running.client)


def test_a_timed_run_succeeds_within_two_seconds_of_its_time(running: Installation) -> None:
    schedule = running.schedule(schedule_type="once", run_at=soon(), command="say good morning")
    assert schedule.next_run_at is not None
    row = running.wait_for_states(schedule, "success")
    assert row.lateness_seconds is not None
    assert 0 <= row.lateness_seconds < 2
    assert row.trigger == "timer"
    assert row.attempt == 1
    assert row.worker
    assert row.duration_seconds
    assert row.input_tokens > 0
    assert row.output_tokens > 0
    assert row.llm_calls == 1
    assert row.result_summary == "good morning"
    detail = running.execution(row.id)
    assert detail.result == "good morning"
    (attempt,) = detail.attempts
    assert attempt.number == 1
    assert attempt.agent_task.state == "success"
    after = get_scheduled_command.sync(schedule.id, client=running.client)
    assert after.next_run_at is None
    assert after.last_state == "success"
    assert after.run_count == 1


def test_two_beats_fire_every_occurrence_exactly_once(running: Installation) -> None:
    schedule = running.every_second()
    running.wait_for_states(schedule, "success", count=6)
    disable(running, schedule, "enough")
    times = [row.scheduled_for for row in running.history(schedule)]
    assert len(times) == len(set(times))
    assert len(times) == round((times[0] - times[-1]).total_seconds()) + 1


def test_disabling_stops_it_at_once_and_keeps_the_note(running: Installation) -> None:
    schedule, witness = running.every_second(), running.every_second()
    running.wait_for_states(schedule, "success")
    disabled = disable(running, schedule, "on holiday")
    assert (disabled.enabled, disabled.note) == (False, "on holiday")
    assert disabled.next_run_at is None
    count = len(running.history(schedule))
    # The beats are awake and dispatch others meanwhile.
    running.wait_for_states(witness, "success", count=len(running.history(witness)) + 3)
    assert len(running.history(schedule)) == count
    disable(running, schedule)
    for _ in range(2):
        enabled = enable_scheduled_command.sync(schedule.id, client=running.client)
    assert (enabled.enabled, enabled.note) == (True, "")
    running.wait_for_states(schedule, "success", count=count + 1)
    delete(running, schedule)
    delete(running, witness)


def test_a_change_takes_effect_without_any_restart(running: Installation) -> None:
    schedule = running.schedule(
        schedule_type="interval", interval_value=9, interval_unit="days", command="say before"
    )
    change = PatchedScheduleRequest(interval_value=1, interval_unit="seconds", command="say after")
    update_scheduled_command.sync(schedule.id, client=running.client, body=change)
    row = running.wait_for_states(schedule, "success", seconds=5)
    assert row.result_summary == "after"
    delete(running, schedule)


def test_deleting_removes_its_periodic_task_and_keeps_its_history(running: Installation) -> None:
    schedule = running.every_second()
    row = running.wait_for_states(schedule, "success")
    like = f"scheduled command {schedule.id}:%"
    count = "SELECT count(*) FROM django_celery_beat_periodictask WHERE name LIKE %s"
    assert running.database.query(count, like) == [(1,)]
    delete(running, schedule)
    assert running.database.query(count, like) == [(0,)]
    with pytest.raises(Refused) as refused:
        get_scheduled_command.sync(schedule.id, client=running.client)
    assert refused.value.problem.status == 404
    kept = running.execution(row.id)
    assert (kept.schedule, kept.schedule_name) == (None, schedule.name)


def test_run_now_is_recorded_as_manual(running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="say by hand")
    execution = running.execute(schedule)
    assert (execution.trigger, execution.state) == ("manual", "pending")
    assert running.wait_for_states(schedule, "success").result_summary == "by hand"


def test_a_running_one_is_cancelled_within_seconds(running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="sleep 60")
    execution = running.execute(schedule)
    running.wait_for_states(schedule, "running")
    running.cancel(execution.id)
    row = running.wait_for_states(schedule, "cancelled", seconds=5)
    assert row.finished_at is not None
    assert row.cancel_requested_at is not None
    assert row.finished_at - row.cancel_requested_at < timedelta(seconds=2)


def test_an_agent_task_runs_without_a_schedule(running: Installation) -> None:
    body = StartRequest(agent=running.agent, command="say on my own")
    task = start_agent_task.sync(client=running.client, body=body)

    def now() -> AgentTask:
        return get_agent_task.sync(task.id, client=running.client)

    assert wait_until(lambda: now().state == "success", 20)
    assert now().result == "on my own"


def test_status_shows_beats_and_workers(running: Installation) -> None:
    status = get_scheduler_status.sync(client=running.client)
    assert (len(status.beats), len(status.workers)) == (2, 1)
    assert status.queue_depth is not None


@pytest.mark.parametrize("path", ["/scheduler/status", "/scheduler/status/"])
def test_the_status_has_a_second_address(running: Installation, path: str) -> None:
    answer = running.client.get_httpx_client().get(path)
    assert len(answer.json()["beats"]) == 2
    assert running.raw("GET", path).status_code == 401
    assert running.raw("GET", path).headers["Content-Type"] == "application/problem+json"
