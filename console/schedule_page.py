"""The page of one schedule: when it runs, how it went, what can be done with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agents.models import Agent
from console import heat_map, schedule_facts, schedule_history
from console.durations import spoken
from console.halts import halts
from console.planned_runs import planned_runs
from console.schedule_acts import ActsOnSchedule
from console.schedule_charts import charts
from schedules import db, services, words
from schedules.models import Execution, Schedule
from schedules.states import ACTIVE
from schedules.times import duration
from schedules.timing import planned

PLANNED, RECENT, CHARTED = 10, 20, 200
# Acts with something to be typed.
TYPED = ("pause", "backfill")


class ScheduleNow(ActsOnSchedule):
    """What changes as it runs: a part of the page, fetched again and again."""

    template = "console/schedule/now.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part."""
        schedule = self.one(Schedule, pk)
        return self.shown("", **self.about(schedule, self.latest(schedule, RECENT)))

    def about(self, schedule: Schedule, runs: list[Execution]) -> dict[str, Any]:
        """What it shows; the newest of its runs come first."""
        now, stops = db.now(), halts(services.standing_stops(schedule.owner_id))
        level, sentence = schedule_facts.standing(schedule, stops)
        return {
            "schedule": schedule,
            "sentence": schedule_facts.sentence(schedule),
            "level": level,
            "standing": sentence,
            "halted": bool(stops),
            "bounds": schedule_facts.bounds(schedule),
            "planned": planned_runs(now, planned(schedule, PLANNED, now), schedule.timezone),
            "may_see_runs": self.may(Execution, "view"),
            "runs": [_row(run) for run in runs[:RECENT]],
            **self._buttons(schedule),
        }

    def latest(self, schedule: Schedule, count: int) -> list[Execution]:
        """Of its executions the newest, for those who may see them."""
        if not self.may(Execution, "view"):
            return []
        rows = self.rows(Execution).filter(schedule_id=schedule.pk).order_by("-id")
        return list(rows.defer("command")[:count])

    def _buttons(self, schedule: Schedule) -> dict[str, Any]:
        active = schedule.executions.filter(state__in=[state.value for state in ACTIVE])
        return {
            "may_change": self.may(Schedule, "change"),
            "may_add": self.may(Schedule, "add"),
            "duplicate": f"{self.url('schedules_schedule_add')}?copy={schedule.pk}",
            "may_cancel": self.may_cancel() and active.exists(),
        }


class SchedulePast(ScheduleNow):
    """How it went: a part that is fetched again, too, but seldom, as there is much to be read."""

    template = "console/schedule/past.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part."""
        schedule = self.one(Schedule, pk)
        return self.shown("", **self.past(schedule, self.latest(schedule, CHARTED)))

    def past(self, schedule: Schedule, runs: list[Execution]) -> dict[str, Any]:
        """What it shows; nothing to those who may not see runs."""
        if not self.may(Execution, "view"):
            return {}
        return {"schedule": schedule, "charts": charts(runs), **self._year(schedule)}

    def _year(self, schedule: Schedule) -> dict[str, Any]:
        now = db.now()
        days = heat_map.days_until(words.local(now, schedule.timezone).date())
        found = schedule_history.year(schedule.pk, heat_map.beginnings(days, schedule.timezone))
        weeks = heat_map.weeks(days, found.days)
        return {
            "weeks": weeks,
            "totals": heat_map.totals(found.days),
            "busy_days": [day for week in weeks for day in week.days if day.state][::-1],
            "cut": found.cut,
        }


class SchedulePage(SchedulePast):
    """All of it."""

    template = "console/schedule/page.html"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do something with it; the page once more, with what was typed if that was refused."""
        if self.done(request, pk) or request.POST["do"] not in TYPED:
            return redirect(self.url("schedule", pk))
        return self.get(request, pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        schedule = self.one(Schedule, pk)
        latest = self.latest(schedule, CHARTED)
        return self.shown(
            schedule.name,
            **self.past(schedule, latest) | self.about(schedule, latest),
            policies=schedule_facts.policies(schedule),
            may_see_agent=self.may(Agent, "view"),
            # Where it stands, in the site's frame.
            opts=Schedule._meta,
            object=schedule,
        )


def _row(run: Execution) -> tuple[Execution, str, str]:
    took = duration(run)
    said = run.result_summary or run.error_message or run.reason
    return run, spoken(took) if took is not None else "", said
