"""The feed as it is read: where it stands, and what an owner has missed since a number."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from feed.horizon import Look
from scheduler_project.database import fetch

# A subquery for each figure: the newest and the count come from the primary key's index. The
# locks are read after the snapshot was taken: who ends in between is in neither, and seen by the
# next one; and before the positions in the log, which are past the commits of all without a lock.
LOOK = """
SELECT coalesce((SELECT max(id) FROM feed_change), 0),
       (SELECT count(*) FROM feed_change WHERE id > %(at)s),
       (SELECT last_value FROM feed_change_id_seq),
       ARRAY(SELECT virtualtransaction FROM pg_locks JOIN pg_database d ON d.oid = database
             WHERE datname = current_database() AND relation = 'feed_change'::regclass
             AND mode = 'RowExclusiveLock'),
       (pg_current_wal_insert_lsn() - '0/0')::bigint,
       (pg_current_wal_flush_lsn() - '0/0')::bigint
"""


def look(at: int | None) -> tuple[Look, int]:
    """A look at all after the settled number `at`, and the last number given out to anybody.

    Outside of transactions only: one may see the same for as long as it is open.
    """
    ((newest, count, last, writers, written, flushed),) = fetch(LOOK, {"at": at})
    complete = at is not None and count >= newest - at
    found = Look(newest, complete, frozenset(writers), written, flushed, time.monotonic())
    return found, last


def flush() -> None:
    """Have PostgreSQL write its log up to here, with a commit of nothing: nobody else commits."""
    fetch("SELECT pg_logical_emit_message(true, 'feed', '')")


@dataclass
class Page:
    """Some of an owner's changes, in order: with them everything up to `sequence` is read.

    `gap` is the last number of those before them that are not kept any more, if there were any.
    """

    sequence: int
    gap: int | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)


# One statement, so one snapshot: nothing is deleted between looking for the oldest and reading.
PAGES = """
SELECT w.place, kept.oldest, c.id, c.event, c.execution_id, c.schedule_id, c.attempt, c.name,
       c.reason, c.at
FROM unnest(%(places)s::int[], %(owners)s::bigint[], %(afters)s::bigint[]) AS w(place, owner, after)
CROSS JOIN (SELECT min(id) AS oldest FROM feed_change) AS kept
LEFT JOIN LATERAL (
    SELECT * FROM feed_change
    WHERE owner_id = w.owner AND id > w.after AND id <= %(upto)s
    ORDER BY id LIMIT %(most)s) c ON true
ORDER BY w.place, c.id
"""
SHOWN = ("sequence", "event", "execution", "schedule", "attempt", "name", "reason", "at")


def pages(wanted: Sequence[tuple[int, int]], upto: int, limit: int) -> list[Page]:
    """For each owner and number: at most `limit` changes after it, none later than `upto`."""
    given: dict[str, Any] = {
        "places": list(range(len(wanted))),
        "owners": [owner for owner, _ in wanted],
        "afters": [after for _, after in wanted],
        "upto": upto,
        "most": limit,
    }
    found = [Page(upto) for _ in wanted]
    for place, oldest, *change in fetch(PAGES, given):
        page, after = found[place], wanted[place][1]
        # Whoever begins at 0 wants what is kept.
        if after and oldest is not None and after < oldest - 1:
            page.gap = oldest - 1
        if change[0] is not None:
            page.changes.append(dict(zip(SHOWN, change, strict=True)))
    for page in found:
        if len(page.changes) == limit:
            page.sequence = page.changes[-1]["sequence"]
    return found
