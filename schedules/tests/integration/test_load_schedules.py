"""`manage.py load_schedules`: many schedules, each as the single path would have made it."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import CrontabSchedule, IntervalSchedule
from pytest_django import Settings

from agents.models import Agent
from scheduler_project.embedded.waiting import wait_until
from schedules import db, periodic_tasks
from schedules.loads import Load
from schedules.models import Schedule
from schedules.services import bulk
from schedules.timing import first_run

pytestmark = pytest.mark.django_db(transaction=True)
FAR_OFF = datetime(2190, 1, 1, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _few_for_each_owner(settings: Settings) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 7


def load(*arguments: object) -> str:
    """Run the command; returns what it printed."""
    output = StringIO()
    call_command("load_schedules", *map(str, arguments), stdout=output)
    return output.getvalue()


def statements_of(*arguments: object) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(*arguments)
    return [query["sql"][:40] for query in queries.captured_queries]


def test_it_adds_as_many_as_it_was_told_and_says_so() -> None:
    output = load("--count", 30)
    assert Schedule.objects.filter(enabled=True, next_run_at__isnull=False).count() == 30
    assert "30 of 30" in output
    assert output.splitlines()[-1].startswith("30 schedules in ")


def test_no_owner_has_more_than_is_allowed() -> None:
    load("--count", 30)
    counts = Counter(Schedule.objects.values_list("owner__username", flat=True))
    assert counts == {"load-1": 7, "load-2": 7, "load-3": 7, "load-4": 7, "load-5": 2}
    assert not any(owner.has_usable_password() for owner in User.objects.all())
    assert Agent.objects.filter(model="local").count() == User.objects.count()


def test_a_second_load_adds_to_the_first() -> None:
    load("--count", 8)
    load("--count", 8, "--every", 3600)
    owners = set(User.objects.values_list("username", flat=True))
    assert owners == {"load-1", "load-2", "load-3", "load-4"}
    assert Schedule.objects.count() == len(set(Schedule.objects.values_list("name"))) == 16


def test_others_are_left_alone(make: Callable[..., Schedule]) -> None:
    before = Schedule.objects.filter(pk=make().pk).values().get()
    User.objects.create(username="load-x")
    load("--count", 8)
    assert Schedule.objects.filter(pk=before["id"]).values().get() == before


@pytest.mark.parametrize("options", [(), ("--every", 3600), ("--due-at", FAR_OFF.isoformat())])
def test_each_is_as_the_single_path_makes_it(options: tuple[Any, ...]) -> None:
    load("--count", 30, *options)
    loaded_at = Schedule.objects.earliest("created_at").created_at
    for schedule in Schedule.objects.select_related("periodic_task"):
        row = schedule.periodic_task
        expected = periodic_tasks.derived(schedule)
        assert {name: getattr(row, name) for name in expected} == expected
        assert schedule.next_run_at == first_run(schedule, loaded_at, schedule.start_at, None)


def test_schedules_share_the_rows_of_celery() -> None:
    load("--count", 30, "--every", 3600)
    load("--count", 30, "--every", 3600)
    assert IntervalSchedule.objects.count() == 1
    load("--count", 30)
    load("--count", 30)
    assert CrontabSchedule.objects.count() == 30


def test_the_statements_of_a_chunk_do_not_depend_on_its_size() -> None:
    assert statements_of("--count", 20) == statements_of("--count", 200)


def test_each_chunk_is_a_transaction_of_the_same_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load("--count", 1, "--every", 3600)
    one = Counter(statements_of("--count", 40, "--every", 3600))
    monkeypatch.setattr(bulk, "CHUNK", 10)
    four = Counter(statements_of("--count", 40, "--every", 3600))
    more = four - one
    assert {more[statement] for statement in more} == {3}


def test_all_are_due_at_the_instant() -> None:
    load("--count", 30, "--due-at", FAR_OFF.isoformat())
    assert set(Schedule.objects.values_list("next_run_at", flat=True)) == {FAR_OFF}


def test_after_the_instant_they_go_on_every_day_or_as_told() -> None:
    load("--count", 1, "--due-at", FAR_OFF.isoformat())
    load("--count", 1, "--due-at", FAR_OFF.isoformat(), "--every", 600)
    daily, often = Schedule.objects.order_by("id")
    assert first_run(daily, FAR_OFF, daily.start_at, None) == FAR_OFF + timedelta(days=1)
    assert first_run(often, FAR_OFF, often.start_at, None) == FAR_OFF + timedelta(minutes=10)


def test_phases_are_spread_evenly_over_the_interval() -> None:
    load("--count", 60, "--every", 3600)
    times = sorted(time for time in Schedule.objects.values_list("next_run_at", flat=True) if time)
    gaps = {later - earlier for earlier, later in pairwise(times)}
    assert gaps == {timedelta(minutes=1)}


def test_crons_are_distinct_and_lie_all_over_the_day_and_the_world() -> None:
    load("--count", 240)
    crons = list(Schedule.objects.values_list("cron_expression", "timezone"))
    assert len(set(crons)) == 240
    assert {cron.split()[1] for cron, _ in crons} == {str(hour) for hour in range(24)}
    assert len({zone for _, zone in crons}) == 12


def test_the_overlap_policy_is_the_models_own_unless_given() -> None:
    load("--count", 1)
    load("--count", 1, "--overlap", "allow")
    assert list(Schedule.objects.order_by("id").values_list("overlap_policy", flat=True)) == [
        Schedule._meta.get_field("overlap_policy").default,
        "allow",
    ]


def test_beats_are_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 10)
    notifications = [s for s in statements_of("--count", 30) if "pg_notify" in s]
    assert len(notifications) == 3


def test_the_planner_knows_of_the_new_rows() -> None:
    load("--count", 30)
    known = "SELECT reltuples FROM pg_class WHERE relname = %s"
    for table in (Schedule._meta.db_table, "django_celery_beat_periodictask"):
        assert db.fetch(known, (table,)) == [(30,)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "--count"),
        (("--count", 0), "'0' is not a whole number from 1 on"),
        (("--count", "many"), "'many' is not a whole number from 1 on"),
        (("--count", 1, "--every", 0), "'0' is not a whole number from 1 on"),
        (("--count", 1, "--every", 59), "Two runs can be 59 s apart; at least 60 s must lie"),
        (("--count", 1, "--every", 10**9), "Give a whole number from 1 to 316,224,000"),
        (("--count", 1, "--due-at", "tomorrow"), "'tomorrow' is no ISO 8601 time"),
        (("--count", 1, "--due-at", "2190-01-01T00:00"), "write 2190-01-01T00:00Z for UTC"),
        (("--count", 1, "--due-at", "2020-01-01T00:00Z"), "has passed: give an instant"),
        (("--count", 1, "--due-at", "2300-01-01T00:00Z"), "between the years 1970 and 2199"),
        (("--count", 1, "--overlap", "perhaps"), "invalid choice: 'perhaps'"),
    ],
)
def test_bad_input_gets_a_sentence(arguments: tuple[object, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=r".") as refusal:
        load(*arguments)
    assert sentence in str(refusal.value)
    assert not Schedule.objects.exists()
    assert not User.objects.exists()


def test_where_no_owner_may_have_schedules_there_is_no_load(settings: Settings) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 0
    with pytest.raises(CommandError, match="MAX_SCHEDULES_PER_OWNER is 0"):
        load("--count", 1)


def test_an_instant_that_passes_meanwhile_ends_the_load_and_leaves_what_is_in_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 10)
    due_at = db.now() + timedelta(seconds=1)
    chunks = bulk.load_schedules(Load(count=20, due_at=due_at))
    assert next(chunks) == 10
    assert wait_until(lambda: db.now() > due_at, 5)
    with pytest.raises(ValidationError, match="has passed"):
        next(chunks)
    assert list(Schedule.objects.values_list("next_run_at", flat=True)) == [due_at] * 10
