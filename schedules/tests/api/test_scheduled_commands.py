"""/api/scheduled-commands as its owner sees it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask

from agents.models import Agent
from schedules.models import Execution, Schedule
from tests.clients import client_of, person, problem_of, refused, send

pytestmark = pytest.mark.django_db
ADDRESS = "/api/scheduled-commands"
PAST = "2020-01-01T00:00:00Z"


def body(helper: Agent, **changes: Any) -> dict[str, Any]:
    values = {"name": "alerts", "agent": helper.pk, "command": "summarise", "schedule_type": "cron"}
    return values | {"cron_expression": "30 7 * * MON-FRI", "timezone": "Europe/Berlin"} | changes


def test_create_answers_with_the_next_run(own: Client, agent: Agent) -> None:
    response = send(own, "post", ADDRESS, body(agent))
    assert response.status_code == 201
    made = response.json()
    assert made["owner"] == agent.owner_id
    assert made["upcoming"][0] == made["next_run_at"]
    assert len(made["upcoming"]) == 5
    for time in made["upcoming"]:
        assert datetime.fromisoformat(time).astimezone(UTC).hour in {5, 6}
    defaults = {"overlap_policy": "skip", "missed_policy": "latest", "misfire_grace_seconds": 300}
    defaults |= {"max_attempts": 1, "enabled": True, "run_count": 0, "last_state": "", "note": ""}
    assert {name: made[name] for name in defaults} == defaults
    task = Schedule.objects.get().periodic_task
    assert (task.crontab.hour, str(task.crontab.timezone)) == ("7", "Europe/Berlin")


INTERVAL = {"schedule_type": "interval", "cron_expression": "", "interval_value": 5}
ONCE = {"schedule_type": "once", "cron_expression": ""}


def test_one_that_cannot_be_computed_any_more_is_shown(own: Client, agent: Agent) -> None:
    """With the next time that it has; dispatch switches it off then."""
    made = send(own, "post", ADDRESS, body(agent)).json()
    Schedule.objects.update(timezone="Nowhere/Gone")
    response = own.get(f"{ADDRESS}/{made['id']}")
    assert response.status_code == 200
    assert response.json()["upcoming"] == [made["next_run_at"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"command": "  "}, "command"),
        ({"command": "a\x00b"}, "command"),
        ({"command": "\udcff"}, "command"),
        ({"command": "x" * 20_001}, "command"),
        ({"description": "x" * 2001}, "description"),
        ({"agent": 10**9}, "agent"),
        ({"agent": "x"}, "agent"),
        ({"agent": None}, "agent"),
        ({"agent": 1.5}, "agent"),
        ({"agent": True}, "agent"),
        ({"schedule_type": "sometimes"}, "schedule_type"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"cron_expression": ""}, "cron_expression"),
        ({"cron_expression": "0 0 30 2 *"}, "cron_expression"),
        ({"cron_expression": "0,1 0 * * *"}, "cron_expression"),
        ({"cron_expression": "* * * * *"}, "cron_expression"),
        ({"cron_expression": "61 * * * *"}, "cron_expression"),
        ({"cron_expression": "0 0 * * * *"}, "cron_expression"),
        ({"cron_expression": "0 0 * * 1" + ",1" * 100}, "cron_expression"),
        ({"interval_value": 5}, "interval_value"),
        ({"run_at": "2199-01-01T00:00:00Z"}, "run_at"),
        (INTERVAL, "interval_unit"),
        (INTERVAL | {"interval_unit": "years"}, "interval_unit"),
        (INTERVAL | {"interval_unit": "seconds"}, "interval_value"),
        (INTERVAL | {"interval_unit": "minutes", "interval_value": 4}, "interval_value"),
        (INTERVAL | {"interval_unit": "days", "interval_value": 2**31}, "interval_value"),
        (INTERVAL | {"interval_unit": "days", "interval_value": 2**31 - 1}, "interval_value"),
        (INTERVAL | {"interval_unit": "days", "interval_value": 0}, "interval_value"),
        (INTERVAL | {"interval_unit": "days", "interval_value": -1}, "interval_value"),
        (ONCE, "run_at"),
        (ONCE | {"run_at": PAST}, "run_at"),
        (ONCE | {"run_at": "9999-12-31T23:59:59-14:00"}, "run_at"),
        (ONCE | {"run_at": "0001-01-01T00:00:00+14:00"}, "run_at"),
        (ONCE | {"run_at": "tomorrow"}, "run_at"),
        (ONCE | {"run_at": "2199-01-01T10:00:00"}, "run_at"),
        (ONCE | {"run_at": "2199-01-01"}, "run_at"),
        ({"start_at": "2199-01-01T10:00:00"}, "start_at"),
        (ONCE | {"run_at": "2030-01-01T00:00Z", "start_at": "2031-01-01T00:00Z"}, "start_at"),
        ({"end_at": PAST}, "end_at"),
        ({"start_at": "2100-01-02T00:00:00Z", "end_at": "2100-01-01T00:00:00Z"}, "end_at"),
        ({"max_runs": 0}, "max_runs"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"max_attempts": 40_000}, "max_attempts"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"overlap_policy": "panic"}, "overlap_policy"),
        ({"missed_policy": "panic"}, "missed_policy"),
        ({"misfire_grace_seconds": -1}, "misfire_grace_seconds"),
        ({"enabled": "perhaps"}, "enabled"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    own: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    errors = refused(send(own, "post", ADDRESS, body(agent, **changes)))
    assert set(errors) == {field}
    assert errors[field].endswith((".", "?"))
    assert not Schedule.objects.exists()
    assert not PeriodicTask.objects.filter(name__startswith="scheduled command").exists()


def test_a_choice_that_is_none_is_told_what_there_is(own: Client, agent: Agent) -> None:
    errors = refused(send(own, "post", ADDRESS, body(agent, overlap_policy="z" * 100_000)))
    assert errors["overlap_policy"] == (
        "Choose one of skip, buffer_one, buffer_all, cancel_other, allow."
    )


def test_a_body_that_is_nested_without_end_is_refused(own: Client) -> None:
    deep = own.post(ADDRESS, data="[" * 100_000, content_type="application/json")
    assert "nested too deeply" in problem_of(deep, 400)["detail"]


def test_a_body_that_is_too_large_is_refused(own: Client, agent: Agent) -> None:
    large = send(own, "post", ADDRESS, body(agent, command="x" * 3_000_000))
    assert large.status_code in {400, 413}


def test_someone_elses_agent_does_not_exist(own: Client, agent: Agent) -> None:
    theirs = Agent.objects.create(owner=person("eve"), name="helper")
    assert set(refused(send(own, "post", ADDRESS, body(theirs)))) == {"agent"}


def test_a_name_is_an_owners_only_once(own: Client, agent: Agent) -> None:
    assert send(own, "post", ADDRESS, body(agent)).status_code == 201
    assert set(refused(send(own, "post", ADDRESS, body(agent)))) == {"name"}
    eve = person("eve")
    theirs = Agent.objects.create(owner=eve, name="helper")
    assert send(client_of(eve), "post", ADDRESS, body(theirs)).status_code == 201


def test_the_limit_of_schedules_is_a_conflict(own: Client, agent: Agent, settings: Any) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 1
    assert send(own, "post", ADDRESS, body(agent)).status_code == 201
    problem = problem_of(send(own, "post", ADDRESS, body(agent, name="another")), 409)
    assert "You have 1 scheduled commands" in problem["detail"]


def test_patch_changes_what_is_given(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(description="kept")
    page = f"{ADDRESS}/{schedule.pk}"
    changes = {"schedule_type": "interval", "interval_value": 2, "interval_unit": "hours"}
    changed = send(own, "patch", page, changes).json()
    assert changed["description"] == "kept"
    assert changed["next_run_at"] is not None
    back = send(own, "patch", page, {"schedule_type": "manual"}).json()
    assert (back["interval_value"], back["next_run_at"]) == (None, None)


def test_put_sets_the_rest_to_its_defaults(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(description="lost", max_attempts=3)
    page = f"{ADDRESS}/{schedule.pk}"
    given = {"name": "new", "agent": schedule.agent_id, "command": "c", "schedule_type": "manual"}
    changed = send(own, "put", page, given).json()
    assert (changed["description"], changed["max_attempts"]) == ("", 1)


def test_what_was_read_can_be_written_back(own: Client, agent: Agent) -> None:
    made = send(own, "post", ADDRESS, body(agent)).json()
    again = send(own, "put", f"{ADDRESS}/{made['id']}", made)
    assert again.status_code == 200
    assert again.json() | {"updated_at": 0} == made | {"updated_at": 0}


def test_an_old_date_does_not_stand_in_the_way_of_another_change(
    own: Client, make: Callable[..., Schedule]
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    schedule = make(schedule_type="once", run_at=later)
    Schedule.objects.filter(pk=schedule.pk).update(run_at=PAST, next_run_at=None)
    response = send(own, "patch", f"{ADDRESS}/{schedule.pk}", {"description": "done long ago"})
    assert response.status_code == 200, response.content


def test_enable_and_disable_are_idempotent(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(schedule_type="interval", interval_value=1, interval_unit="days")
    page = f"{ADDRESS}/{schedule.pk}"
    for _ in range(2):
        off = send(own, "post", f"{page}/disable", {"note": "holiday"}).json()
        assert (off["enabled"], off["note"], off["next_run_at"]) == (False, "holiday", None)
    assert send(own, "post", f"{page}/disable").json()["note"] == "holiday"
    assert set(refused(send(own, "post", f"{page}/disable", {"note": "x\x00"}))) == {"note"}
    for _ in range(2):
        on = send(own, "post", f"{page}/enable").json()
        assert (on["enabled"], on["note"]) == (True, "")
        assert on["next_run_at"] is not None


def test_what_is_over_cannot_be_enabled(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make(schedule_type="once", run_at=datetime.now(UTC) + timedelta(days=1))
    page = f"{ADDRESS}/{schedule.pk}"
    send(own, "post", f"{page}/disable")
    Schedule.objects.filter(pk=schedule.pk).update(run_at=PAST)
    assert set(refused(send(own, "post", f"{page}/enable"))) == {"run_at"}


# Real transactions: an id sorts by the time of its own.
@pytest.mark.django_db(transaction=True)
def test_execute_and_history(own: Client, make: Callable[..., Schedule]) -> None:
    page = f"{ADDRESS}/{make(overlap_policy='allow').pk}"
    runs = [send(own, "post", f"{page}/execute") for _ in range(3)]
    assert {run.status_code for run in runs} == {202}
    first = send(own, "get", f"{page}/executions?page_size=2").json()
    assert [row["id"] for row in first["results"]] == [r.json()["id"] for r in runs[:0:-1]]
    rest = own.get(first["next"]).json()
    assert [row["id"] for row in rest["results"]] == [runs[0].json()["id"]]


def test_execute_beside_a_run_that_goes_on_is_skipped(
    own: Client, make: Callable[..., Schedule]
) -> None:
    page = f"{ADDRESS}/{make().pk}"
    send(own, "post", f"{page}/execute")
    second = send(own, "post", f"{page}/execute").json()
    assert second["state"] == "skipped"
    assert second["reason"].startswith("overlap")


def test_execute_when_all_runs_are_used_up_is_a_conflict(
    own: Client, make: Callable[..., Schedule]
) -> None:
    page = f"{ADDRESS}/{make(max_runs=1).pk}"
    assert send(own, "post", f"{page}/execute").status_code == 202
    assert "max_runs" in problem_of(send(own, "post", f"{page}/execute"), 409)["detail"]


def test_delete_keeps_the_history(own: Client, make: Callable[..., Schedule]) -> None:
    schedule = make()
    page = f"{ADDRESS}/{schedule.pk}"
    run = send(own, "post", f"{page}/execute").json()
    assert send(own, "delete", page).status_code == 204
    problem_of(send(own, "get", page), 404)
    kept = send(own, "get", f"/api/executions/{run['id']}").json()
    assert (kept["schedule"], kept["schedule_name"]) == (None, schedule.name)
    assert (kept["state"], kept["reason"]) == ("cancelled", "the schedule was deleted")


def test_filters_search_and_order(own: Client, make: Callable[..., Schedule]) -> None:
    make(name="beta", command="look after sheep")
    make(name="alpha", schedule_type="interval", interval_value=1, interval_unit="days")
    Schedule.objects.filter(name="alpha").update(enabled=False, next_run_at=None)

    def names(query: str) -> list[str]:
        return [row["name"] for row in send(own, "get", f"{ADDRESS}?{query}").json()["results"]]

    assert names("enabled=true") == ["beta"]
    assert names("schedule_type=interval") == ["alpha"]
    assert names("search=sheep") == ["beta"]
    assert names("ordering=name") == ["alpha", "beta"]
    assert set(refused(send(own, "get", f"{ADDRESS}?schedule_type=never"))) == {"schedule_type"}


def test_a_slash_at_the_end_is_optional(own: Client, agent: Agent) -> None:
    made = send(own, "post", f"{ADDRESS}/", body(agent))
    assert made.status_code == 201
    page = f"{ADDRESS}/{made.json()['id']}/"
    assert send(own, "get", page).status_code == 200
    assert send(own, "post", f"{page}disable/").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(
    own: Client, make: Callable[..., Schedule]
) -> None:
    counts = []
    for count in (1, 10):
        while Schedule.objects.count() < count:
            make()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(send(own, "get", ADDRESS).json()["results"]) == count
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_executions_cannot_be_written(own: Client, make: Callable[..., Schedule]) -> None:
    run = send(own, "post", f"{ADDRESS}/{make().pk}/execute").json()
    for method in ("put", "patch", "delete"):
        problem_of(send(own, method, f"/api/executions/{run['id']}", {}), 405)
    assert Execution.objects.get().state == "pending"
