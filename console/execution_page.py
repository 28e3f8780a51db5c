"""The page of one execution: what became of it, what it says, how it came to that."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from agents.models import AgentTask
from console import runs, story
from console.durations import spoken
from console.execution_acts import ActsOnExecution
from console.halts import Halt, halts
from console.periods import totals
from console.run_facts import RunFacts, facts_of
from schedules import services
from schedules.labels import COLOURS
from schedules.models import Approval, Execution, Schedule
from schedules.states import ACTIVE, State
from schedules.times import lateness


class ExecutionHead(ActsOnExecution):
    """What changes while it runs: a part of the page, fetched again and again."""

    template = "console/run/execution_head.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The part."""
        return self.shown("", **self.about(facts_of(self.one(Execution, pk))))

    def about(self, run: RunFacts) -> dict[str, Any]:
        """What it shows."""
        execution, late = run.execution, lateness(run.execution)
        return {
            "run": run,
            "execution": execution,
            "outcome": story.outcome(execution, run.now, _halts(execution)),
            "plan": story.plan(execution),
            "cost": story.dollars(execution.cost),
            "colour": COLOURS[execution.state],
            "late": spoken(late) if late is not None else "",
            "totals": [(p.title, p.kind, spoken(p.length)) for p in totals(run.periods)],
            **self._buttons(execution),
            **runs.answer(run.result, execution.error_type),
            **runs.spans(run.task),
        }

    def _buttons(self, execution: Execution) -> dict[str, Any]:
        active = execution.state in ACTIVE
        asked = execution.cancel_requested_at is not None
        return {
            "address": self.url("execution", execution.pk),
            "goes_on": active,
            "may_cancel": active and not asked and self.may_cancel(),
            "may_retry": not active and self.may_retry(execution),
            "may_decide": self.may(Approval, "act"),
            "may_see_tasks": self.may(AgentTask, "view"),
        }


class ExecutionPage(ExecutionHead):
    """All of it."""

    template = "console/run/execution.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The page."""
        execution = self.one(Execution, pk)
        run = facts_of(execution)
        return self.shown(
            execution.schedule_name or "Agent task",
            **self.about(run),
            **runs.trace(run.task, request.GET.get("after", "")),
            **self._addresses(execution),
        )

    def _addresses(self, execution: Execution) -> dict[str, str]:
        schedule = execution.schedule if self.may(Schedule, "view") else None
        return {
            "head": self.url("execution_head", execution.pk),
            "record": self.url("schedules_execution_change", execution.pk),
            "schedule_url": runs.address(self.site, schedule) if schedule else "",
            "agent_url": runs.agent_url(self, execution.agent),
            "owner": runs.owner(self, execution),
        }


def _halts(execution: Execution) -> list[Halt]:
    """What holds it up, if it is to start."""
    waits = execution.state == State.PENDING
    return halts(services.standing_stops(execution.owner_id)) if waits else []
