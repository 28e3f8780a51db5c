"""Create, change, switch, delete, run by hand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connections
from pytest_django import Settings

from agents.models import Agent, AgentTask
from scheduler_project.errors import Conflict
from schedules import db, dispatch, services
from schedules.models import Attempt, Execution, Schedule
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    make_due,
    pending,
    queued,
    row,
    running,
    set_row,
    states,
    succeed,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAILY = {"schedule_type": "cron", "cron_expression": "30 7 * * *", "timezone": "Europe/Berlin"}


def update(schedule: Schedule, **changes: object) -> Schedule:
    return services.update_schedule(schedule=schedule, changes=changes)


def test_a_new_schedule_is_planned_from_now_on(schedule: Schedule) -> None:
    assert schedule.enabled
    assert schedule.next_run_at == schedule.anchor_at + HOUR
    assert schedule.created_at - schedule.anchor_at < timedelta(seconds=5)
    assert (schedule.run_count, schedule.last_state, schedule.note) == (0, "", "")


def test_an_interval_counts_from_its_start(make: Make) -> None:
    start = db.now() + timedelta(minutes=10)
    assert make(start_at=start).next_run_at == start
    past = db.now() - timedelta(minutes=10)
    assert make(start_at=past).next_run_at == past + HOUR


@pytest.mark.parametrize(("start", "end"), [(2, 3), (-1, 23.5)])
def test_an_interval_that_runs_once_between_start_and_end_is_accepted(
    make: Make, start: float, end: float
) -> None:
    now = db.now()
    daily = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "days"}
    schedule = make(**daily, start_at=now + start * HOUR, end_at=now + end * HOUR)
    assert schedule.next_run_at is not None
    assert schedule.start_at is not None
    assert (schedule.next_run_at - schedule.start_at) % DAY == timedelta(0)


def test_what_is_created_switched_off_is_not_due(make: Make) -> None:
    assert make(enabled=False).next_run_at is None


def test_what_was_due_before_an_edit_is_recorded_as_it_was_defined(schedule: Schedule) -> None:
    make_due(schedule)
    changed = update(schedule, command="say goodbye", overlap_policy="allow")
    execution = schedule.executions.get()
    assert (execution.state, execution.command) == ("pending", "say hello")
    assert queued() == [str(execution.id)]
    assert (changed.command, changed.run_count) == ("say goodbye", 1)


@pytest.mark.parametrize("change", ["disable", "delete", "run now"])
def test_what_was_due_is_recorded_before_anything_else_happens(make: Make, change: str) -> None:
    schedule = make(overlap_policy="allow")
    make_due(schedule)
    if change == "disable":
        services.disable_schedule(schedule=schedule)
    elif change == "delete":
        services.delete_schedule(schedule=schedule)
    else:
        services.run_now(schedule=schedule)
    timed = Execution.objects.get(trigger="timer")
    assert timed.state == ("pending" if change == "run now" else "cancelled")


def test_a_change_of_timing_takes_effect_at_once(schedule: Schedule) -> None:
    changed = update(schedule, **DAILY)
    assert (changed.interval_value, changed.interval_unit) == (None, "")
    assert changed.next_run_at is not None
    assert (changed.next_run_at.minute, changed.next_run_at.second) == (30, 0)
    back = update(changed, schedule_type="interval", interval_value=2, interval_unit="hours")
    assert (back.cron_expression, back.next_run_at) == ("", back.anchor_at + 2 * HOUR)


def test_an_edit_of_other_fields_keeps_the_phase(schedule: Schedule) -> None:
    before = schedule.next_run_at
    changed = update(schedule, name="renamed", command="x", max_runs=7, timezone="Asia/Tokyo")
    assert (changed.next_run_at, changed.anchor_at) == (before, schedule.anchor_at)


def test_switching_off_and_on_again_keeps_the_phase(schedule: Schedule) -> None:
    before = schedule.next_run_at
    services.disable_schedule(schedule=schedule)
    assert services.enable_schedule(schedule=schedule).next_run_at == before


def test_what_would_have_been_due_while_switched_off_is_not_made_up_for(make: Make) -> None:
    schedule = make(missed_policy="all")
    services.disable_schedule(schedule=schedule)
    Schedule.objects.update(anchor_at=db.now() - 5 * HOUR - timedelta(minutes=1))
    enabled = services.enable_schedule(schedule=schedule)
    assert enabled.next_run_at is not None
    assert timedelta(0) < enabled.next_run_at - db.now() < HOUR
    assert (dispatch.tick(), states(schedule)) == (0, [])


@pytest.mark.parametrize("switch", ["disable", "update"])
def test_switching_off_cancels_what_waits_and_spares_what_runs(make: Make, switch: str) -> None:
    schedule = make(overlap_policy="buffer_all")
    claimed, held = running(schedule), pending(schedule)
    if switch == "disable":
        off = services.disable_schedule(schedule=schedule, note="Holidays.")
    else:
        off = update(schedule, enabled=False)
    assert (off.enabled, off.next_run_at) == (False, None)
    assert (row(held.id).state, row(held.id).reason) == ("cancelled", "the schedule was disabled")
    assert row(claimed.id).cancel_requested_at is None
    assert succeed(claimed)


def test_the_note_says_why_until_it_is_switched_on_again(schedule: Schedule) -> None:
    assert services.disable_schedule(schedule=schedule, note="Holidays.").note == "Holidays."
    assert services.disable_schedule(schedule=schedule).note == "Holidays."
    assert services.disable_schedule(schedule=schedule, note="Moved.").note == "Moved."
    assert services.enable_schedule(schedule=schedule).note == ""
    services.disable_schedule(schedule=schedule, note="Again.")
    assert update(schedule, enabled=True).note == ""


@pytest.mark.parametrize("note", ["a\x00b", "\ud800", "x" * 501])
def test_a_note_that_cannot_be_stored_is_refused(schedule: Schedule, note: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.disable_schedule(schedule=schedule, note=note)
    assert list(refused.value.message_dict) == ["note"]
    schedule.refresh_from_db()
    assert schedule.enabled


def test_switching_is_idempotent(schedule: Schedule) -> None:
    before = services.enable_schedule(schedule=schedule)
    assert services.enable_schedule(schedule=schedule).next_run_at == before.next_run_at
    for _ in range(2):
        assert not services.disable_schedule(schedule=schedule).enabled


def test_switching_on_forgets_the_failures_before(schedule: Schedule) -> None:
    fail(running(schedule))
    services.disable_schedule(schedule=schedule)
    assert services.enable_schedule(schedule=schedule).consecutive_failures == 0


def test_what_has_no_occurrence_left_cannot_be_switched_on(make: Make) -> None:
    schedule = make(schedule_type="once", run_at=db.now() + HOUR)
    services.disable_schedule(schedule=schedule)
    Schedule.objects.update(run_at=db.now() - HOUR)
    with pytest.raises(ValidationError, match="run_at is in the past"):
        services.enable_schedule(schedule=schedule)


def test_a_deleted_schedule_leaves_its_history(make: Make) -> None:
    schedule = make(name="report", overlap_policy="buffer_all")
    ended, claimed, held = running(schedule), running_after(schedule), pending(schedule)
    services.delete_schedule(schedule=schedule)
    assert not Schedule.objects.exists()
    found = {each.id: each for each in Execution.objects.all()}
    assert {each.schedule_name for each in found.values()} == {"report"}
    assert [found[each.id].state for each in (ended, claimed, held)] == [
        *("success", "running", "cancelled")
    ]
    assert found[held.id].reason == "the schedule was deleted"
    assert succeed(claimed)


def running_after(schedule: Schedule):  # type: ignore[no-untyped-def]
    """A second run, after the first has succeeded."""
    first = schedule.executions.get()
    set_row(first.id, state="'success'", finished_at="now()")
    return running(schedule)


@pytest.mark.parametrize(
    "act",
    [
        lambda schedule: update(schedule, name="new"),
        lambda schedule: services.enable_schedule(schedule=schedule),
        lambda schedule: services.disable_schedule(schedule=schedule),
        lambda schedule: services.delete_schedule(schedule=schedule),
        lambda schedule: services.run_now(schedule=schedule),
    ],
)
def test_what_was_deleted_in_the_meantime_is_a_conflict(
    schedule: Schedule, act: Callable[[Schedule], object]
) -> None:
    stale = Schedule.objects.get(pk=schedule.pk)
    services.delete_schedule(schedule=schedule)
    with pytest.raises(Conflict, match="deleted in the meantime"):
        act(stale)


def test_a_stale_copy_overwrites_nothing(schedule: Schedule) -> None:
    stale = Schedule.objects.get(pk=schedule.pk)
    update(schedule, command="newer")
    pending(schedule)
    changed = update(stale, description="text")
    assert (changed.command, changed.description, changed.run_count) == ("newer", "text", 1)


def test_there_is_room_for_fifty_however_many_come_at_once(
    owner: User, agent: Agent, make: Make
) -> None:
    for _ in range(45):
        make()
    barrier = Barrier(20)

    def create(number: int) -> bool:
        fields = {"name": f"at once {number}", "agent": agent, "command": "x"}
        try:
            db.now()
            barrier.wait()
            services.create_schedule(owner=owner, fields=fields | DAILY)
        except Conflict:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(20) as threads:
        created = list(threads.map(create, range(20)))
    assert sum(created) == 5
    assert Schedule.objects.count() == 50


def test_room_is_counted_for_each_owner(settings: Settings, make: Make) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 1
    make()
    with pytest.raises(Conflict, match="delete one first"):
        make()
    bob = User.objects.create(username="bob")
    theirs = Agent.objects.create(owner=bob, name="theirs")
    fields = {"name": "first", "agent": theirs, "command": "x"} | DAILY
    assert services.create_schedule(owner=bob, fields=fields).owner == bob


def test_names_are_taken_once_by_each_owner(make: Make) -> None:
    make(name="report")
    other = make(name="other")
    for act in (lambda: make(name="report"), lambda: update(other, name="report")):
        with pytest.raises(ValidationError) as refused:
            act()
        assert list(refused.value.message_dict) == ["name"]
    assert update(other, name="other").name == "other"


def test_of_one_name_taken_at_once_one_gets_it(owner: User, agent: Agent) -> None:
    barrier = Barrier(4)

    def create(_: int) -> bool:
        try:
            barrier.wait()
            fields = {"name": "report", "agent": agent, "command": "x"}
            services.create_schedule(owner=owner, fields=fields | DAILY)
        except ValidationError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == [False, False, False, True]


@pytest.mark.parametrize(
    ("overlap", "second", "others"),
    [
        ("skip", "skipped", ["running", "skipped"]),
        ("buffer_one", "pending", ["running", "pending"]),
        ("buffer_all", "pending", ["running", "pending"]),
        ("cancel_other", "pending", ["running", "pending"]),
        ("allow", "pending", ["running", "pending"]),
    ],
)
def test_a_run_by_hand_keeps_to_the_overlap_policy(
    make: Make, overlap: str, second: str, others: list[str]
) -> None:
    schedule = make(overlap_policy=overlap)
    first = running(schedule)
    clear_queue()
    execution = services.run_now(schedule=schedule)
    assert (execution.state, execution.trigger) == (second, "manual")
    assert states(schedule) == others
    assert (execution.not_before is not None) is (overlap in ("skip", "allow"))
    assert queued() == ([str(execution.id)] if overlap == "allow" else [])
    assert (row(first.id).cancel_requested_at is not None) is (overlap == "cancel_other")


def test_a_run_by_hand_leaves_the_planned_times_alone(schedule: Schedule) -> None:
    before = schedule.next_run_at
    execution = pending(schedule)
    schedule.refresh_from_db()
    assert (schedule.next_run_at, schedule.run_count) == (before, 1)
    assert schedule.last_run_at == execution.queued_at


def test_what_is_switched_off_can_still_be_run_by_hand(schedule: Schedule) -> None:
    services.disable_schedule(schedule=schedule)
    assert pending(schedule).state == "pending"
    schedule.refresh_from_db()
    assert (schedule.enabled, schedule.next_run_at) == (False, None)


def test_runs_by_hand_count_towards_max_runs(make: Make) -> None:
    schedule = make(max_runs=2, overlap_policy="allow")
    pending(schedule)
    pending(schedule)
    schedule.refresh_from_db()
    assert (schedule.run_count, schedule.next_run_at) == (2, None)
    with pytest.raises(Conflict, match="All 2 runs"):
        pending(schedule)
    assert update(schedule, max_runs=3).next_run_at is not None


def test_max_runs_holds_when_many_start_it_at_once(make: Make) -> None:
    schedule = make(max_runs=3, overlap_policy="allow")
    make_due(schedule)
    barrier = Barrier(8)

    def start(number: int) -> None:
        try:
            barrier.wait()
            dispatch.tick() if number % 2 else services.run_now(schedule=schedule)
        except Conflict:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, range(8)))
    schedule.refresh_from_db()
    assert (schedule.executions.count(), schedule.run_count) == (3, 3)
    assert schedule.next_run_at is None


def test_a_skipped_run_by_hand_uses_up_no_run(make: Make) -> None:
    schedule = make(max_runs=2)
    running(schedule)
    assert pending(schedule).state == "skipped"
    schedule.refresh_from_db()
    assert schedule.run_count == 1


def test_an_agent_task_of_its_own_stands_on_the_ledger(owner: User, agent: Agent) -> None:
    asked = services.start_agent_task(
        owner=owner, agent=agent, command="say hello", timeout_seconds=5
    )
    execution = Execution.objects.get()
    assert (execution.trigger, execution.schedule, execution.timeout_seconds) == (
        *("agent_task", None),
        5,
    )
    assert (asked.state, asked.command) == ("pending", "say hello")
    assert Attempt.objects.get().agent_task_id == asked.id
    assert queued() == [str(execution.id)]


@pytest.mark.parametrize("command", ["", "  \n", "a\x00b", "\udfff", "x" * 20_001])
def test_a_command_that_cannot_be_stored_starts_no_agent_task(
    owner: User, agent: Agent, command: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.start_agent_task(owner=owner, agent=agent, command=command)
    assert list(refused.value.message_dict) == ["command"]
    assert not AgentTask.objects.exists()


def test_a_deadline_of_planning_is_the_databases_clock(make: Make) -> None:
    soon: datetime = db.now() + timedelta(minutes=2)
    assert make(schedule_type="once", run_at=soon).next_run_at == soon
