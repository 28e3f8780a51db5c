"""Invariants live in the database: each CHECK and unique key refuses its bad row."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, transaction

from agents.models import Agent
from schedules import db
from schedules.models import Attempt, Schedule
from schedules.tests.integration.scenes import pending, running

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]


def refuses(constraint: str, sql: str, *params: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        db.fetch(sql, params)


@pytest.mark.parametrize(
    "change",
    [
        "schedule_type = 'cron'",
        "schedule_type = 'once'",
        "schedule_type = 'manual'",
        "schedule_type = 'hourly'",
        "cron_expression = '0 0 * * *'",
        "run_at = now()",
        "interval_value = 0",
        "interval_value = NULL",
        "schedule_type = 'cron', interval_value = NULL",
        "schedule_type = 'cron', cron_expression = '0 0 * * *'",
        "schedule_type = 'once', run_at = now()",
    ],
)
def test_a_schedule_has_exactly_one_timing(schedule: Schedule, change: str) -> None:
    sql = f"UPDATE schedules_schedule SET {change} WHERE id = %s"
    refuses("schedule_has_one_timing|interval_value_check", sql, schedule.pk)


@pytest.mark.parametrize("change", ["max_attempts = 0", "timeout_seconds = 0"])
def test_limits_are_positive(schedule: Schedule, change: str) -> None:
    sql = f"UPDATE schedules_schedule SET {change} WHERE id = %s"
    refuses("schedule_limits_positive", sql, schedule.pk)


def test_what_is_switched_off_is_never_due(schedule: Schedule) -> None:
    sql = "UPDATE schedules_schedule SET enabled = false WHERE id = %s"
    refuses("schedule_disabled_is_never_due", sql, schedule.pk)
    db.fetch(sql.replace("false", "false, next_run_at = NULL"), (schedule.pk,))


def test_an_owners_names_are_unique(make: Make) -> None:
    make(name="report")
    second = make()
    sql = "UPDATE schedules_schedule SET name = 'report' WHERE id = %s"
    refuses("schedule_name_per_owner", sql, second.pk)


def test_two_owners_may_use_one_name(make: Make) -> None:
    make(name="report")
    second, bob = make(), User.objects.create(username="bob")
    Schedule.objects.filter(pk=second.pk).update(name="report", owner=bob)
    assert Schedule.objects.filter(name="report").count() == 2


def test_an_agent_that_schedules_use_cannot_be_deleted(schedule: Schedule, agent: Agent) -> None:
    db.fetch("SET CONSTRAINTS ALL IMMEDIATE")
    refuses("agent_id", "DELETE FROM agents_agent WHERE id = %s", agent.pk)
    assert schedule.agent_id == agent.pk


def test_a_periodic_task_stands_for_one_schedule(make: Make) -> None:
    first, second = make(), make()
    sql = "UPDATE schedules_schedule SET periodic_task_id = %s WHERE id = %s"
    refuses("periodic_task_id", sql, first.periodic_task_id, second.pk)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'success'",
        "state = 'failed'",
        "state = 'cancelled'",
        "state = 'skipped'",
        "state = 'missed'",
        "finished_at = now()",
        "state = 'waiting', finished_at = now()",
        "state = 'unheard of', finished_at = now()",
    ],
)
def test_what_is_final_has_its_end_and_nothing_else_has(schedule: Schedule, change: str) -> None:
    sql = f"UPDATE schedules_execution SET {change} WHERE id = %s"
    refuses("execution_finished_at_when_final", sql, pending(schedule).id)


@pytest.mark.parametrize("change", ["lease_until", "started_at"])
def test_what_runs_is_leased(schedule: Schedule, change: str) -> None:
    sql = f"UPDATE schedules_execution SET {change} = NULL WHERE id = %s"
    refuses("execution_running_is_leased", sql, running(schedule).id)


def test_what_runs_has_an_attempt_number(schedule: Schedule) -> None:
    sql = "UPDATE schedules_execution SET attempt = 0 WHERE id = %s"
    refuses("execution_running_is_leased", sql, running(schedule).id)


COPY = """
INSERT INTO schedules_execution (id, owner_id, schedule_id, command, trigger, scheduled_for)
SELECT gen_random_uuid(), owner_id, schedule_id, command, %s, scheduled_for
FROM schedules_execution WHERE id = %s
"""


def test_an_occurrence_is_recorded_once(schedule: Schedule) -> None:
    execution = pending(schedule)
    db.fetch("UPDATE schedules_execution SET trigger = 'timer'")
    refuses("execution_once_per_occurrence", COPY, "timer", execution.id)


def test_runs_by_hand_may_share_an_instant(schedule: Schedule) -> None:
    execution = pending(schedule)
    db.fetch(COPY, ("manual", execution.id))
    db.fetch(COPY, ("timer", execution.id))
    assert schedule.executions.count() == 3


def test_an_attempt_number_is_given_once(make: Make) -> None:
    claimed, another = running(make()), running(make())
    sql = "UPDATE schedules_attempt SET execution_id = %s WHERE execution_id = %s"
    refuses("attempt_number_once", sql, claimed.id, another.id)


def test_an_agent_task_belongs_to_one_attempt(make: Make) -> None:
    claimed, another = running(make()), running(make())
    sql = "UPDATE schedules_attempt SET agent_task_id = %s WHERE execution_id = %s"
    refuses("agent_task_id", sql, claimed.agent_task_id, another.id)
    assert Attempt.objects.count() == 2


def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
