"""The contestants: how each one's beat is started, and how it is set."""

from dataclasses import dataclass, field
from importlib.metadata import version

HERE = "benchmarks.contestants"


@dataclass(frozen=True)
class Contestant:
    """One way to send Celery messages on time.

    `beat` is the module to run, with its arguments; `needs` are the distributions without
    which it cannot be measured. `schedules_per_second` is how fast it is loaded and
    started, with room to spare. `keeps_ledger`: it knows what each message was planned for.
    `is_shared`: another process may write, and another beat read, while its beat runs.
    """

    name: str
    label: str
    beat: tuple[str, ...]
    hand: str
    redis_number: int
    needs: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    schedules_per_second: int = 1000
    keeps_ledger: bool = False
    is_shared: bool = True

    @property
    def database(self) -> str:
        """The name of its database."""
        return self.name.replace("-", "_")

    @property
    def template(self) -> str:
        """The name of that database's template."""
        return f"{self.database}_template"

    def title(self) -> str:
        """Its name in tables, with the version that was measured."""
        named = [self.label, *(version(package) for package in self.needs[:1])]
        return ", ".join([" ".join(named), *self.variant])


def _celery_beat(app: str, scheduler: str = "") -> tuple[str, ...]:
    named = ("--scheduler", scheduler) if scheduler else ()
    return ("celery", "-A", app, "beat", "--pidfile=", *named)


OURS = Contestant(
    name="ours",
    label="ours",
    beat=_celery_beat("scheduler_project"),
    hand=f"{HERE}.ours.hand:OurHand",
    redis_number=1,
    environment={
        "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
        # Schedules of one second are what pauses are measured with.
        "MINIMUM_GAP_SECONDS": "1",
        # Nobody claims anything here: what waits would be taken for lost, and sent again.
        "REPUBLISH_SECONDS": "86400",
        # A message for each execution, as the others send one for each task.
        "MAX_EXECUTIONS_PER_MESSAGE": "1",
        "LOG_LEVEL": "WARNING",
    },
    schedules_per_second=2500,
    keeps_ledger=True,
)
STOCK = Contestant(
    name="stock",
    label="django-celery-beat",
    beat=_celery_beat(f"{HERE}.stock.app", "django_celery_beat.schedulers:DatabaseScheduler"),
    hand=f"{HERE}.stock.hand:StockHand",
    redis_number=2,
    needs=("django-celery-beat",),
    environment={"DJANGO_SETTINGS_MODULE": f"{HERE}.stock.settings"},
)
REDBEAT = Contestant(
    name="redbeat",
    label="RedBeat",
    variant=("defaults",),
    beat=_celery_beat(f"{HERE}.redbeat.app", "redbeat.RedBeatScheduler"),
    hand=f"{HERE}.redbeat.hand:RedBeatHand",
    redis_number=3,
    needs=("celery-redbeat",),
)
REDBEAT_TUNED = Contestant(
    name="redbeat-tuned",
    label="RedBeat",
    variant=("tuned",),
    beat=REDBEAT.beat,
    hand=REDBEAT.hand,
    redis_number=4,
    needs=REDBEAT.needs,
    # It notices changes, and its lock is given up, as soon as seconds allow.
    environment={"REDBEAT_LOOP_SECONDS": "1", "REDBEAT_LOCK_SECONDS": "5"},
)
APSCHEDULER = Contestant(
    name="apscheduler",
    label="APScheduler",
    beat=(f"{HERE}.apscheduler.beat",),
    hand=f"{HERE}.apscheduler.hand:APSchedulerHand",
    redis_number=5,
    needs=("APScheduler", "SQLAlchemy"),
    schedules_per_second=500,
    # "Job stores must never be shared between schedulers", says its guide.
    is_shared=False,
)
PEERS = {peer.name: peer for peer in (STOCK, REDBEAT, REDBEAT_TUNED, APSCHEDULER)}
