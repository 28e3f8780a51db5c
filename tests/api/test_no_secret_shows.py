"""Keys that are planted wherever a run may meet some show up nowhere."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connections
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken
from websockets.sync.client import connect

from agents import runners, runtime, telemetry
from agents.desk import Desk
from agents.models import Agent, AgentTask, AgentTaskEvent, Memory
from agents.records import Finished, finish
from agents.runners.llm import LlmRunner
from agents.runtime import Order, Outcome, Usage
from agents.spans import Spans
from agents.tests.conftest import order
from schedules import claims, db, services
from schedules.claims import Claimed
from schedules.tracing import Tracing
from tests.clients import client_of
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

AGENT_SECRET = 'planted "agent" planted\\secret\nplanted-é'
HEADER = "Authorization: Bearer planted-in-a-header"
SAID = f"refused: {HEADER}; {AGENT_SECRET}; planted-model-key"


class Careless:
    """A runner that notes and says all it knows, and then asks the model."""

    def check_model(self, model: str) -> None:
        """Any will do."""

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        arguments = {"url": f"https://x/?q={AGENT_SECRET}", "api_key": "planted-in-arguments"}
        desk.note("tool_call", {"tool": "fetch", "arguments": arguments})
        desk.note("tool_call", {"tool": "fetch", "arguments": json.dumps(arguments)})
        page = {"status": 200, "text": json.dumps({"echo": json.dumps(arguments)})}
        desk.note("tool_result", {"tool": "fetch", "result": json.dumps(page)})
        for letter in f"I use {AGENT_SECRET} and planted-model-key. {HEADER} and go on.":
            desk.note("text", {"text": letter})
            await asyncio.sleep(0.005)
        desk.note("tool_result", {"error": SAID, HEADER: [AGENT_SECRET]})
        await desk.remember("note", SAID)
        return await LlmRunner().run(order, usage, desk)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def model(settings: Settings) -> Iterator[ScriptedModel]:
    with ScriptedModel() as model:
        settings.AGENT_MODEL = "local"
        settings.MODEL_BASE_URL = model.url
        settings.MODEL_API_KEY = "planted-model-key"
        yield model


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[InMemorySpanExporter]:
    settings.OTEL_CONTENT = True
    exporter = InMemorySpanExporter()
    made = Spans(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "configured", lambda: made)
    yield exporter
    made.close()


@pytest.fixture
def claimed(transactional_db: None, ann: User) -> Claimed:
    agent = Agent.objects.create(owner=ann, name="careless")
    task = services.start_agent_task(owner=ann, agent=agent, command="go", timeout_seconds=60)
    (claimed,) = claims.claim([task.attempt.execution_id], "worker")
    return claimed


def make_run(claimed: Claimed) -> Outcome:
    """As a worker does: claimed, traced, run, its last events written, its outcome recorded."""
    assert claimed.agent_task_id is not None
    task: UUID = claimed.agent_task_id
    secrets = {"x": AGENT_SECRET}
    thread = ThreadPoolExecutor(1)

    async def in_database(work: Callable[..., Any], *args: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(thread, db.in_thread, work, *args)

    async def run() -> Outcome:
        tracing = Tracing(in_database, in_database)
        loops = asyncio.create_task(tracing.run())
        desk = tracing.desk(claimed, secrets.values())
        wanted = order(runner="careless", secrets=secrets, task_id=task, owner_id=claimed.owner_id)
        outcome = await runtime.run(wanted, Usage(), desk)
        await runtime.close()
        await tracing.last(task)
        ended = Finished(
            task, outcome.state, error_type=outcome.error_type, error_message=outcome.error_message
        )
        await in_database(finish, [ended])
        tracing.close(task, desk)
        loops.cancel()
        await asyncio.gather(loops, return_exceptions=True)
        return outcome

    outcome = asyncio.run(run())
    thread.submit(connections.close_all)
    thread.shutdown()
    return outcome


def test_no_secret_shows(
    web: str,
    ann: User,
    claimed: Claimed,
    model: ScriptedModel,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    runners.register("careless", f"{__name__}.Careless")
    model.then(Behaviour(status=400, message=SAID))
    with caplog.at_level(logging.INFO):
        assert make_run(claimed).error_type == "request_rejected"
    runners.unregister("careless")

    task = claimed.agent_task_id
    events = list(AgentTaskEvent.objects.values_list("kind", "data"))
    api = client_of(ann).get(f"/api/agent-tasks/{task}/events?limit=1000").content.decode()
    detail = client_of(ann).get(f"/api/agent-tasks/{task}").content.decode()
    with connect(f"ws://{web}/ws/agent-tasks/{task}/events") as client:
        client.send(json.dumps({"token": str(AccessToken.for_user(ann))}))
        shown = "\n".join(str(message) for message in client)
    exported = "\n".join(span.to_json() for span in spans.get_finished_spans())
    memory = Memory.objects.get().value

    places = [str(events), api, detail, shown, exported, memory, caplog.text]
    for place in places[:6]:
        assert "[hidden]" in place
    for place in places:
        assert "planted" not in place, place
    # And they were there to be seen.
    assert len(events) >= 5
    assert "".join(data["text"] for kind, data in events if kind == "text") == (
        "I use [hidden] and [hidden]. Authorization: [hidden] and go on."
    )
    assert '"final": true' in shown
    assert AgentTask.objects.get().state == "failed"
