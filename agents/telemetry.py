"""OpenTelemetry: a span around each run, with those of pydantic-ai for models and tools in it.

On when the environment names a collector by OpenTelemetry's own variables
(https://opentelemetry.io/docs/specs/otel/protocol/exporter/). While it is off, agents.spans is
not even imported.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from agents.orders import Order, Outcome, Usage

if TYPE_CHECKING:
    from agents.spans import RunSpan, Spans

COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class NoSpan:
    """The span of a run while telemetry is off."""

    def end(self, outcome: Outcome, usage: Usage) -> None:
        """Nothing is kept."""


NO_SPAN = NoSpan()


@contextmanager
def run(order: Order) -> Iterator["RunSpan | NoSpan"]:
    """A span around the run that happens inside; no exception is recorded with it."""
    if (spans := configured()) is None:
        yield NO_SPAN
    else:
        with spans.run(order) as span:
            yield span


def trace_id() -> str | None:
    """The trace that the running code belongs to, as 32 hexadecimal digits, if to any."""
    spans = configured()
    return spans.trace_id() if spans else None


@cache
def configured() -> "Spans | None":
    """What makes spans in this process; None where the environment names no collector."""
    disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if disabled or not any(os.environ.get(name, "").strip() for name in COLLECTORS):
        return None
    from agents.spans import Spans, to_collector

    return Spans(to_collector())
