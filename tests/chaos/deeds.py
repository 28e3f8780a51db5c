"""What an owner does with its schedules over the API, and notes of it."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.chaos import process
from tests.chaos.agent import Script
from tests.chaos.answers import Answer
from tests.chaos.api import Api
from tests.chaos.clock import wall, written
from tests.chaos.habits import OVERLAPS, Habits, longest
from tests.chaos.record import Plan

COMMANDS = "/api/scheduled-commands"
ACTIVE = {"pending", "running"}


class Deeds:
    """One owner's: `plans` are its book, `counts` what was done how often.

    What is drawn from the random stream does not depend on answers.
    """

    def __init__(self, api: Api, habits: Habits, stream: random.Random) -> None:
        self.plans: list[Plan] = []
        self.counts: Counter[str] = Counter()
        self._api = api
        self._habits = habits
        self._random = stream
        self.agent = 0

    def make_agent(self) -> None:
        """The one that all schedules have."""
        answer = self._api.post("/api/agents", {"name": "chaos", "runner": process.RUNNER})
        assert answer.done, answer
        self.agent = answer.body["id"]

    def create(self) -> None:
        """One more schedule, unless the time for schedules is over."""
        name = f"{self._api.owner} {len(self.plans):05} {self._random.getrandbits(32):08x}"
        plan = Plan(name, self.agent, self._habits.until, self._habits.kinds(self._random))
        timing = self._habits.next_timing(plan, self._random)
        body = {"name": name, "agent": plan.agent, **plan.fields, **timing}
        answer = self._api.post(COMMANDS, body)
        if answer.done:
            self.counts["create"] += 1
            plan.id, plan.version = answer.body["id"], answer.version
            plan.begin(answer.moment)
            self.plans.append(plan)

    def edit(self, plan: Plan) -> None:
        """Another timing; of one that has none, another command."""
        if plan.is_manual:
            self.edit_command(plan)
            return
        before = plan.timing
        answer = self._edited(plan, self._habits.next_timing(plan, self._random))
        if not answer.done:
            plan.timing = before
            return
        self.counts["edit"] += 1
        if plan.enabled:
            plan.end(answer.moment)
            plan.begin(answer.moment)

    def edit_command(self, plan: Plan) -> None:
        """Another command and overlap policy."""
        overlap = self._random.choice(OVERLAPS)
        seconds = (round(self._random.uniform(0, longest(overlap)), 2),)
        fields = {"command": Script(seconds=seconds).command(), "overlap_policy": overlap}
        self.counts["edit command"] += self._edited(plan, fields).done

    def execute(self, plan: Plan) -> None:
        """A run by hand."""
        answer = self._api.post(f"{COMMANDS}/{plan.id}/execute")
        if answer.done:
            self.counts["execute"] += 1
            plan.by_hand.add(answer.body["id"])

    def cancel(self, plan: Plan) -> None:
        """Its newest run that has not ended, if there is one."""
        history = self._api.get(f"{COMMANDS}/{plan.id}/executions").body["results"]
        active = [run["id"] for run in history if run["state"] in ACTIVE]
        if not active:
            return
        answer = self._api.post(f"/api/executions/{active[0]}/cancel")
        if answer.done:
            self.counts["cancel"] += 1
            if answer.body["state"] == "cancelled":
                plan.cancelled[active[0]] = answer.answered

    def switch(self, plan: Plan) -> None:
        """On if it is off, off if it is on."""
        word = "disable" if plan.enabled else "enable"
        answer = self._api.post(f"{COMMANDS}/{plan.id}/{word}")
        if answer.done:
            self.counts[word] += 1
            plan.enabled, plan.version = not plan.enabled, answer.version
            (plan.begin if plan.enabled else plan.end)(answer.moment)

    def delete(self, plan: Plan) -> None:
        """Another one takes its place."""
        answer = self._api.delete(f"{COMMANDS}/{plan.id}")
        self.counts["delete"] += 1
        plan.end(answer.moment)
        plan.deleted = True
        self.create()

    def finish(self, plan: Plan) -> None:
        """Give it an earlier end; the times until then stay what they are."""
        if plan.deleted or not plan.enabled or plan.timing is None:
            return
        margin = timedelta(seconds=3)
        while (until := self.end_in(plan, plan.timing[1] + margin)) is None:
            margin *= 2
        plan.spans[-1].until = until

    def end_in(self, plan: Plan, margin: timedelta) -> datetime | None:
        """When it ends now; None: nothing was changed, that time had passed too soon."""
        until = wall() + margin
        answer = self._edited(plan, {"end_at": written(until)})
        assert answer.done or answer.refuses("end_at"), answer
        return until if answer.done else None

    def _edited(self, plan: Plan, fields: dict[str, Any]) -> Answer:
        """What came of this edit, which is made once, whoever else edits the schedule."""
        path = f"{COMMANDS}/{plan.id}"
        while (answer := self._api.patch(path, fields, plan.version)).stale:
            read = self._api.get(path)
            plan.version = read.version
            if fields.items() <= read.body.items():
                # It was an earlier sending of this very edit.
                return replace(read, sent=answer.sent)
        if answer.done:
            plan.version = answer.version
        return answer
