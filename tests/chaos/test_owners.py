"""What owners believe is so, whichever answers are lost and however late a request comes."""

import json
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken

from agents.models import Agent
from scheduler_project.versions import tag
from schedules import services
from schedules.models import Execution, Schedule
from tests.chaos import answers
from tests.chaos.api import Api
from tests.chaos.clock import wall
from tests.chaos.deeds import Deeds
from tests.chaos.few import kind_of
from tests.chaos.habits import Habits
from tests.clients import client_of

pytestmark = pytest.mark.django_db


class Here(Api):
    """The API without a server; while `lossy`, each request is carried out and not answered."""

    def __init__(self, user: User) -> None:
        super().__init__(0, user.username)
        self.lossy = False
        self._token = str(AccessToken.for_user(user))
        self._client = client_of(None)
        self._sent: list[tuple[str, str, str, dict[str, str]]] = []

    def _exchange(
        self, method: str, path: str, body: object, headers: Mapping[str, str], patience: float
    ) -> tuple[int, bytes, str]:
        request = (method, path, json.dumps(body) if body else "", dict(headers))
        answer = self._carry_out(*request)
        if self.lossy and method != "GET" and request not in self._sent:
            self._sent.append(request)
            raise ConnectionResetError
        return answer.status_code, answer.content, answer.headers.get("ETag", "")

    def _carry_out(self, method: str, path: str, body: str, headers: dict[str, str]) -> Any:
        return self._client.generic(method, path, body, "application/json", headers=headers)

    def arrive_late(self) -> None:
        """All whose answers were lost come once more."""
        for request in self._sent:
            self._carry_out(*request)


@pytest.fixture
def here(ann: User, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Here:
    settings.MINIMUM_GAP_SECONDS = 1
    monkeypatch.setattr(answers, "PAUSE_SECONDS", 0)
    return Here(ann)


@pytest.fixture
def deeds(here: Here, ann: User) -> Deeds:
    habits = Habits(1, wall() + timedelta(hours=1), kind_of([0.2]))
    deeds = Deeds(here, habits, random.Random("seed"))
    deeds.agent = Agent.objects.create(owner=ann, name="helper").pk
    deeds.create()
    return deeds


def book(deeds: Deeds) -> Any:
    """What the owner believes of its schedules, and which runs it has asked for."""
    living = [plan for plan in deeds.plans if not plan.deleted]
    schedules = [
        (plan.id, plan.name, plan.timing and plan.timing[0], plan.enabled, plan.version)
        for plan in living
    ]
    return schedules, {run for plan in deeds.plans for run in plan.by_hand}


def truth() -> Any:
    """The same as it is."""
    rows = Schedule.objects.order_by("id")
    schedules = [(row.id, row.name, row.start_at, row.enabled, tag(row.updated_at)) for row in rows]
    by_hand = Execution.objects.filter(trigger=Execution.Trigger.MANUAL)
    return schedules, {str(key) for key in by_hand.values_list("id", flat=True)}


ALL = ["create", "edit", "edit_command", "execute", "switch", "delete", "finish"]


@pytest.mark.parametrize("name", ALL)
def test_what_is_sent_again_is_done_once(deeds: Deeds, here: Here, name: str) -> None:
    (plan,) = deeds.plans
    here.lossy = True
    getattr(deeds, name)(*(() if name == "create" else (plan,)))
    assert here.unclear == (2 if name == "delete" else 1)
    assert book(deeds) == truth()
    here.arrive_late()
    assert book(deeds) == truth()


def test_when_it_took_effect_begins_at_the_first_sending(deeds: Deeds, here: Here) -> None:
    (plan,) = deeds.plans
    here.lossy = True
    before = wall()
    deeds.edit(plan)
    ended = plan.spans[0].ended
    changed = Schedule.objects.get().updated_at
    assert ended is not None
    assert before < ended.earliest < changed < ended.latest < wall()


def test_an_edit_is_made_though_another_came_first(deeds: Deeds) -> None:
    (plan,) = deeds.plans
    services.update_schedule(schedule=Schedule.objects.get(), changes={"description": "new"})
    deeds.edit(plan)
    assert deeds.counts["edit"] == 1
    assert book(deeds) == truth()
    assert Schedule.objects.get().description == "new"


@pytest.mark.parametrize("lossy", [False, True])
def test_choices_do_not_depend_on_answers(deeds: Deeds, here: Here, lossy: bool) -> None:
    here.lossy = lossy
    for name in ("edit", "edit_command", "switch", "delete"):
        getattr(deeds, name)(deeds.plans[0])
    assert deeds.plans[1].name == "ann 00001 e3b08304"  # The seed says so.


def test_an_end_that_has_passed_by_then_changes_nothing(deeds: Deeds) -> None:
    (plan,) = deeds.plans
    before = Schedule.objects.get().end_at
    assert deeds.end_in(plan, timedelta(seconds=-1)) is None
    assert Schedule.objects.get().end_at == before
    until = deeds.end_in(plan, timedelta(hours=2))
    assert Schedule.objects.get().end_at == until
