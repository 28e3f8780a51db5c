"""The locks under which services decide. Order: the owner first, then the schedule."""

from django.contrib.auth import get_user_model

from scheduler_project.errors import Conflict
from schedules import dispatch
from schedules.models import Schedule


def lock_owner(owner_id: int) -> None:
    """Creates and renames of one owner go one by one, so that counting means something."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=owner_id)


def lock_schedule(schedule: Schedule) -> Schedule:
    """The schedule as it stands now, its row locked and all that was due of it recorded.

    Conflict when it was deleted in the meantime.
    """
    if not Schedule.objects.select_for_update(no_key=True).filter(pk=schedule.pk):
        raise Conflict("The schedule has been deleted in the meantime.")
    dispatch.settle(schedule.pk)
    return Schedule.objects.select_related("agent").get(pk=schedule.pk)
