"""RedBeat's hand: its entries, saved to Redis."""

from collections.abc import Iterator

from celery.schedules import schedule
from redbeat import RedBeatSchedulerEntry
from redbeat.decoder import to_timestamp
from redbeat.schedulers import ensure_conf, get_redis

from benchmarks.contestants.peer import TASK, PeerHand, Wish
from benchmarks.contestants.redbeat.app import app


class RedBeatHand(PeerHand):
    """Fills and edits by `RedBeatSchedulerEntry.save`."""

    def prepare(self) -> None:
        """Redis needs no tables."""

    def add_many(self, wishes: Iterator[Wish]) -> None:
        # RedBeat computes the score of an entry that last ran a while ago from the present
        # time, too early: it is put right, to what RedBeat writes when an entry has run.
        scores = {}
        for wish in wishes:
            scores[_entry(wish).save().key] = to_timestamp(wish.first)
        get_redis(app).zadd(ensure_conf(app).schedule_key, scores)

    def add(self, wish: Wish) -> None:
        _entry(wish).save()

    def change(self, name: str, note: str) -> None:
        entry = RedBeatSchedulerEntry.from_key(ensure_conf(app).key_prefix + name, app=app)
        entry.kwargs = {"note": note}
        entry.save()


def _entry(wish: Wish) -> RedBeatSchedulerEntry:
    """As it would be if it had last run one interval before its first occurrence."""
    return RedBeatSchedulerEntry(
        wish.name,
        TASK,
        schedule(run_every=wish.every, app=app),
        args=[wish.name],
        last_run_at=wish.first - wish.every,
        app=app,
    )
