"""Spans of runs, with OpenTelemetry's own exporter in memory."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from agents import runtime, telemetry
from agents.desk import NoDesk
from agents.errors import ErrorType, RunFailed
from agents.runtime import Outcome, Usage
from agents.spans import Spans
from agents.tests.conftest import order
from agents.trace import Trace
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Telemetry is on, and what it exports comes here."""
    exporter = InMemorySpanExporter()
    spans = Spans(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "configured", lambda: spans)
    yield exporter
    spans.close()


def run(**changes: Any) -> Outcome:
    return asyncio.run(runtime.run(order(**changes), Usage()))


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name.split()[0]: span for span in exporter.get_finished_spans()}


def everything(exporter: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def test_a_run_and_its_model_calls(
    scripted_model: ScriptedModel, collected: InMemorySpanExporter
) -> None:
    scripted_model.then(Behaviour(text="Good morning.", input_tokens=12, output_tokens=3))
    assert run(command="Greet me", instructions="Be brief.", owner_id=7).text == "Good morning."
    spans = by_name(collected)
    assert set(spans) == {"agent", "chat"}
    outer, chat = spans["agent"], spans["chat"]
    assert outer.parent is None
    assert chat.parent is not None
    assert chat.parent.span_id == outer.context.span_id
    assert outer.attributes == {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.request.model": "local:scripted",
        "gen_ai.request.max_tokens": 50,
        "gen_ai.aggregated_usage.input_tokens": 12,
        "gen_ai.aggregated_usage.output_tokens": 3,
        "agent_scheduler.runner": "llm",
        "agent_scheduler.execution.id": str(order().execution_id),
        "agent_scheduler.agent_task.id": str(order().task_id),
        "agent_scheduler.attempt": 1,
        "agent_scheduler.owner.id": 7,
    }
    assert chat.attributes is not None
    assert chat.attributes["gen_ai.usage.input_tokens"] == 12
    assert outer.resource.attributes["service.name"] == "agent-scheduler"


def test_what_was_said_stays_here(
    scripted_model: ScriptedModel, collected: InMemorySpanExporter
) -> None:
    scripted_model.then(Behaviour(text="a private answer"))
    run(command="a private command", instructions="private instructions")
    assert "private" not in everything(collected)


def test_what_was_said_goes_along_if_wanted(
    scripted_model: ScriptedModel, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OTEL_CONTENT = True
    exporter = InMemorySpanExporter()
    spans = Spans(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "configured", lambda: spans)
    scripted_model.then(Behaviour(text="the answer, and planted-order-secret"))
    run(command="the command", secrets={"key": "planted-order-secret"})
    spans.close()
    assert "the command" in everything(exporter)
    assert "the answer, and [hidden]" in everything(exporter)


def test_failures_are_marked_and_hold_no_secret(
    scripted_model: ScriptedModel, collected: InMemorySpanExporter
) -> None:
    said = "no: Authorization: Bearer planted-1, planted-order-secret, planted-secret-key"
    scripted_model.then(Behaviour(status=400, message=said))
    run(secrets={"key": "planted-order-secret"})
    spans = by_name(collected)
    assert spans["agent"].status.status_code.name == "ERROR"
    assert spans["agent"].attributes is not None
    assert spans["agent"].attributes["error.type"] == "request_rejected"
    assert spans["chat"].events[0].name == "exception"
    assert "planted" not in everything(collected)
    assert spans["agent"].status.description == "request_rejected"


def test_runs_under_a_span_of_others_have_traces_of_their_own(
    scripted_model: ScriptedModel, collected: InMemorySpanExporter
) -> None:
    around = SpanContext(trace_id=7, span_id=7, is_remote=False, trace_flags=TraceFlags(1))

    async def scene() -> list[Outcome]:
        with use_span(NonRecordingSpan(around)):
            return await asyncio.gather(*(runtime.run(order(), Usage()) for _ in range(2)))

    assert [outcome.state for outcome in asyncio.run(scene())] == ["success", "success"]
    runs = [span for span in collected.get_finished_spans() if span.name == "agent run"]
    assert len({span.context.trace_id for span in runs} - {7}) == 2
    assert {span.parent for span in runs} == {None}


@pytest.mark.parametrize("content", [False, True])
def test_messages_are_content(
    collected: InMemorySpanExporter, settings: Any, monkeypatch: pytest.MonkeyPatch, content: bool
) -> None:
    class Quoting:
        async def run(self, order: Any, usage: Usage, desk: Any) -> str:
            raise RunFailed(ErrorType.INVALID_OUTPUT, "It said: a private answer.")

    settings.OTEL_CONTENT = content
    monkeypatch.setattr(runtime.runners, "get", lambda name: Quoting())
    run()
    said = by_name(collected)["agent"].status.description
    assert said == ("It said: a private answer." if content else "invalid_output")


def test_a_cancelled_run_has_a_span(
    scripted_model: ScriptedModel, collected: InMemorySpanExporter
) -> None:
    async def scene() -> None:
        work = asyncio.create_task(runtime.run(order("hang"), Usage()))
        while not scripted_model.requests:
            await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(scene())
    assert "agent" in by_name(collected)


def test_the_first_event_names_the_trace(
    scripted_model: ScriptedModel, collected: InMemorySpanExporter, monkeypatch: Any
) -> None:
    traced = Trace()

    class Desk(NoDesk):
        note = staticmethod(traced.note)

    class Noting:
        async def run(self, order: Any, usage: Usage, desk: Any) -> str:
            desk.note("retry", {"x": 1})
            desk.note("retry", {"x": 2})
            return "done"

    monkeypatch.setattr(runtime.runners, "get", lambda name: Noting())
    asyncio.run(runtime.run(order(), Usage(), Desk()))
    first, second = (json.loads(event.data) for event in traced.take())
    trace_id = by_name(collected)["agent"].context.trace_id
    assert first == {"x": 1, "trace_id": f"{trace_id:032x}"}
    assert second == {"x": 2}


PROBE = """
import asyncio, sys, django
django.setup()
from agents import runtime, telemetry
from agents.tests.conftest import order
asyncio.run(runtime.run(order(runner="nobody"), runtime.Usage()))
print(telemetry.configured() is not None, "agents.spans" in sys.modules, telemetry.trace_id())
"""


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({}, "False False None"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, "True True None"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1/v1/traces"}, "True True None"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
            "False False None",
        ),
    ],
)
def test_it_is_on_where_a_collector_is_named(variables: dict[str, str], shown: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
        # A collector that is away is not waited for.
        "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == shown
