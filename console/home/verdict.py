"""Is the scheduler healthy? The one sentence that says it, and what to do about it (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from console.durations import spoken
from console.halts import Halt

# Runs that can start wait no longer than this while there is room for them.
PATIENCE = timedelta(minutes=1)
# From fewer ends nothing follows.
ENOUGH_ENDS = 5


class Verdict(NamedTuple):
    """How it stands, why, and what to do; `level` gives the colour."""

    level: Literal["good", "watch", "bad"]
    sentence: str
    advice: str = ""


@dataclass(frozen=True)
class Facts:
    """What the verdict follows from, at the time `now`.

    `median_lateness`, `ended` and `failed` are those of the last hour.
    """

    now: datetime
    silent_after: timedelta
    beats: int
    workers: int
    queue_answers: bool
    oldest_pending: timedelta | None
    next_due_at: datetime | None
    median_lateness: timedelta | None
    ended: int
    failed: int
    halts: Sequence[Halt] = ()


def judge(facts: Facts) -> Verdict:
    """The worst of what there is to say."""
    found = [verdict for ask in QUESTIONS if (verdict := ask(facts))]
    worst = sorted(found, key=lambda verdict: verdict.level != "bad")
    return worst[0] if worst else Verdict("good", "All is well.")


def _stopped(facts: Facts) -> Verdict | None:
    if not facts.halts:
        return None
    halt = facts.halts[0]
    way_out = (
        "Staff lift it by deleting the stop, or with manage.py resume."
        if halt.by_staff
        else "Whose runs they are can let them go on."
    )
    return Verdict("bad", f"{halt.said}: nothing starts until that is lifted.", way_out)


def _no_beat(facts: Facts) -> Verdict | None:
    if facts.beats:
        return None
    sentence = f"No beat has been seen for {spoken(facts.silent_after)}: nothing falls due."
    return Verdict("bad", sentence, "Start one: celery -A scheduler_project beat.")


def _no_worker(facts: Facts) -> Verdict | None:
    if facts.workers:
        return None
    sentence = f"No worker has been seen for {spoken(facts.silent_after)}: nothing will run."
    return Verdict("bad", sentence, "Start one: celery -A scheduler_project worker.")


def _no_queue(facts: Facts) -> Verdict | None:
    if facts.queue_answers:
        return None
    return Verdict(
        "bad",
        "Redis does not answer: no worker hears of a new run.",
        "Bring it back. Nothing is lost: beats publish again whatever waits.",
    )


def _behind(facts: Facts) -> Verdict | None:
    if facts.next_due_at is None or facts.now - facts.next_due_at <= PATIENCE:
        return None
    late = spoken(facts.now - facts.next_due_at)
    return Verdict(
        "bad",
        f"Beats are behind: what was due {late} ago has not been dispatched.",
        "Look at the log of the beats, and whether something holds locks in the database.",
    )


def _crowded(facts: Facts) -> Verdict | None:
    if facts.oldest_pending is None or facts.oldest_pending <= PATIENCE:
        return None
    waits = spoken(facts.oldest_pending)
    return Verdict(
        "watch",
        f"Runs wait for a free worker, the oldest for {waits}.",
        "Start more workers, or raise WORKER_SLOTS.",
    )


def _late(facts: Facts) -> Verdict | None:
    if facts.median_lateness is None or facts.median_lateness <= PATIENCE:
        return None
    late = spoken(facts.median_lateness)
    return Verdict(
        "watch",
        f"Half of the last hour's runs started more than {late} late.",
        "They waited for workers, for another run of their schedule, or for a stop to be lifted.",
    )


def _failing(facts: Facts) -> Verdict | None:
    if facts.ended < ENOUGH_ENDS or 2 * facts.failed < facts.ended:
        return None
    return Verdict(
        "watch",
        f"The scheduler works, but {facts.failed:,} of {facts.ended:,} runs of the last hour "
        "have failed.",
        "The reasons are below.",
    )


QUESTIONS = (_stopped, _no_beat, _no_worker, _no_queue, _behind, _crowded, _late, _failing)
