"""Every id that a body or a query can carry: what belongs to others does not exist."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_filters import ModelChoiceFilter, NumberFilter, UUIDFilter
from rest_framework.relations import RelatedField

from scheduler_project.api.serializers import StrictSerializer
from scheduler_project.urls import router
from schedules import services
from schedules.models import Execution, Schedule
from tests.clients import client_of, person, problem_of, refused, send

pytestmark = pytest.mark.django_db
# Filters by id: what they refer to where any other id is refused; None where it finds nothing.
QUERIES = {
    ("scheduled-command", "agent"): "agents",
    ("execution", "schedule"): "scheduled-commands",
    ("execution", "agent"): "agents",
    ("agent-task", "agent"): "agents",
    ("execution", "former_schedule"): None,
    ("budget", "schedule"): None,
    ("approval", "execution"): None,
}
# Fields by id: where the body goes, and what it refers to.
BODIES = {
    ("ScheduleSerializer", "agent"): ("scheduled-commands", "agents"),
    ("BudgetSerializer", "schedule"): ("budgets", "scheduled-commands"),
    ("StartSerializer", "agent"): ("agent-tasks", "agents"),
    ("SelectionSerializer", "agent"): ("scheduled-commands/bulk", "agents"),
}


def kinds(base: type[StrictSerializer]) -> set[type[StrictSerializer]]:
    """The product's serializers that are of this kind."""
    found = set(base.__subclasses__())
    found |= {inner for each in found for inner in kinds(each)}
    return {each for each in found if "tests" not in each.__module__}


def test_every_filter_by_a_row_has_its_case() -> None:
    found = {
        (kind, name)
        for _, view, kind in router.registry
        for name, each in filters(view).items()
        if isinstance(each, ModelChoiceFilter | UUIDFilter | NumberFilter)
    }
    assert found == set(QUERIES)


def filters(view: Any) -> dict[str, Any]:
    return getattr(getattr(view, "filterset_class", None), "base_filters", {})


def test_every_field_that_refers_to_a_row_has_its_case() -> None:
    found = {
        (kind.__name__, name)
        for kind in kinds(StrictSerializer)
        for name, field in kind().fields.items()
        if isinstance(field, RelatedField) and not field.read_only
    }
    assert found == set(BODIES)


def test_filters_know_nothing_of_what_belongs_to_others(ids: dict[str, Any]) -> None:
    stranger = client_of(person("eve"))
    theirs = ids | {"execution": ids["executions"]}
    for (kind, name), refers in QUERIES.items():
        key = theirs[refers or {"schedule": "scheduled-commands"}.get(name, "executions")]
        key = ids["scheduled-commands"] if name == "former_schedule" else key
        unknown = "0190163d-8694-739b-aea5-966c26f8ad91" if name == "execution" else "999999"
        answers = [
            send(stranger, "get", f"/api/{kind}s?{name}={asked}") for asked in (key, unknown)
        ]
        assert [each.status_code for each in answers] == [400 if refers else 200] * 2
        seen = [refused(each) if refers else each.json()["results"] for each in answers]
        assert seen[0] == seen[1]
        problem_of(send(client_of(None), "get", f"/api/{kind}s?{name}={key}"), 401)


def test_bodies_know_nothing_of_what_belongs_to_others(ids: dict[str, Any]) -> None:
    stranger = client_of(person("eve"))
    for (_, name), (address, refers) in BODIES.items():
        said = []
        for key in (ids[refers], 999_999):
            body = {"action": "delete", "filter": {name: key}} if "bulk" in address else {name: key}
            errors = refused(send(stranger, "post", f"/api/{address}", body))
            said.append(errors.get(name) or errors[f"filter.{name}"])
        assert said[0].replace(str(ids[refers]), "X") == said[1].replace("999999", "X")


def test_the_history_of_a_deleted_schedule(own: Client, ann: User, ids: dict[str, Any]) -> None:
    schedule = Schedule.objects.get()
    services.delete_schedule(schedule=schedule)
    address = f"/api/executions?former_schedule={ids['scheduled-commands']}"
    found = own.get(address).json()["results"]
    former = Execution.objects.filter(former_schedule_id=ids["scheduled-commands"])
    assert {row["id"] for row in found} == {str(each.id) for each in former} != set()
    assert client_of(person("eve")).get(address).json()["results"] == []
    for key in ("0", "x", "1.5", "9" * 30, "%00"):
        assert set(refused(own.get(f"/api/executions?former_schedule={key}"))) == {
            "former_schedule"
        }


@pytest.mark.parametrize("key", ["x", "9" * 30, "1.0", "\x00", "-1", "999999", "²"])
def test_forged_references_in_the_admin(admin: Client, key: str) -> None:
    for page in ("schedules/schedule", "agents/agent", "agents/budget", "agents/agenttask"):
        answer = admin.post(f"/admin/{page}/add/", {"owner": key, "agent": key, "schedule_id": key})
        assert answer.status_code == 200
