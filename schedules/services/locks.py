"""The locks under which services decide. Order: the owner (accounts.owners), agent, schedule."""

from datetime import datetime

from django.core.exceptions import ValidationError

from agents.models import Agent
from scheduler_project.errors import Conflict
from schedules import db, dispatch
from schedules.models import Schedule


def lock_agent(agent: Agent) -> None:
    """Keep the agent from being deleted before a reference to it is committed."""
    if not Agent.objects.select_for_update(no_key=True).filter(pk=agent.pk):
        raise ValidationError({"agent": "The agent has been deleted in the meantime."})


def lock_schedule(schedule: Schedule) -> tuple[Schedule, datetime]:
    """The schedule, its row locked and all that was due of it recorded, and the time.

    The time is that of the lock: by the transaction's, which may be earlier, an occurrence
    that a beat dispatched in between would be planned again. Conflict when the schedule
    was deleted in the meantime.
    """
    if not Schedule.objects.select_for_update(no_key=True).filter(pk=schedule.pk):
        raise Conflict("The schedule has been deleted in the meantime.")
    now = db.now_in_locks()
    dispatch.settle([schedule.pk], now)
    return Schedule.objects.select_related("agent").get(pk=schedule.pk), now
