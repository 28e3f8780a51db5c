"""The demo that bin/up starts with: an owner, an agent, one run in seconds, one on a cron."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from agents.models import Agent
from schedules import db
from schedules.models import Schedule
from schedules.services import create_schedule, update_schedule

OWNER = "demo"
AGENT = "Demo assistant"
INSTRUCTIONS = "You are a friendly assistant. Answer in one short sentence."
SOON = timedelta(seconds=10)


@transaction.atomic
def prepare(password: str) -> User:
    """Create what is missing and set the one-off to run in seconds; returns the owner.

    A new owner gets this password; one that exists keeps their own.
    """
    owner = _owner(password)
    agent, _ = Agent.objects.get_or_create(
        owner=owner, name=AGENT, defaults={"instructions": INSTRUCTIONS, "max_output_tokens": 60}
    )
    _schedule(
        owner,
        "Demo: hello in a few seconds",
        {
            "agent": agent,
            "command": "Say hello to somebody who has just started their first scheduler.",
            "schedule_type": "once",
            "run_at": db.now() + SOON,
            "enabled": True,
        },
    )
    _schedule(
        owner,
        "Demo: every five minutes",
        {
            "agent": agent,
            "command": "Name one thing that is worth checking on a server today.",
            "schedule_type": "cron",
            "cron_expression": "*/5 * * * *",
        },
    )
    return owner


def _owner(password: str) -> User:
    users = User.objects
    existing = users.filter(username=OWNER).first()
    return existing or users.create_superuser(username=OWNER, password=password)


def _schedule(owner: User, name: str, fields: dict[str, Any]) -> None:
    """The cron is left as its owner has it; the one-off is set anew each time."""
    existing = Schedule.objects.filter(owner_id=owner.pk, name=name).first()
    if existing is None:
        create_schedule(owner=owner, fields={"name": name, **fields})
    elif "run_at" in fields:
        update_schedule(schedule=existing, changes=fields)
