"""From a claim to the ledger, with agents that are webhooks and have secrets."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from agents import services
from agents.models import Agent, AgentTask
from agents.runtime import run
from scheduler_project.embedded.waiting import wait_until
from schedules import runs
from schedules.models import Execution
from schedules.tests.integration.worker.waits import TIMEOUT, becomes
from schedules.worker import Engine
from tests.clients import client_of
from tests.scripted_web import ScriptedWeb, answer

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "whsec_" + "cGxhbnRlZC1r" * 4
Give = Callable[..., Execution]


@pytest.fixture
def web(settings: Any) -> Iterator[ScriptedWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as server:
        yield server


@pytest.fixture
def engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine that runs agents as they are."""
    monkeypatch.setattr(runs.runtime, "run", run)
    return engine


@pytest.fixture
def agent(owner: User, web: ScriptedWeb) -> Agent:
    fields = {"runner": "webhook", "options": {"url": web.url}, "secrets": {"webhook": KEY}}
    return services.create_agent(owner=owner, fields={"name": "hook"} | fields)


def everything_stored() -> str:
    """All rows of all tables of ours, as text."""
    tables = [t for t in connection.introspection.table_names() if t.startswith(("age", "sch"))]
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_two_attempts_are_one_message(engine: Engine, give: Give, web: ScriptedWeb) -> None:
    web.then(answer(b"busy", 503))
    web.then(answer(b"All is well."))
    execution = give("look around", max_attempts=2)
    engine.submit(execution.id)
    failed = AgentTask.objects.filter(error_type="endpoint_failed")
    assert wait_until(failed.exists, TIMEOUT)
    engine.submit(execution.id)
    assert becomes(execution, "success").result_summary == "All is well."
    sent = [json.loads(request.body) for request in web.requests]
    assert [body["attempt"] for body in sent] == [1, 2]
    assert {body["execution_id"] for body in sent} == {str(execution.id)}
    assert {request.headers["webhook-id"] for request in web.requests} == {str(execution.id)}
    assert all(request.headers["webhook-signature"] for request in web.requests)


@pytest.mark.parametrize("status", [200, 400])
def test_a_planted_secret_is_nowhere(
    engine: Engine,
    give: Give,
    web: ScriptedWeb,
    owner: User,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """Also when the endpoint says it to our face, in whatever case."""
    caplog.set_level(logging.DEBUG)
    web.then(answer(f"I know {KEY}.".encode(), status))
    execution = give("look around")
    engine.submit(execution.id)
    becomes(execution, "success" if status == 200 else "failed")
    task = AgentTask.objects.get()
    assert "I know [hidden]" in task.result + task.error_message
    client = client_of(owner)
    paths = ["agents", "agent-tasks", f"agent-tasks/{task.id}", "executions"]
    answers = [client.get(f"/api/{path}") for path in paths]
    assert [response.status_code for response in answers] == [200] * 4
    shown = "".join(response.content.decode() for response in answers)
    assert KEY[6:] not in shown + everything_stored() + caplog.text


def test_a_secret_that_cannot_be_opened(
    engine: Engine, give: Give, web: ScriptedWeb, settings: Any
) -> None:
    settings.SECRET_KEY = "a new one, and the old one is lost"
    execution = give("look around", max_attempts=3)
    engine.submit(execution.id)
    found = becomes(execution, "failed")
    assert (found.error_type, found.attempt) == ("bad_credentials", 1)
    assert "another SECRET_KEY: give them anew" in AgentTask.objects.get().error_message
    assert web.connections == 0
