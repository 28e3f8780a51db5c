"""The form of a schedule: its fields in plain words, and what the services would refuse of them."""

from copy import copy
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from scheduler_project.forms import ServedForm, SpokenForm
from schedules import db, definition
from schedules.models import Schedule
from schedules.timing import FIELDS_OF_TYPE, TIMING_FIELDS
from schedules.words import local, zone_of

WHEN = ["schedule_type", "cron_expression", "interval_value", "interval_unit", "run_at"]
BOUNDS = ["start_at", "end_at", "max_runs", "jitter_seconds"]
POLICIES = ["overlap_policy", "missed_policy", "misfire_grace_seconds"]
ATTEMPTS = ["max_attempts", "retry_backoff_seconds", "timeout_seconds", "pause_after_failures"]
WHAT = ["name", "description", "agent", "command", "enabled"]
FIELDS = [*WHAT, *WHEN, "timezone", *BOUNDS, *POLICIES, *ATTEMPTS]

LABELS = {
    "schedule_type": "How it recurs",
    "cron_expression": "Cron expression",
    "interval_value": "Every",
    "interval_unit": "Unit",
    "run_at": "Run at",
    "timezone": "Time zone",
    "start_at": "Not before",
    "end_at": "Not after",
    "max_runs": "At most so many runs",
    "enabled": "Switched on",
    "overlap_policy": "While a run is going on",
    "missed_policy": "Runs that were missed",
    "misfire_grace_seconds": "Still worth running after (seconds)",
    "jitter_seconds": "Start up to so much later (seconds)",
    "max_attempts": "Attempts",
    "retry_backoff_seconds": "Wait before a second attempt (seconds)",
    "timeout_seconds": "Longest run (seconds)",
    "pause_after_failures": "Pause after so many failures in a row",
}
HELP = {
    "command": "What the agent is told, each time.",
    "cron_expression": "Minute, hour, day of the month, month, day of the week: 30 7 * * MON-FRI.",
    "timezone": "All times here are of this zone: Europe/Berlin, America/New_York, UTC.",
    "start_at": "Empty: from now on. An interval counts from here.",
    "end_at": "Empty: for ever.",
    "max_runs": "Empty: without a limit. The last one switches nothing off, but there is no next.",
    "overlap_policy": "What the next run does if the one before is not done. Usually: skip it.",
    "missed_policy": "When nothing was there to start them. Usually: the latest of them, once.",
    "misfire_grace_seconds": "Usually 300: what is later than that is recorded as missed.",
    "jitter_seconds": "Usually 0. At random: spreads a crowd of schedules.",
    "max_attempts": "Usually 1, which never repeats a command.",
    "retry_backoff_seconds": "Usually 30; it doubles with each failure, up to an hour.",
    "timeout_seconds": "Usually 600; then the run is stopped, as failed.",
    "pause_after_failures": "Usually 10; 0 never pauses it.",
    "interval_value": "In real time, whatever the clocks do.",
}
CHOICES = {
    "schedule_type": {
        "cron": "At times of the day or week (cron)",
        "interval": "Every so many minutes, hours or days",
        "once": "Once",
        "manual": "Only when somebody starts it",
    },
    "overlap_policy": {
        "skip": "skip the next",
        "buffer_one": "let one wait",
        "buffer_all": "let all wait",
        "cancel_other": "cancel it, and start the next",
        "allow": "run both",
    },
    "missed_policy": {"latest": "run the latest", "all": "run all", "none": "run none"},
}


class WhenForm(SpokenForm):
    """What says when: dates are those on the wall of the schedule's own zone."""

    class Meta:
        model = Schedule
        fields = [*WHEN, "timezone", *BOUNDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in definition.DATES:
            at = getattr(self.instance, name)
            if at is not None and name in self.fields:
                self.initial[name] = on_the_wall(at, self.instance.timezone)
        _speak(self.fields)

    def clean(self) -> dict[str, Any]:
        """The values, with dates as instants, and without what belongs to another type.

        That may be left from before, in fields that are not shown any more.
        """
        values = super().clean() or {}
        kept = FIELDS_OF_TYPE.get(values.get("schedule_type", ""), TIMING_FIELDS)
        for name in set(TIMING_FIELDS).difference(kept):
            values[name] = definition.EMPTY[name]
            self.errors.pop(name, None)
        for name in definition.DATES:
            if values.get(name) is not None:
                self._read_date(name, values)
        return values

    def _read_date(self, name: str, values: dict[str, Any]) -> None:
        """One that nobody touched stays: the wall shows it to the second, and some times twice."""
        if not {name, "timezone"}.intersection(self.changed_data):
            values[name] = getattr(self.instance, name)
            return
        try:
            values[name] = from_the_wall(values[name], values.get("timezone", ""))
        except ValidationError as error:
            self.add_error(name, error)


class TimingForm(WhenForm):
    """Of a schedule that is being written: valid as soon as it says when."""

    def clean(self) -> dict[str, Any]:
        """The values; the instance has them as well, and is planned by them from now on."""
        values = super().clean()
        if not self.errors:
            now = db.now()
            for name in self.fields:
                setattr(self.instance, name, values[name])
            if self.instance.anchor_at is None or definition.PHASE.intersection(self.changed_data):
                self.instance.anchor_at = self.instance.start_at or now
            self.instance.enabled = True
            definition.check_timing(self.instance, now)
        return values


class ScheduleForm(ServedForm, WhenForm):
    """Shows what the services would refuse at the field that it concerns."""

    class Meta:
        model = Schedule
        fields = ["owner", *FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "enabled" in self.fields:
            # It may pause itself meanwhile: nobody switches it on by the way, by saving once more.
            self.fields["enabled"].show_hidden_initial = True

    @property
    def touched(self) -> set[str]:
        """With the dates, which another zone has on its wall, and what another type has not."""
        found = super().touched
        if "timezone" in found:
            found.update(definition.DATES)
        return found.union(TIMING_FIELDS) if "schedule_type" in found else found

    def clean(self) -> dict[str, Any]:
        """The values, checked as the API's are."""
        values = super().clean() or {}
        if not self.errors:
            now, draft, changes = db.now(), copy(self.instance), self.changes()
            draft.owner = values.get("owner") or self.instance.owner
            draft.anchor_at = draft.anchor_at or now
            for name, value in changes.items():
                setattr(draft, name, value)
            definition.check(draft, changes, now)
        return values


def copied(schedule: Schedule | None) -> dict[str, Any]:
    """What the form for a new schedule shows of one that is there; nothing without one."""
    if schedule is None:
        return {}
    values = {name: getattr(schedule, name) for name in FIELDS}
    values |= {"owner": schedule.owner_id, "agent": schedule.agent_id}
    for name in definition.DATES:
        if values[name] is not None:
            values[name] = on_the_wall(values[name], schedule.timezone)
    return values | {"name": f"{schedule.name[:93]} (copy)"}


def on_the_wall(at: datetime, timezone: str) -> datetime:
    """The time that a clock of that zone shows, as if it were one of UTC, as forms have them."""
    return local(at, timezone).replace(tzinfo=UTC)


def from_the_wall(shown: datetime, timezone: str) -> datetime:
    """The instant at which a clock of that zone shows it, for the first time if twice.

    ValidationError where that is so far away that no schedule can have to do with it.
    """
    if problem := definition.problem_with_date(shown):
        raise ValidationError(problem)
    return shown.replace(tzinfo=zone_of(timezone)).astimezone(UTC)


def _speak(fields: dict[str, forms.Field]) -> None:
    for name, field in fields.items():
        field.label = LABELS.get(name, field.label)
        field.help_text = HELP.get(name, field.help_text)
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 4
        if name in CHOICES and isinstance(field, forms.ChoiceField):
            field.choices = list(CHOICES[name].items())
