"""Our worker with an agent that asks the scripted model, which thinks for a while."""

import django

from benchmarks.workers import ours

__all__ = ["app", "done", "fill"]

app = ours.app


def fill(count: int, seconds: float) -> None:
    """So many schedules that are due at one instant, and take so long each."""
    ours.fill(count, "llm", f"sleep {seconds}")


def done() -> tuple[float, float, int]:
    """When the first was claimed, when the last was recorded, and how many were a success."""
    django.setup()
    from django.db.models import Count, Max, Min

    from schedules.models import Execution

    found = Execution.objects.filter(state="success").aggregate(
        began=Min("started_at"), ended=Max("finished_at"), count=Count("*")
    )
    return found["began"].timestamp(), found["ended"].timestamp(), found["count"]
