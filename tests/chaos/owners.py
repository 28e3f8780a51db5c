"""The users: each creates schedules and goes on to edit, run, cancel, switch and delete them."""

import json
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.chaos import process
from tests.chaos.agent import Script
from tests.chaos.api import Answer, Api, Stopped
from tests.chaos.arena import Arena
from tests.chaos.clock import wall
from tests.chaos.habits import OVERLAPS, Habits, longest
from tests.chaos.readback import Readback
from tests.chaos.record import Moment, Plan

FEW = 5
COMMANDS = "/api/scheduled-commands"


class Owner(threading.Thread):
    """One user with a random stream of its own; `plans` are its book."""

    def __init__(self, arena: Arena, name: str, habits: Habits, seed: str) -> None:
        super().__init__(name=f"owner {name}", daemon=True)
        self.plans: list[Plan] = []
        self.operations: dict[str, int] = {}
        self.unclear = 0
        self.failure: BaseException | None = None
        self._end_schedules = False
        self._stopping = threading.Event()
        self._api = Api(arena.port, name, self._stopping)
        self._readback = Readback(arena, name)
        self._habits = habits
        self._random = random.Random(f"{seed} {name}")

    def is_at_work(self) -> bool:
        """Whether there is something to have faults in; more is created meanwhile."""
        return len(self.plans) >= min(FEW, self._habits.schedules) or not self.is_alive()

    def stop(self, *, end_schedules: bool) -> None:
        """Begin nothing more; the schedules end soon, or when they would have anyway."""
        self._end_schedules = end_schedules
        self._stopping.set()

    def run(self) -> None:
        """Create all schedules, then do one thing after the other until stopped."""
        try:
            self._agent = self._make_agent()
            while len(self.plans) < self._habits.schedules and not self._stopping.is_set():
                self.create()
            while not self._stopping.wait(self._random.uniform(*self._habits.pause)):
                self._one_thing()
            for plan in self.plans:
                self._finish(plan)
        except Stopped:
            pass
        except BaseException as error:
            self.failure = error

    def _make_agent(self) -> int:
        body = {"name": "chaos", "runner": process.RUNNER}
        while not (answer := self._api.call("POST", "/api/agents", body)).done:
            assert answer.unclear, answer
            found = self._readback.agent()
            if found is not None:
                return found
        return int(answer.body["id"])

    def _one_thing(self) -> None:
        # Both are drawn whatever the state is, so that a seed's choices do not depend on it.
        act = self._random.choices(*_choices(self))[0]
        place = self._random.random()
        living = [plan for plan in self.plans if not plan.deleted]
        if living:
            act(living[int(place * len(living))])

    def _count(self, what: str) -> None:
        self.operations[what] = self.operations.get(what, 0) + 1

    def create(self) -> None:
        plan = self._new_plan()
        body = {
            "name": plan.name,
            "agent": plan.agent,
            **plan.fields,
            **self._next_timing(plan),
        }
        answer = self._api.call("POST", COMMANDS, body)
        moment, done = self._moment(answer, lambda: self._readback.schedule(plan.name))
        if answer.done:
            plan.id = answer.body["id"]
        elif done:
            plan.id = done["id"]
        else:
            return
        self._count("create")
        plan.begin(moment)
        self.plans.append(plan)

    def _new_plan(self) -> Plan:
        name = f"{self._api.owner} {len(self.plans):05} {self._random.getrandbits(32):08x}"
        return Plan(name, self._agent, self._habits.until, self._habits.kinds(self._random))

    def _next_timing(self, plan: Plan) -> dict[str, Any]:
        """The fields of the schedule's next version, with microseconds of its own."""
        if plan.fields.get("schedule_type") == "manual":
            return {}
        plan.versions += 1
        every = self._random.randint(*self._habits.intervals)
        start = wall() - timedelta(seconds=self._random.uniform(0, 20))
        start = start.replace(microsecond=plan.versions * 997 % 1_000_000)
        plan.timing = (start, timedelta(seconds=every))
        return {
            "schedule_type": "interval",
            "interval_value": every,
            "interval_unit": "seconds",
            "start_at": start.isoformat(),
            "end_at": plan.until.isoformat(),
        }

    def edit(self, plan: Plan) -> None:
        if plan.fields.get("schedule_type") == "manual":
            self.edit_command(plan)
            return
        before = plan.timing
        body = self._next_timing(plan)
        answer = self._api.call("PATCH", f"{COMMANDS}/{plan.id}", body)
        assert plan.timing is not None
        start = plan.timing[0]
        moment, done = self._moment(answer, lambda: self._readback.started(plan.id, start))
        if not done:
            plan.timing = before
            return
        self._count("edit")
        if plan.enabled:
            plan.end(moment)
            plan.begin(moment)

    def edit_command(self, plan: Plan) -> None:
        overlap = self._random.choice(OVERLAPS)
        seconds = (round(self._random.uniform(0, longest(overlap)), 2),)
        body = {"command": Script(seconds=seconds).command(), "overlap_policy": overlap}
        if self._api.call("PATCH", f"{COMMANDS}/{plan.id}", body).done:
            self._count("edit command")

    def execute(self, plan: Plan) -> None:
        answer = self._api.call("POST", f"{COMMANDS}/{plan.id}/execute")
        if answer.done:
            plan.by_hand.add(answer.body["id"])
            self._count("execute")
        elif answer.unclear:
            self.unclear += 1
            self._readback.settle()
            plan.by_hand |= self._readback.by_hand(plan.name)

    def cancel(self, plan: Plan) -> None:
        active = self._readback.active(plan.name)
        if not active:
            return
        answer = self._api.call("POST", f"/api/executions/{active[0]}/cancel")
        if answer.done:
            self._count("cancel")
            if answer.body["state"] == "cancelled":
                plan.cancelled[active[0]] = answer.answered

    def switch(self, plan: Plan) -> None:
        wanted = not plan.enabled
        word = "enable" if wanted else "disable"
        answer = self._api.call("POST", f"{COMMANDS}/{plan.id}/{word}")
        moment, done = self._moment(answer, lambda: self._readback.switched(plan.id) == wanted)
        if not done:
            return
        self._count(word)
        plan.enabled = wanted
        (plan.begin if wanted else plan.end)(moment)

    def delete(self, plan: Plan) -> None:
        answer = self._api.call("DELETE", f"{COMMANDS}/{plan.id}")
        moment, done = self._moment(answer, lambda: self._readback.schedule(plan.name) is None)
        if not done:
            return
        self._count("delete")
        plan.end(moment)
        plan.deleted = True
        self.create()

    def _finish(self, plan: Plan) -> None:
        """Give it an earlier end; the times until then stay what they are."""
        if not self._end_schedules or plan.deleted or not plan.enabled or plan.timing is None:
            return
        margin = timedelta(seconds=3)
        while (until := self._ended(plan, plan.timing[1] + margin)) is None:
            margin *= 2
        plan.spans[-1].until = until

    def _ended(self, plan: Plan, margin: timedelta) -> datetime | None:
        """When it ends now; None: nothing was changed, that time had passed too soon."""
        until = wall() + margin
        body = {"end_at": until.isoformat()}
        answer = self._api.call("PATCH", f"{COMMANDS}/{plan.id}", body)
        _, done = self._moment(answer, lambda: self._readback.ends(plan.id) == until)
        assert answer.done or answer.unclear or answer.refuses("end_at"), answer
        return until if done else None

    def _moment(self, answer: Answer, look: Callable[[], Any]) -> tuple[Moment, Any]:
        """When it took effect, and what of: nothing, if it was refused or did not happen."""
        if not answer.unclear:
            return Moment(answer.sent, answer.answered), answer.done
        self.unclear += 1
        self._readback.settle()
        found = look()
        return Moment(answer.sent, wall()), found


def _choices(owner: Owner) -> tuple[list[Callable[[Plan], None]], list[int]]:
    weighted = {
        owner.edit: 25,
        owner.edit_command: 10,
        owner.execute: 30,
        owner.cancel: 15,
        owner.switch: 12,
        owner.delete: 8,
    }
    return list(weighted), list(weighted.values())


def dump(owners: list[Owner]) -> str:
    """How busy they were."""
    total: dict[str, int] = {}
    for owner in owners:
        for what, number in owner.operations.items():
            total[what] = total.get(what, 0) + number
    return json.dumps(total)
