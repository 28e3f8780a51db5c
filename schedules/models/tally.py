"""What has ended, added up: status reads it instead of the ledger."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from schedules.models.execution import STATE_CHOICES
from schedules.states import FINAL


class Tally(models.Model):
    """How many executions of one owner ended in one hour in one state.

    There are rows of all that ended before the end of the latest hour that has any, and of
    nothing after that (tallies.py). Where none ended there is no row.
    """

    # The database deletes an owner's rows by itself (migration 0013): also those that a beat adds
    # while the owner is being deleted, which whoever deletes has not seen.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    hour = models.DateTimeField(help_text="Its beginning; hours are those of UTC.")
    state = models.CharField(max_length=10, choices=STATE_CHOICES)
    count = models.IntegerField()

    class Meta:
        constraints = [
            # status: of one owner.
            models.UniqueConstraint(
                fields=["owner", "hour", "state"], include=["count"], name="tally_once"
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="tally_of_something"),
            models.CheckConstraint(condition=Q(state__in=FINAL), name="tally_of_final_states"),
        ]
        indexes = [
            # tallies: the latest hour. status: of everybody.
            models.Index(fields=["hour", "state"], include=["count"], name="tally_of_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}:00 {self.count} {self.state}"
