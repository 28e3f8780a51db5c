"""Our hand: the same services that the API calls."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command

from agents.models import Agent
from benchmarks.hand import Occurrence
from schedules import db, services
from schedules.models import Execution, Schedule

# To be due, a schedule must first have an occurrence ahead of it.
AHEAD = timedelta(milliseconds=50)
OWNERS_ROOM = 50
# Found by counting from the first: few enough for that to cost nothing.
EDITABLE = 500


class OurHand:
    """Fills through `load_schedules`, edits through `schedules.services`."""

    def __init__(self) -> None:
        self._numbers = count()
        self._edits = count()
        self._agent: Agent | None = None
        self._editable = 0

    def prepare(self) -> None:
        """See `Hand`."""
        call_command("migrate", "--no-input", verbosity=0)

    def load(self, count: int, every: int | None, due_at: float | None, begun: float) -> None:
        """See `Hand`; `begun` is now, as the command has it."""
        words = ["--count", str(count), "--overlap", "allow"]
        words += ["--every", str(every)] if every else []
        words += ["--due-at", datetime.fromtimestamp(due_at, UTC).isoformat()] if due_at else []
        call_command("load_schedules", *words)
        self._editable = self._editable or min(count, EDITABLE)

    def add_due(self) -> float:
        """See `Hand`."""
        agent, run_at = self._agent_with_room(), db.now() + AHEAD
        self._create(agent, schedule_type="once", run_at=run_at)
        return max(time.time(), run_at.timestamp())

    def add_idle(self) -> None:
        """See `Hand`."""
        daily = {"schedule_type": "interval", "interval_value": 1, "interval_unit": "days"}
        self._create(self._agent_with_room(), **daily)

    def edit(self) -> None:
        """See `Hand`."""
        number = next(self._edits)
        schedule = Schedule.objects.order_by("id")[number % self._editable]
        services.update_schedule(schedule=schedule, changes={"command": f"Edit {number}."})

    def occurrences(self, arguments: list[str]) -> list[Occurrence]:
        """See `Hand`."""
        rows = Execution.objects.filter(pk__in=arguments).values_list(
            "id", "schedule_id", "scheduled_for"
        )
        found = {str(id): (str(schedule), due.timestamp()) for id, schedule, due in rows}
        return [found[argument] for argument in arguments]

    def _create(self, agent: Agent, **fields: Any) -> None:
        fields |= {"name": f"single {next(self._numbers)}", "agent": agent, "command": "Hello."}
        services.create_schedule(owner=agent.owner, fields=fields)

    def _agent_with_room(self) -> Agent:
        """An owner may have so many schedules; then the next one's turn has come."""
        if self._agent is None or self._agent.owner.schedules.count() >= OWNERS_ROOM:
            owner = User.objects.create(username=f"benchmark {next(self._numbers)}")
            self._agent = Agent.objects.create(owner=owner, name="benchmark", model="local")
        return self._agent
