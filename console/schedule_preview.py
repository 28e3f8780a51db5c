"""What a schedule will do, while it is being written: a part of the form's page."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse

from console.cron_cells import cells
from console.pages import Page
from console.planned_runs import planned_runs
from scheduler_project.ids import number
from schedules import collisions, db, words
from schedules.forms import TimingForm
from schedules.models import Schedule
from schedules.timing import FIELDS_OF_TYPE, upcoming

PLANNED = 10
# So many others in one minute are a reason to choose another.
CROWD = 50


class SchedulePreview(Page):
    """The sentence, the next runs and who else fires then; or what is wrong, and where."""

    template = "console/schedule/preview.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Of the form's fields, as they are sent; `schedule` is the id of one that is changed."""
        if not (self.may(Schedule, "add") or self.may(Schedule, "change")):
            raise PermissionDenied
        form = self._form()
        if _is_untouched(form):
            return self.shown("", untouched=True)
        if not form.is_valid():
            return self.shown("", **_problems(form))
        return self.shown("", **_preview(form.instance))

    def _form(self) -> Any:
        """With the names and widgets that the form on the page has."""
        known = self.site.get_model_admin(Schedule)
        fields = partial(known.formfield_for_dbfield, request=self.request)
        kind = modelform_factory(Schedule, form=TimingForm, formfield_callback=fields)
        key = number(self.request.GET.get("schedule", ""))
        changed = Schedule() if key is None else self.one(Schedule, key)
        return kind(self.request.GET, instance=changed)


def _is_untouched(form: Any) -> bool:
    """Whether it is of a new one, of which nothing says yet when: that is not wrong so far."""
    names = FIELDS_OF_TYPE.get(form.data.get("schedule_type", ""), ())
    if form.instance.pk or not names or not set(form.errors) <= set(names):
        return False
    return not form.fields[names[0]].has_changed(None, form[names[0]].data)


def _problems(form: Any) -> dict[str, Any]:
    problems = [
        (form.fields[name].label if name in form.fields else "", sentence)
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
    written = form.data.get("cron_expression", "") if "cron_expression" in form.errors else ""
    found = cells(written)
    return {
        "problems": problems,
        "cells": found if any(cell.problem for cell in found) else [],
    }


def _preview(schedule: Schedule) -> dict[str, Any]:
    now, left = db.now(), PLANNED
    if schedule.max_runs is not None:
        left = min(left, max(0, schedule.max_runs - schedule.run_count))
    times = upcoming(schedule, now, schedule.start_at, schedule.end_at, left)
    first = times[0] if times else None
    crowd = collisions.firing_at(first, schedule.pk) if first else None
    return {
        "schedule": schedule,
        "sentence": words.sentence(schedule),
        "planned": planned_runs(now, times, schedule.timezone),
        "first": words.moment(first, schedule.timezone) if first else "",
        "crowd": crowd,
        "crowded": crowd is not None and crowd.size >= CROWD,
    }
