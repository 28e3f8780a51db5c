"""What the pages of executions and agent tasks read, in a few statements, however long they ran."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.models import AgentTask, AgentTaskEvent
from console.periods import Period, periods
from schedules import db
from schedules.models import Approval, Attempt, Execution

# A run that is handed back again and again has any number of them; the latest are shown.
MOST_ATTEMPTS = 50


@dataclass
class RunFacts:
    """An execution, with all that its page shows beside the trace."""

    execution: Execution
    now: datetime
    attempts: list[Attempt]
    """The latest first."""
    approvals: list[Approval]
    result: str

    @property
    def ended(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.execution.finished_at is not None

    @property
    def task(self) -> AgentTask | None:
        """The latest attempt's."""
        return self.attempts[0].agent_task if self.attempts else None

    @property
    def asked(self) -> list[Approval]:
        """The calls that somebody has to decide about."""
        return [each for each in self.approvals if each.state == Approval.State.WAITING]

    @property
    def periods(self) -> list[Period]:
        """What its time went into so far."""
        end = self.execution.finished_at or self.now
        return periods(self.execution.queued_at, end, self._running(), self._parked())

    def _running(self) -> list[tuple[datetime, datetime | None]]:
        spans = [
            (task.started_at, task.finished_at)
            for task in (attempt.agent_task for attempt in self.attempts)
            if task.started_at
        ]
        # An agent task of its own stays the same one, and knows its latest start only.
        first = self.execution.first_started_at
        if first and self.execution.trigger == Execution.Trigger.AGENT_TASK:
            spans.append((first, self.execution.finished_at))
        return spans

    def _parked(self) -> list[tuple[datetime, datetime | None]]:
        ends: dict[datetime, list[datetime | None]] = {}
        for approval in self.approvals:
            ends.setdefault(approval.parking.parked_at, []).append(approval.decided_at)
        return [
            (start, None if None in decided else max(filter(None, decided)))
            for start, decided in ends.items()
        ]


def facts_of(execution: Execution) -> RunFacts:
    """Four statements."""
    attempts = list(
        Attempt.objects.filter(execution=execution.pk)
        .select_related("agent_task")
        .defer("agent_task__result", "agent_task__command")
        .order_by("-number")[:MOST_ATTEMPTS]
    )
    approvals = (
        Approval.objects.filter(parking__execution=execution.pk)
        .select_related("parking")
        .defer("parking__messages")
        .order_by("id")
    )
    result = _result(attempts[0].agent_task_id) if attempts else ""
    return RunFacts(execution, db.now(), attempts, list(approvals) if attempts else [], result)


def trace_id(task: Any) -> str:
    """Of OpenTelemetry, where the run left spans: its first event has it; else ""."""
    first = AgentTaskEvent.objects.filter(task=task, number=1).values_list("data", flat=True)
    data = first.first() or {}
    return str(data.get("trace_id", ""))


def _result(task: Any) -> str:
    return AgentTask.objects.values_list("result", flat=True).get(pk=task)
