"""The spans that agents.telemetry makes; content only with OTEL_CONTENT, secrets never.

Attributes: https://opentelemetry.io/docs/specs/semconv/gen-ai/ and agent_scheduler.*.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, Status, StatusCode, format_trace_id
from pydantic_ai import Agent
from pydantic_ai.models.instrumented import InstrumentationSettings

from agents.orders import Order, Outcome, Usage
from agents.redaction import cleaned, known

SERVICE = "agent-scheduler"


def to_collector() -> SpanProcessor:
    """Sends spans from a thread of its own to where the environment says."""
    return BatchSpanProcessor(OTLPSpanExporter())


class Spans:
    """This process's spans; from now on all of pydantic-ai's agents make theirs, too."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._secrets: dict[int, Sequence[str]] = {}
        name = os.environ.get("OTEL_SERVICE_NAME", "").strip() or SERVICE
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
        self._provider.add_span_processor(Redacting(processor, self._secrets))
        self._tracer = self._provider.get_tracer(SERVICE)
        Agent.instrument_all(
            InstrumentationSettings(
                tracer_provider=self._provider,
                include_content=settings.OTEL_CONTENT,
                include_binary_content=False,
                include_model_request_parameters=False,
            )
        )

    @contextmanager
    def run(self, order: Order) -> Iterator["RunSpan"]:
        """The span of one run; those inside it know the order's secrets."""
        # Its failures are described by its outcome, which holds no secret and no traceback. In a
        # trace of its own, whatever is around it: secrets go by traces.
        with self._tracer.start_as_current_span(
            "agent run",
            context=Context(),
            attributes=_attributes(order),
            record_exception=False,
            end_on_exit=False,
        ) as span:
            trace_id = span.get_span_context().trace_id
            self._secrets[trace_id] = known(order.secrets.values())
            try:
                yield RunSpan(span)
            finally:
                span.end()
                self._secrets.pop(trace_id, None)

    def trace_id(self) -> str | None:
        """See agents.telemetry."""
        context = trace.get_current_span().get_span_context()
        return format_trace_id(context.trace_id) if context.is_valid else None

    def close(self) -> None:
        """Hand over what is left, and make agents without spans again."""
        Agent.instrument_all(False)
        self._provider.shutdown()


class RunSpan:
    """The span of a run that is under way."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def end(self, outcome: Outcome, usage: Usage) -> None:
        """Add what became of the run and what it has spent."""
        # Not gen_ai.usage: backends add that up, and the spans of the calls carry it already.
        spent = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        for name, number in spent.items():
            self._span.set_attribute(f"gen_ai.aggregated_usage.{name}", number)
        self._span.set_attribute("gen_ai.request.model", usage.model)
        if outcome.state == "failed":
            self._span.set_attribute("error.type", outcome.error_type)
            # Messages may quote what was said.
            said = outcome.error_message if settings.OTEL_CONTENT else outcome.error_type
            self._span.set_status(StatusCode.ERROR, said)


def _attributes(order: Order) -> dict[str, str | int]:
    owner = {} if order.owner_id is None else {"agent_scheduler.owner.id": order.owner_id}
    return {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.request.model": order.model,
        "gen_ai.request.max_tokens": order.max_output_tokens,
        "agent_scheduler.runner": order.runner,
        "agent_scheduler.execution.id": str(order.execution_id),
        "agent_scheduler.agent_task.id": str(order.task_id),
        "agent_scheduler.attempt": order.attempt,
        **owner,
    }


class Redacting(SpanProcessor):
    """Passes spans on that have ended, without secrets; `secrets` are those of a trace by its id.

    Libraries record exceptions with all that a provider has said, and whole tracebacks.
    """

    def __init__(self, inner: SpanProcessor, secrets: Mapping[int, Sequence[str]]) -> None:
        self._inner = inner
        self._secrets = secrets

    def on_end(self, span: ReadableSpan) -> None:
        """Pass on a copy."""
        trace_id = span.context.trace_id if span.context else 0
        self._inner.on_end(_without(span, self._secrets.get(trace_id) or known()))

    def shutdown(self) -> None:
        """Hand over what is left."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Hand over what is left."""
        return self._inner.force_flush(timeout_millis)


def _without(span: ReadableSpan, secrets: Sequence[str]) -> ReadableSpan:
    def clean(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
        return {name: _clean(value, secrets) for name, value in (attributes or {}).items()}

    said = span.status.description
    return ReadableSpan(
        cleaned(span.name, secrets),
        span.context,
        span.parent,
        span.resource,
        clean(span.attributes),
        [Event(e.name, clean(e.attributes), e.timestamp) for e in span.events],
        span.links,
        span.kind,
        status=Status(span.status.status_code, cleaned(said, secrets) if said else None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _clean(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        return cleaned(value, secrets)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(_clean(item, secrets) for item in value)
    return value
