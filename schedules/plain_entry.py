"""django-celery-beat's own judgement of a PeriodicTask, at a given time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from celery import Celery
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

# Where Celery's crontab foretells a time across a change of the clocks, it may be an
# hour off: it is asked again before it matters.
LONGEST_FORECAST = timedelta(hours=1)


class Judgement(NamedTuple):
    """Whether a task shall be sent, and how long to wait before it is looked at again.

    `disabled`: django-celery-beat switched it off (it has expired, or was to run once).
    """

    entry: ModelEntry
    is_due: bool
    wait: timedelta
    disabled: bool


class EntryAt(ModelEntry):
    """The stock entry, with one moment for its clock and its row left unwritten."""

    def __init__(self, model: PeriodicTask, app: Celery, now: datetime) -> None:
        self.at = now
        # Stock entries save their row one by one; here what they changed is written in bulk.
        model.save = lambda: None
        super().__init__(model, app=app)
        if isinstance(seconds := self.options.get("expires"), int):
            # Celery would count from this machine's clock.
            self.options["expires"] = now + timedelta(seconds=seconds)
        schedule = self.schedule
        schedule.nowfun = lambda: now.astimezone(schedule.tz)

    def _default_now(self) -> datetime:
        return self.at.astimezone(self.app.timezone)


def judge(model: PeriodicTask, app: Celery, now: datetime) -> Judgement:
    """What the stock scheduler would do with this task at `now`.

    Raises whatever Celery does for a crontab or arguments that it cannot read.
    """
    entry = EntryAt(model, app, now)
    is_due, seconds = entry.is_due()
    wait = timedelta(seconds=max(0.0, seconds))
    if model.clocked is None:
        wait = min(wait, LONGEST_FORECAST)
    return Judgement(entry, is_due, wait, disabled=not model.enabled)
