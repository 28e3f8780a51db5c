"""APScheduler's hand: a second scheduler on the same tables, which runs nothing."""

from collections.abc import Iterator

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from benchmarks.contestants.apscheduler.app import options, send
from benchmarks.contestants.peer import PeerHand, Wish


class APSchedulerHand(PeerHand):
    """Fills and edits by `add_job` and `modify_job`."""

    def __init__(self) -> None:
        super().__init__()
        # Jobs are committed one by one: not waiting for the disk makes loading bearable.
        careless = {"connect_args": {"options": "-c synchronous_commit=off"}}
        self._scheduler = BackgroundScheduler(**options(**careless))

    def prepare(self) -> None:
        self._scheduler.start(paused=True)

    def add_many(self, wishes: Iterator[Wish]) -> None:
        for wish in wishes:
            self.add(wish)

    def add(self, wish: Wish) -> None:
        if not self._scheduler.running:
            self._scheduler.start(paused=True)
        self._scheduler.add_job(
            send,
            IntervalTrigger(seconds=int(wish.every.total_seconds()), start_date=wish.first),
            args=[wish.name],
            id=wish.name,
            next_run_time=wish.first,
        )

    def change(self, name: str, note: str) -> None:
        self._scheduler.modify_job(name, name=note)
