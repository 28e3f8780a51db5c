"""Notifications that their owners have read."""

from django.db.models import QuerySet
from django.db.models.functions import Now

from schedules.models import Notification


def mark_as_read(notifications: QuerySet[Notification]) -> int:
    """Mark them, unless they are so marked already; how many were not."""
    return notifications.filter(read_at=None).order_by().update(read_at=Now())
