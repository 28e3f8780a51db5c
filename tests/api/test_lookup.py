"""One row is found as Django finds it; a connection is known to be gone without a question."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from agents.models import Agent
from hooks.tests.scenes import hook_of
from scheduler_project.database import fetch
from scheduler_project.lookup import column, first, one
from schedules import services
from schedules.models import Execution
from schedules.tests.integration.scenes import running, succeed
from tests.clients import person
from tests.connections import OtherConnection

pytestmark = pytest.mark.django_db(transaction=True)
TERMINATE = "SELECT pg_terminate_backend(%s, 5000)"


def values(row: Model | None) -> dict[str, Any]:
    assert row is not None
    assert (row._state.adding, row._state.db) == (False, "default")
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_all_kinds_of_values(ann: User) -> None:
    options = {"url": "https://example.com", "list": [1, None]}
    agent = Agent.objects.create(owner=ann, name="helper", options=options, output_schema=None)
    fields = {"name": "daily", "agent": agent, "command": "say hello", "schedule_type": "manual"}
    schedule = services.create_schedule(owner=ann, fields=fields)
    assert succeed(running(schedule), cost="0.25", result="hello")
    rows: list[Any] = [ann, agent, schedule, Execution.objects.get(), hook_of(ann)]
    for row in rows:
        model = type(row)
        assert values(one(model, id=row.pk)) == values(model._default_manager.get(pk=row.pk))


def test_none_where_there_is_none(ann: User) -> None:
    assert one(User, id=ann.pk + 1) is None
    assert one(User, id=ann.pk, username="bob") is None
    assert one(User, id=ann.pk, username="ann") == ann


def test_some_in_an_order(ann: User) -> None:
    bob = person("bob")
    for owner, name in ((ann, "b"), (ann, "a"), (bob, "c")):
        Agent.objects.create(owner=owner, name=name, options={"called": name})
    rows: Any = Agent.objects.values_list("name", "options", "owner_id", named=True)
    order = column(Agent, "name")
    for found in (rows, rows.filter(owner=ann), rows.filter(name__in=["a", "c"], owner_id=ann.pk)):
        expected = list(found.order_by("name")[:2])
        assert [row._asdict() for row in first(found, order, 2)] == [e._asdict() for e in expected]
    assert first(rows.filter(pk__in=[]), order, 2) == []
    with pytest.raises(AssertionError, match="joins"):
        first(rows.filter(owner__username="ann"), order, 2)


def test_a_connection_that_is_there_is_not_asked() -> None:
    fetch("SELECT 1")
    with CaptureQueriesContext(connection) as statements:
        assert connection.is_usable()
    assert not statements


def test_a_connection_that_the_server_has_ended_is_known_to_be_gone() -> None:
    ((number,),) = fetch("SELECT pg_backend_pid()")
    assert OtherConnection().run(fetch, TERMINATE, [number]) == [(True,)]
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()
    assert fetch("SELECT 1") == [(1,)]
    assert connection.is_usable()
