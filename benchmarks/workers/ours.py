"""Our worker with an agent that does nothing; everything is recorded as ever."""

import io
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler_project.settings"

from agents import runners
from scheduler_project.celery import app

__all__ = ["app", "done", "fill"]

RUNNER = "no-op"
runners.register(RUNNER, "benchmarks.workers.no_op.NoOp")


def fill(count: int, runner: str = RUNNER, command: str = "") -> None:
    """So many schedules that are due at one instant, dispatched as a beat does it."""
    django.setup()
    from django.core.management import call_command
    from django.db.models.functions import Now

    from agents.models import Agent
    from schedules import dispatch
    from schedules.models import Schedule

    call_command("migrate", "--no-input", verbosity=0)
    call_command("load_schedules", "--count", str(count), "--every", "3600", stdout=io.StringIO())
    Agent.objects.update(runner=runner)
    Schedule.objects.update(next_run_at=Now(), command=command)
    while dispatch.tick():
        pass


def done() -> list[float]:
    """When each of them was recorded as a success."""
    django.setup()
    from schedules.models import Execution

    ended = Execution.objects.filter(state="success").values_list("finished_at", flat=True)
    return [at.timestamp() for at in ended if at]
