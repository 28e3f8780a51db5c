"""The page of one agent run: what it says, and which execution it is an attempt of."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from agents.models import AgentTask
from console import runs, story
from console.pages import Page
from schedules.labels import COLOURS
from schedules.models import Attempt, Execution


class AgentTaskHead(Page):
    """What changes while it runs: a part of the page, fetched again and again."""

    template = "console/run/agent_task_head.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The part."""
        return self.shown("", **self.about(self.one(AgentTask, pk)))

    def about(self, task: AgentTask) -> dict[str, Any]:
        """What it shows."""
        attempt = Attempt.objects.filter(agent_task=task.pk).select_related("execution").first()
        run = attempt.execution if attempt and self.may(Execution, "view") else None
        return {
            "task": task,
            "attempt": attempt,
            "outcome": story.TASKS[task.state],
            "cost": story.dollars(task.cost),
            "colour": COLOURS[task.state],
            "execution_url": runs.address(self.site, run) if run else "",
            "owner": runs.owner(self, task),
            "agent_url": runs.agent_url(self, task.agent),
            **runs.answer(task.result, task.error_type),
            **runs.spans(task),
        }


class AgentTaskPage(AgentTaskHead):
    """All of it."""

    template = "console/run/agent_task.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The page."""
        task = self.one(AgentTask, pk)
        return self.shown(
            "Agent task",
            **self.about(task),
            **runs.trace(task, request.GET.get("after", "")),
            head=self.url("agent_task_head", task.pk),
            record=self.url("agents_agenttask_change", task.pk),
        )
