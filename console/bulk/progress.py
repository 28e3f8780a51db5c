"""Whose turn it is at a job, and how far it is: whoever comes back finds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from console.models import Job
from schedules import db

KEPT_FOR = timedelta(days=14)
FORGOTTEN_AT_ONCE = 100
TRY = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


def found(owner_id: int | None, name: str) -> Job:
    """That one; at its beginning where nobody has begun it."""
    mine = {"owner_id": owner_id, "name": name}
    return Job.objects.filter(**mine).first() or Job(**mine)


@contextmanager
def turn(owner_id: int | None, name: str) -> Iterator[Job | None]:
    """One transaction of what is done and how far that is; None while somebody else is at it.

    So no two clicks do the same twice, and what fails half-way has done nothing.
    """
    with transaction.atomic():
        if not db.fetch(TRY, (f"bulk {owner_id} {name}",))[0][0]:
            yield None
            return
        job, made = Job.objects.get_or_create(owner_id=owner_id, name=name)
        if made:
            _forget_old()
        yield job
        job.save()


def _forget_old() -> None:
    """Some of what is old each time, so that nothing piles up."""
    old = Job.objects.filter(begun_at__lt=Now() - KEPT_FOR).order_by("begun_at")
    some = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    Job.objects.filter(pk__in=list(some[:FORGOTTEN_AT_ONCE])).delete()
