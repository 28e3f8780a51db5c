"""The random half: a nemesis for some minutes, given by a seed."""

from dataclasses import dataclass
from functools import partial

from tests.chaos.nemesis import Nemesis
from tests.chaos.run import Wishes

# Longer than the faults go on: what they hit is still followed by more.
AFTERWARDS_SECONDS = 15.0
SHORT_FREEZES, LONG_FREEZES = (5.0, 12.0), (5.0, 40.0)
LONG_RUN_SECONDS = 600.0


@dataclass(frozen=True)
class RandomRun:
    """Faults for so many seconds: the same seed gives the same faults and schedules."""

    seed: str
    seconds: float
    faults: int
    schedules: int

    def wishes(self) -> Wishes:
        """The run."""
        freezes = SHORT_FREEZES if self.seconds < LONG_RUN_SECONDS else LONG_FREEZES
        trouble = partial(
            Nemesis,
            seed=self.seed,
            seconds=self.seconds,
            count=self.faults,
            freeze_seconds=freezes,
        )
        return Wishes(
            seed=self.seed,
            trouble=trouble,
            schedules=self.schedules,
            seconds=self.seconds + AFTERWARDS_SECONDS,
        )

    def again(self) -> str:
        """How to make the same run."""
        return (
            f"Again with: python -m tests.chaos --minutes {self.seconds / 60:g} "
            f"--seed {self.seed} --schedules {self.schedules} --faults {self.faults}\n"
            "(the same faults, schedules and choices of the users; their timing is the machine's)"
        )
