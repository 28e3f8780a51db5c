"""What can be done about an execution on its page; who may, the site's own admin classes say."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from agents.models import AgentTask
from console.pages import Page
from scheduler_project.ids import number
from scheduler_project.refusals import told
from schedules import services
from schedules.models import Approval, Execution, Schedule


class ActsOnExecution(Page):
    """Cancel, run again, approve, deny: each a button's `do`, done by the services."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Do it, and show what has become of it; what is refused becomes a message."""
        execution = self.one(Execution, pk)
        acts = {"cancel": self._cancel, "retry": self._retry}
        acts |= {"approve": self._approve, "deny": self._deny}
        if (act := acts.get(request.POST.get("do", ""))) is None:
            raise Http404
        with told(request):
            execution = act(execution)
        return redirect(self.url("execution", execution.pk))

    def may_cancel(self) -> bool:
        """Whoever may act on executions."""
        return self.may(Execution, "act")

    def may_retry(self, execution: Execution) -> bool:
        """They, if they may also start its schedule, or else agent tasks."""
        return self.may(Execution, "act") and self.may(*_started_by(execution))

    def _cancel(self, execution: Execution) -> Execution:
        self.rows(Execution, "act")
        cancelled = services.cancel_execution(execution=execution)
        over = cancelled.state == "cancelled"
        said = "is cancelled" if over else "is being cancelled: its worker stops it within seconds"
        messages.success(self.request, f"The execution {said}.")
        return execution

    def _retry(self, execution: Execution) -> Execution:
        self.rows(Execution, "act")
        self.rows(*_started_by(execution))
        again = services.started(services.run_again(execution=execution))
        messages.success(self.request, "This is a new run: the one before stays as it ended.")
        return again

    def _approve(self, execution: Execution) -> Execution:
        return self._decide(execution, approved=True)

    def _deny(self, execution: Execution) -> Execution:
        return self._decide(execution, approved=False)

    def _decide(self, execution: Execution, *, approved: bool) -> Execution:
        asked = self.rows(Approval, "act").filter(parking__execution=execution.pk)
        approval = asked.filter(pk=number(self.request.POST.get("approval", ""))).first()
        if approval is None:
            raise Http404
        services.decide_approval(
            approval=approval,
            approved=approved,
            by=self.request.user.get_username(),
            note=self.request.POST.get("note", ""),
        )
        said = "approved" if approved else "denied"
        messages.success(self.request, f"The call of {approval.tool} is {said}.")
        return execution


def _started_by(execution: Execution) -> tuple[type[Model], str]:
    return (Schedule, "change") if execution.schedule_id else (AgentTask, "add")
