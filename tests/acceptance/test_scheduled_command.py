"""What an owner does over HTTP, with two beats and a worker running."""

from datetime import UTC, datetime, timedelta

from scheduler_project.embedded.waiting import wait_until
from tests.acceptance.installation import Installation


def soon() -> str:
    return (datetime.now(UTC) + timedelta(seconds=2)).isoformat()


def test_a_timed_run_succeeds_within_two_seconds_of_its_time(running: Installation) -> None:
    schedule = running.schedule(schedule_type="once", run_at=soon(), command="say good morning")
    assert schedule["next_run_at"] is not None
    row = running.wait_for_states(schedule, "success")
    assert 0 <= row["lateness_seconds"] < 2
    assert row["trigger"] == "timer"
    assert row["attempt"] == 1
    assert row["worker"]
    assert row["duration_seconds"] > 0
    assert row["input_tokens"] > 0
    assert row["output_tokens"] > 0
    assert row["llm_calls"] == 1
    assert row["result_summary"] == "good morning"
    detail = running.call("GET", f"/api/executions/{row['id']}")
    assert detail["result"] == "good morning"
    (attempt,) = detail["attempts"]
    assert attempt["number"] == 1
    assert attempt["agent_task"]["state"] == "success"
    after = running.call("GET", f"/api/scheduled-commands/{schedule['id']}")
    assert after["next_run_at"] is None
    assert after["last_state"] == "success"
    assert after["run_count"] == 1


def test_two_beats_fire_every_occurrence_exactly_once(running: Installation) -> None:
    schedule = running.every_second()
    running.wait_for_states(schedule, "success", count=6)
    running.call("POST", f"/api/scheduled-commands/{schedule['id']}/disable", {"note": "enough"})
    times = [row["scheduled_for"] for row in running.history(schedule)]
    assert len(times) == len(set(times))
    first, last = (datetime.fromisoformat(time) for time in (times[-1], times[0]))
    assert len(times) == round((last - first).total_seconds()) + 1


def test_disabling_stops_it_at_once_and_keeps_the_note(running: Installation) -> None:
    schedule, witness = running.every_second(), running.every_second()
    path = f"/api/scheduled-commands/{schedule['id']}"
    running.wait_for_states(schedule, "success")
    disabled = running.call("POST", f"{path}/disable", {"note": "on holiday"})
    assert (disabled["enabled"], disabled["note"]) == (False, "on holiday")
    assert disabled["next_run_at"] is None
    count = len(running.history(schedule))
    # The beats are awake and dispatch others meanwhile.
    running.wait_for_states(witness, "success", count=len(running.history(witness)) + 3)
    assert len(running.history(schedule)) == count
    running.call("POST", f"{path}/disable")
    running.call("POST", f"{path}/enable")
    enabled = running.call("POST", f"{path}/enable")
    assert (enabled["enabled"], enabled["note"]) == (True, "")
    running.wait_for_states(schedule, "success", count=count + 1)
    running.call("DELETE", path)
    running.call("DELETE", f"/api/scheduled-commands/{witness['id']}")


def test_a_change_takes_effect_without_any_restart(running: Installation) -> None:
    schedule = running.schedule(
        schedule_type="interval", interval_value=9, interval_unit="days", command="say before"
    )
    path = f"/api/scheduled-commands/{schedule['id']}"
    running.call(
        "PATCH",
        path,
        {"interval_value": 1, "interval_unit": "seconds", "command": "say after"},
    )
    row = running.wait_for_states(schedule, "success", seconds=5)
    assert row["result_summary"] == "after"
    running.call("DELETE", path)


def test_deleting_removes_its_periodic_task_and_keeps_its_history(running: Installation) -> None:
    schedule = running.every_second()
    row = running.wait_for_states(schedule, "success")
    like = f"scheduled command {schedule['id']}:%"
    count = "SELECT count(*) FROM django_celery_beat_periodictask WHERE name LIKE %s"
    assert running.database.query(count, like) == [(1,)]
    running.call("DELETE", f"/api/scheduled-commands/{schedule['id']}", expect=204)
    assert running.database.query(count, like) == [(0,)]
    assert running.raw("GET", f"/api/scheduled-commands/{schedule['id']}")[0] == 404
    kept = running.call("GET", f"/api/executions/{row['id']}")
    assert (kept["schedule"], kept["schedule_name"]) == (None, schedule["name"])


def test_run_now_is_recorded_as_manual(running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="say by hand")
    execution = running.call(
        "POST", f"/api/scheduled-commands/{schedule['id']}/execute", expect=202
    )
    assert (execution["trigger"], execution["state"]) == ("manual", "pending")
    assert running.wait_for_states(schedule, "success")["result_summary"] == "by hand"


def test_a_running_one_is_cancelled_within_seconds(running: Installation) -> None:
    schedule = running.schedule(schedule_type="manual", command="sleep 60")
    path = f"/api/scheduled-commands/{schedule['id']}"
    execution = running.call("POST", f"{path}/execute")
    running.wait_for_states(schedule, "running")
    running.call("POST", f"/api/executions/{execution['id']}/cancel", expect=202)
    row = running.wait_for_states(schedule, "cancelled", seconds=5)
    asked, ended = (
        datetime.fromisoformat(row[name]) for name in ("cancel_requested_at", "finished_at")
    )
    assert ended - asked < timedelta(seconds=2)


def test_an_agent_task_runs_without_a_schedule(running: Installation) -> None:
    body = {"agent": running.agent, "command": "say on my own"}
    task = running.call("POST", "/api/agent-tasks", body, expect=202)
    path = f"/api/agent-tasks/{task['id']}"
    assert wait_until(lambda: running.call("GET", path)["state"] == "success", 20)
    assert running.call("GET", path)["result"] == "on my own"


def test_status_shows_beats_and_workers(running: Installation) -> None:
    for path in ("/api/scheduler/status", "/scheduler/status", "/scheduler/status/"):
        status = running.call("GET", path)
        assert (len(status["beats"]), len(status["workers"])) == (2, 1)
        assert status["queue_depth"] is not None
