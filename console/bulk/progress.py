"""How far a job has come: kept in the session, so that whoever comes back finds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from console.bulk.acts import Done
from schedules import db

KEY = "bulk"
# Jobs of a session; the oldest are forgotten first.
MOST_JOBS = 5
MOST_SENTENCES = 50


@dataclass
class Progress:
    """`before` is the id of the last row that was taken: the newest are taken first."""

    before: str = ""
    seen: int = 0
    done: int = 0
    refusals: int = 0
    refused: list[str] = field(default_factory=list)
    over: bool = False

    def add(self, rows: list[Any], done: Done, chunk: int) -> None:
        """Some more rows."""
        self.before = str(rows[-1].pk) if rows else self.before
        self.seen += len(rows)
        self.done += done.number
        self.refusals += len(done.refused)
        self.refused = [*self.refused, *done.refused][:MOST_SENTENCES]
        self.over = len(rows) < chunk


def load(session: SessionBase, job: str) -> Progress:
    """Of that job; one that nobody has begun is at its beginning."""
    return Progress(**session.get(KEY, {}).get(job, {}))


def save(session: SessionBase, job: str, progress: Progress) -> None:
    """At once."""
    jobs = {name: each for name, each in session.get(KEY, {}).items() if name != job}
    latest = list(jobs.items())[1 - MOST_JOBS :]
    session[KEY] = dict([*latest, (job, asdict(progress))])
    session.save()


@contextmanager
def turn(job: str) -> Iterator[bool]:
    """Whether nobody else is at that job: two clicks must not start everything twice."""
    key = (f"{KEY} {job}",)
    got = db.fetch("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)[0][0]
    try:
        yield got
    finally:
        if got:
            db.fetch("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)
