"""So many schedules for each owner, each name once, however many come at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connections
from pytest_django import Settings

from agents.models import Agent
from scheduler_project.errors import Conflict
from schedules import db, services
from schedules.models import Schedule

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
DAILY = {"schedule_type": "cron", "cron_expression": "30 7 * * *", "timezone": "Europe/Berlin"}


def update(schedule: Schedule, **changes: object) -> Schedule:
    return services.update_schedule(schedule=schedule, changes=changes)


def test_there_is_room_for_fifty_however_many_come_at_once(owner: User, make: Make) -> None:
    for _ in range(45):
        make()
    agents = [Agent.objects.create(owner=owner, name=f"agent {n}") for n in range(20)]
    barrier = Barrier(len(agents))

    def create(number: int) -> bool:
        fields = {"name": f"at once {number}", "agent": agents[number], "command": "x"}
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


def test_of_one_name_taken_at_once_one_gets_it(owner: User) -> None:
    agents = [Agent.objects.create(owner=owner, name=f"agent {n}") for n in range(4)]
    barrier = Barrier(len(agents))

    def create(agent: Agent) -> bool:
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
        assert sorted(threads.map(create, agents)) == [False, False, False, True]
