"""What can be done with a schedule on its page; who may, the site's own admin classes say."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest

from console.pages import Page
from scheduler_project.refusals import told
from schedules import services
from schedules.forms import LABELS, from_the_wall
from schedules.models import Execution, Schedule


class BackfillForm(forms.Form):
    """From when to when, on the wall of the schedule's zone."""

    since = forms.DateTimeField()
    until = forms.DateTimeField()


# What the page calls the fields that services refuse.
SHOWN = LABELS | {"since": "From", "until": "To"}


class ActsOnSchedule(Page):
    """Run, pause, resume, backfill, cancel: each a button's `do`, done by the services."""

    def done(self, request: HttpRequest, pk: int) -> bool:
        """Whether it could be done; what is said of it becomes a message, either way."""
        wanted = request.POST.get("do", "")
        acts = {"run": self._run, "pause": self._pause, "resume": self._resume}
        acts |= {"backfill": self._backfill, "cancel": self._cancel}
        if (act := acts.get(wanted)) is None:
            raise Http404
        schedule = self.one(Schedule, pk)
        with told(request, "The note" if wanted == "pause" else "", SHOWN):
            messages.success(request, act(schedule))
            return True
        return False

    def may_cancel(self) -> bool:
        """Whoever may act on executions and change schedules: it is about all of one."""
        return self.may(Execution, "act") and self.may(Schedule, "change")

    def _run(self, schedule: Schedule) -> str:
        self.rows(Schedule, "change")
        services.started(services.run_now(schedule=schedule))
        return "It runs as soon as a worker is free."

    def _pause(self, schedule: Schedule) -> str:
        self.rows(Schedule, "change")
        note = self.request.POST.get("note", "").strip()
        who = self.request.user.get_username()
        services.disable_schedule(schedule=schedule, note=note or f"Paused by {who}.")
        return "It is paused: what waited is cancelled, what runs may finish."

    def _resume(self, schedule: Schedule) -> str:
        self.rows(Schedule, "change")
        services.enable_schedule(schedule=schedule)
        return "It goes on, from its next planned time."

    def _backfill(self, schedule: Schedule) -> str:
        self.rows(Schedule, "change")
        form = BackfillForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError("Give two times: from when to when shall it be made up for?")
        since, until = (
            from_the_wall(form.cleaned_data[name], schedule.timezone) for name in form.fields
        )
        made = services.backfill(schedule=schedule, since=since, until=until)
        return _made_up_for(len(made.executions), made.left_out)

    def _cancel(self, schedule: Schedule) -> str:
        self.rows(Schedule, "change")
        self.rows(Execution, "act")
        count = services.cancel_runs(schedule=schedule)
        return f"{count} {'run is' if count == 1 else 'runs are'} being cancelled."


def _made_up_for(count: int, left_out: int) -> str:
    said = f"{count} {'run is' if count == 1 else 'runs are'} on the way."
    if left_out:
        said += f" {left_out} left out: they have run, are about to, or are more than allowed."
    return said
