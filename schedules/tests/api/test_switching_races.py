"""Many who create, switch, run and delete at the same moment."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django_celery_beat.models import PeriodicTask

from agents.models import Agent
from schedules.audit import audit
from schedules.models import Schedule
from schedules.tests.api.test_scheduled_commands import body
from tests.clients import client_of, problem_of, send
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/scheduled-commands"
ROUNDS = 15


def test_fifty_for_the_last_place(ann: User, agent: Agent, settings: Any) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 50
    number = count()

    def create() -> Any:
        return send(client_of(ann), "post", ADDRESS, body(agent, name=f"s{next(number)}"))

    assert {create().status_code for _ in range(49)} == {201}
    answers = at_once(50, create)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    refusals = [problem_of(each, 409)["detail"] for each in answers if each.status_code != 201]
    assert set(refusals) == {
        "You have 50 scheduled commands, the most that are allowed: delete one first."
    }
    assert Schedule.objects.count() == 50


def test_whatever_meets_leaves_it_consistent(ann: User, agent: Agent) -> None:
    for number in range(ROUNDS):
        made = send(client_of(ann), "post", ADDRESS, body(agent, name=f"r{number}")).json()
        one = f"{ADDRESS}/{made['id']}"
        everything = {"filter": {"ids": [made["id"]]}}
        acts = [
            *(partial(post, ann, f"{one}/enable"), partial(post, ann, f"{one}/disable")) * 2,
            *(partial(post, ann, f"{one}/execute"),) * 2,
            partial(post, ann, f"{ADDRESS}/bulk", everything | {"action": "enable"}),
            partial(post, ann, f"{ADDRESS}/bulk", everything | {"action": "disable"}),
        ]
        if number % 3 == 0:
            acts.append(partial(delete, ann, one))
        codes = at_once(len(acts), partial(take, iter(acts)))
        assert set(codes) <= {200, 202, 204, 404, 409}
        check(made["id"], deleted=204 in codes)
    assert audit(datetime(1970, 1, 1, tzinfo=UTC), None).exceptions == []


def post(owner: User, address: str, order: Any = None) -> int:
    return int(send(client_of(owner), "post", address, order or {}).status_code)


def delete(owner: User, address: str) -> int:
    return int(send(client_of(owner), "delete", address).status_code)


def take(acts: Iterator[Callable[[], int]]) -> int:
    return next(acts)()


def check(key: int, *, deleted: bool) -> None:
    """The schedule and its PeriodicTask say the same, and there is none without the other."""
    tasks = PeriodicTask.objects.filter(name__startswith="scheduled command")
    assert set(tasks.values_list("id", flat=True)) == set(
        Schedule.objects.values_list("periodic_task_id", flat=True)
    )
    assert Schedule.objects.filter(pk=key).exists() is not deleted
    for schedule in Schedule.objects.select_related("periodic_task"):
        assert schedule.enabled is (schedule.next_run_at is not None)
        assert schedule.periodic_task.enabled is schedule.enabled
