"""Executions that ended, on the ledger without having run."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.contrib.auth.models import User

from schedules.models import Execution


def ended(owner: User, *times: datetime, state: str = "success") -> None:
    """One for each of these times, all in one state."""
    record([(owner, state, at) for at in times])


def record(facts: Sequence[tuple[User, str, datetime]]) -> None:
    """One for each owner, state and end."""
    Execution.objects.bulk_create(
        Execution(
            id=uuid4(), owner=owner, trigger="manual", command="x", state=state, finished_at=at
        )
        for owner, state, at in facts
    )
