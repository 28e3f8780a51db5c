"""The users: each creates schedules and goes on to edit, run, cancel, switch and delete them."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable

from tests.chaos.api import Api
from tests.chaos.arena import Arena
from tests.chaos.deeds import Deeds
from tests.chaos.habits import Habits
from tests.chaos.record import Plan

FEW = 5


class Owner(threading.Thread):
    """One user with a random stream of its own."""

    def __init__(self, arena: Arena, name: str, habits: Habits, seed: str) -> None:
        super().__init__(name=f"owner {name}", daemon=True)
        self.failure: BaseException | None = None
        self._end_schedules = False
        self._stopping = threading.Event()
        self._habits = habits
        self._random = random.Random(f"{seed} {name}")
        self._api = Api(arena.port, name)
        self.deeds = Deeds(self._api, habits, self._random)

    @property
    def plans(self) -> list[Plan]:
        """Its book."""
        return self.deeds.plans

    @property
    def unclear(self) -> int:
        """How many of its changes had no clear answer at first."""
        return self._api.unclear

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
            self.deeds.make_agent()
            while len(self.plans) < self._habits.schedules and not self._stopping.is_set():
                self.deeds.create()
            while not self._stopping.wait(self._random.uniform(*self._habits.pause)):
                self._one_thing()
            for plan in self.plans if self._end_schedules else ():
                self.deeds.finish(plan)
        except BaseException as error:
            self.failure = error

    def _one_thing(self) -> None:
        # Both are drawn whatever the state is, so that a seed's choices do not depend on it.
        act = self._random.choices(*_choices(self.deeds))[0]
        place = self._random.random()
        living = [plan for plan in self.plans if not plan.deleted]
        if living:
            act(living[int(place * len(living))])


def _choices(deeds: Deeds) -> tuple[list[Callable[[Plan], None]], list[int]]:
    weighted = {
        deeds.edit: 25,
        deeds.edit_command: 10,
        deeds.execute: 30,
        deeds.cancel: 15,
        deeds.switch: 12,
        deeds.delete: 8,
    }
    return list(weighted), list(weighted.values())


def dump(owners: list[Owner]) -> str:
    """How busy they were."""
    return json.dumps(sum((owner.deeds.counts for owner in owners), Counter()))
