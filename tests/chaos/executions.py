"""Did each execution end once, and by its current attempt? The agents' record beside the ledger."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.breaches import (
    NO_REASON,
    NOT_FINAL,
    STALE_BELIEVED,
    STARTED_LATE,
    STARTED_TOO_OFTEN,
    Breach,
)
from tests.chaos.facts import Facts
from tests.chaos.ledger import FINAL, Event

# From a commit to the first line of what it set off, on a machine that is busy.
SLACK_SECONDS = 1.0
NEEDS_REASON = frozenset({"skipped", "missed", "cancelled"})


def final(facts: Facts) -> Iterator[Breach]:
    """Every execution has ended, with a reason where it did not simply run."""
    for row in facts.rows:
        if row.state not in FINAL or row.finished_at is None:
            yield Breach(NOT_FINAL, f"{row}, attempt {row.attempt}")
        elif row.state in NEEDS_REASON and not row.reason:
            yield Breach(NO_REASON, str(row))
        elif row.state == "failed" and not row.error_type:
            yield Breach(NO_REASON, f"{row} has no error_type")


def _ends_by_token(facts: Facts) -> dict[str, Event]:
    return {event.token: event for event in facts.events if event.event == "done"}


def believed(facts: Facts) -> Iterator[Breach]:
    """A success is the answer that the agent of exactly the current attempt gave."""
    done = _ends_by_token(facts)
    for row in facts.rows:
        if row.state != "success":
            continue
        end = done.get(row.result)
        if end is None:
            yield Breach(STALE_BELIEVED, f"{row}: no agent answered {row.result!r}")
        elif (end.execution, end.attempt) != (row.id, row.attempt):
            yield Breach(STALE_BELIEVED, f"{row}, attempt {row.attempt}: {row.result!r}")


def answers(facts: Facts) -> Iterator[Breach]:
    """Each attempt's agent task holds its own answer, and one attempt at most succeeded."""
    successes: Counter[str] = Counter()
    for attempt in facts.tries:
        own = attempt.result.startswith(f"{attempt.execution}/{attempt.number}/")
        if attempt.state == "success":
            successes[attempt.execution] += 1
        if (attempt.result and not own) or (attempt.state == "success" and not attempt.result):
            what = f"attempt {attempt.number} of {attempt.execution}: {attempt.result!r}"
            yield Breach(STALE_BELIEVED, what)
        if attempt.state in {"pending", "running"}:
            yield Breach(NOT_FINAL, f"agent task of attempt {attempt.number}, {attempt.execution}")
    states = {row.id: row.state for row in facts.rows}
    for id, times in successes.items():
        if times > 1 or states.get(id) != "success":
            yield Breach(STALE_BELIEVED, f"{id} ({states.get(id)}): {times} attempts succeeded")


def starts(facts: Facts) -> Iterator[Breach]:
    """No attempt starts twice, and no execution more often than its attempts allow."""
    begun = [event for event in facts.events if event.event == "start"]
    for (id, attempt), times in Counter((e.execution, e.attempt) for e in begun).items():
        if times > 1:
            yield Breach(STARTED_TOO_OFTEN, f"attempt {attempt} of {id}: {times} times")
    rows = {row.id: row for row in facts.rows}
    # Given back by a worker that was shutting down: not charged, as documented.
    given_back = Counter(t.execution for t in facts.tries if t.error_type == "handed_back")
    for id, times in Counter(event.execution for event in begun).items():
        row = rows.get(id)
        if row is None:
            yield Breach(STARTED_TOO_OFTEN, f"{id} is not on the ledger and was started")
        elif times > min(row.attempt, row.max_attempts + given_back[id]):
            what = f"{row}: {times} starts, {row.attempt} attempts of {row.max_attempts}"
            yield Breach(STARTED_TOO_OFTEN, what)
    for row in facts.rows:
        if row.failures > row.max_attempts:
            yield Breach(STARTED_TOO_OFTEN, f"{row}: {row.failures} failures charged")


def late_starts(facts: Facts) -> Iterator[Breach]:
    """Nothing begins that has ended, be it in a worker that had slept through it all."""
    ended = {row.id: row for row in facts.rows if row.finished_at is not None}
    for event in facts.events:
        row = ended.get(event.execution)
        if event.event != "start" or row is None or row.finished_at is None:
            continue
        late = event.at - facts.clock - row.finished_at.timestamp()
        if late > SLACK_SECONDS:
            yield Breach(STARTED_LATE, f"{row}, attempt {event.attempt}: {late:.2f} s")
        elif row.attempt == 0:
            yield Breach(STARTED_LATE, f"{row} was never claimed")
