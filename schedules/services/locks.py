"""The locks under which services decide. Order: the owner (accounts.owners), agent, schedule."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from agents.models import Agent
from scheduler_project.errors import Conflict
from schedules import db, dispatch
from schedules.models import Schedule

DELETED = "The schedule has been deleted in the meantime."


def lock_agents(agents: Iterable[Agent]) -> None:
    """Keep agents from being deleted before references to them are committed."""
    wanted = {agent.pk for agent in agents}
    rows = Agent.objects.filter(pk__in=wanted).order_by("id")
    if len(rows.select_for_update(no_key=True).values_list("id")) < len(wanted):
        raise ValidationError({"agent": "The agent has been deleted in the meantime."})


def lock_schedules(wanted: QuerySet[Schedule]) -> tuple[list[Schedule], datetime]:
    """Those of the wanted schedules that are there, by id, as `lock_schedule` gives one of them.

    The number of statements does not depend on the number of schedules.
    """
    locked = wanted.order_by("id").select_for_update(no_key=True)
    ids = list(locked.values_list("id", flat=True))
    now = db.now_in_locks()
    dispatch.settle(ids, now)
    return list(Schedule.objects.select_related("agent").filter(pk__in=ids).order_by("id")), now


def lock_schedule(schedule: Schedule) -> tuple[Schedule, datetime]:
    """The schedule, its row locked and all that was due of it recorded, and the time.

    The time is that of the lock: by the transaction's, which may be earlier, an occurrence
    that a beat dispatched in between would be planned again. Conflict when the schedule
    was deleted in the meantime.
    """
    found, now = lock_schedules(Schedule.objects.filter(pk=schedule.pk))
    if not found:
        raise Conflict(DELETED)
    return found[0], now
