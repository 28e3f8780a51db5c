"""The audit: every schedule's occurrences computed again, and looked for on the ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, transaction

from schedules import db
from schedules.reconciliation import (
    BEFORE_HISTORY,
    Account,
    Defined,
    Row,
    Window,
    reconcile,
)
from schedules.states import ACTIVE
from schedules.timing import recurrence_of

CHUNK = 5_000


@dataclass
class Report:
    """What an audit found: counts of dispositions, and each exception as a sentence."""

    schedules: int = 0
    definitions: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)
    exceptions: list[str] = field(default_factory=list)
    overdue: int = 0
    """Schedules that have been due for a while and that no beat has come to."""

    @property
    def occurrences(self) -> int:
        """How many occurrences have their disposition."""
        return sum(self.dispositions.values())


class DefinitionRow(NamedTuple):
    """A row of the history; it reads like a Schedule where timing is concerned."""

    schedule_id: int
    schedule_name: str
    since: datetime
    schedule_type: str
    cron_expression: str
    interval_value: int | None
    interval_unit: str
    run_at: datetime | None
    timezone: str
    anchor_at: datetime
    end_at: datetime | None
    first: datetime | None
    due_at: datetime | None


DEFINITIONS = """
SELECT d.schedule_id, d.schedule_name, d.since, d.schedule_type, d.cron_expression,
    d.interval_value, d.interval_unit, d.run_at, d.timezone, d.anchor_at, d.end_at,
    d.next_run_at, s.next_run_at
FROM schedules_definition d LEFT JOIN schedules_schedule s ON s.id = d.schedule_id
ORDER BY d.schedule_id, d.id
"""
ROWS = """
SELECT coalesce(schedule_id, former_schedule_id), scheduled_for, state, coalesced_count
FROM schedules_execution
WHERE trigger = 'timer' AND coalesce(schedule_id, former_schedule_id) IS NOT NULL
  AND scheduled_for >= %(since)s
  AND (scheduled_for <= %(until)s OR coalesced_count > 0)
ORDER BY 1, 2
"""
# Of schedules that were deleted before anybody kept their numbers.
FORGOTTEN = """
SELECT count(*) FROM schedules_execution
WHERE trigger = 'timer' AND schedule_id IS NULL AND former_schedule_id IS NULL
  AND scheduled_for BETWEEN %(since)s AND %(until)s
"""
OVERDUE = """
SELECT count(*) FROM schedules_schedule WHERE next_run_at < now() - interval '10 seconds'
"""


def audit(since: datetime, until: datetime | None) -> Report:
    """Hold the ledger against the history of definitions, from one instant to another.

    Both ends count; None is the database's time. All is read from one snapshot, row by row.
    """
    with transaction.atomic():
        db.fetch("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Computing takes its time, during which the connection is idle.
        db.fetch("SET LOCAL statement_timeout = 0")
        db.fetch("SET LOCAL idle_in_transaction_session_timeout = 0")
        window = Window(since, min(until or db.now(), db.now()))
        report = Report()
        for definitions, rows in _by_schedule(_stream(DEFINITIONS), _stream(ROWS, window)):
            _add(report, definitions, rows, window)
        report.dispositions += Counter(
            {BEFORE_HISTORY: db.fetch(FORGOTTEN, window._asdict())[0][0]}
        )
        report.overdue = db.fetch(OVERDUE)[0][0]
        report.exceptions.extend(_broken_rows(window))
    return report


def _stream(sql: str, window: Window | None = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, never all of them in memory."""
    with connection.chunked_cursor() as cursor:
        active = {"active": [state.value for state in ACTIVE]}
        cursor.execute(sql, window._asdict() | active if window else None)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _by_schedule(
    definitions: Iterable[tuple[Any, ...]], rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[list[DefinitionRow], Iterable[tuple[Any, ...]]]]:
    """Both streams, in the order of schedules, joined; either side may be without the other."""
    by_schedule = groupby(rows, itemgetter(0))
    key, own = next(by_schedule, (None, ()))
    for schedule, group in groupby(definitions, itemgetter(0)):
        while key is not None and key < schedule:
            yield [], own
            key, own = next(by_schedule, (None, ()))
        if key == schedule:
            yield [DefinitionRow(*row) for row in group], own
            key, own = next(by_schedule, (None, ()))
        else:
            yield [DefinitionRow(*row) for row in group], ()
    while own:
        yield [], own
        key, own = next(by_schedule, (None, ()))


def _add(
    report: Report,
    definitions: list[DefinitionRow],
    rows: Iterable[tuple[Any, ...]],
    window: Window,
) -> None:
    report.schedules += 1
    report.definitions += len(definitions)
    if not definitions:
        _, at, *_ = first = next(iter(rows))
        report.exceptions.append(f"schedule {first[0]}: no definition, but a row at {at}")
        return
    last = definitions[-1]
    try:
        account = _account(definitions, rows, window)
    except (ValueError, LookupError, ArithmeticError) as error:
        account = Account(problems=[f"its times cannot be computed ({error})"])
    report.dispositions += account.dispositions
    name = f'schedule {last.schedule_id} "{last.schedule_name}"'
    report.exceptions.extend(f"{name}: {problem}" for problem in account.problems)


def _account(
    definitions: list[DefinitionRow], rows: Iterable[tuple[Any, ...]], window: Window
) -> Account:
    defined = [Defined(d.since, d.first, recurrence_of(d), d.end_at) for d in definitions]
    on_ledger = (Row(*row[1:]) for row in rows)
    return reconcile(defined, on_ledger, window, definitions[-1].due_at)


# What the constraints of the database cannot say: rows that nobody would ever take up, ends
# without a reason, and ends that the last attempt contradicts.
BROKEN = """
SELECT e.id, CASE
    WHEN e.state IN ('skipped', 'missed', 'cancelled') AND e.reason = ''
        THEN e.state || ' without a reason'
    WHEN e.state = 'failed' AND e.error_type = '' THEN 'failed without an error'
    WHEN e.state = 'pending' AND e.not_before IS NOT NULL AND e.publish_at IS NULL
        THEN 'pending, but nobody will be told of it'
    WHEN e.state = 'pending' AND e.not_before IS NULL THEN 'waits behind a run that is not there'
    WHEN e.state = 'waiting' THEN 'waits for a decision that nobody is asked for'
    WHEN e.attempt > 0 AND t.id IS NULL THEN 'no record of its attempt ' || e.attempt
    ELSE e.state || ', but its last attempt ended as ' || t.state END
FROM schedules_execution e
LEFT JOIN schedules_attempt a ON a.execution_id = e.id AND a.number = e.attempt
LEFT JOIN agents_agenttask t ON t.id = a.agent_task_id
WHERE e.scheduled_for BETWEEN %(since)s AND %(until)s
  AND (e.state IN ('skipped', 'missed', 'cancelled') AND e.reason = ''
    OR e.state = 'failed' AND e.error_type = ''
    OR e.state = 'pending' AND e.not_before IS NOT NULL AND e.publish_at IS NULL
    OR e.state = 'pending' AND e.not_before IS NULL AND NOT EXISTS (
        SELECT FROM schedules_execution other
        WHERE other.schedule_id = e.schedule_id AND other.state = ANY(%(active)s)
          AND other.not_before IS NOT NULL)
    OR e.state = 'waiting' AND NOT EXISTS (
        SELECT FROM schedules_parking p
        WHERE p.execution_id = e.id AND p.attempt = e.attempt AND p.expires_at IS NOT NULL)
    OR e.attempt > 0 AND t.id IS NULL
    OR e.state IN ('success', 'failed') AND t.state <> e.state)
ORDER BY e.id
"""


def _broken_rows(window: Window) -> Iterator[str]:
    return (f"execution {id}: {what}" for id, what in _stream(BROKEN, window))
