"""Is it healthy: beats, workers, what waits, how late runs start, which stops stand."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F

from console.halts import Halt, halts
from console.home import ends
from console.home.verdict import Facts, Verdict, judge
from console.pages import Page
from schedules import nodes, services
from schedules.models import Execution, Node, Stop
from schedules.status import Status, status

SHOWN_STOPS, SHOWN_PROCESSES = 5, 20


class Process(NamedTuple):
    """A beat or worker of the last day, and for how long it has been silent, if it should not."""

    node: Node
    silent: timedelta | None


class Health(NamedTuple):
    """The verdict, and what it follows from."""

    verdict: Verdict
    status: Status
    lately: ends.Lately
    halts: list[Halt]
    more_halts: bool
    of_mine: bool
    """Whether one of these stops is of the person who asks."""
    oldest_pending: timedelta | None
    processes: list[Process]
    """For staff."""


def section(page: Page, now: datetime) -> Health:
    """As the person who asks may see it; PermissionDenied without the ledger."""
    whose = page.whose(Execution)
    found, lately, stops = status(whose), ends.lately(whose, now), _stops(page, whose)
    # What holds up others is listed, but no verdict on the whole.
    mine = halts(stop for stop in stops if stop.owner_id in (None, whose))
    facts = Facts(
        now=now,
        silent_after=nodes.ALIVE_FOR,
        beats=len(found.beats),
        workers=len(found.workers),
        queue_answers=found.queue_depth is not None,
        oldest_pending=_seconds(found.oldest_pending_seconds),
        next_due_at=found.next_due_at,
        median_lateness=lately.median,
        ended=lately.ended,
        failed=lately.failed,
        halts=mine,
    )
    return Health(
        verdict=judge(facts),
        status=found,
        lately=lately,
        halts=halts(stops[:SHOWN_STOPS]),
        more_halts=len(stops) > SHOWN_STOPS,
        of_mine=any(not halt.by_staff for halt in mine),
        oldest_pending=facts.oldest_pending,
        processes=_processes(now) if whose is None else [],
    )


def _stops(page: Page, whose: int | None) -> list[Stop]:
    """Those that hold this person up, the widest first; for staff who may see them, all others."""
    if whose is None and page.may(Stop, "view"):
        widest_first = F("owner_id").asc(nulls_first=True)
        stops = page.rows(Stop).select_related("owner").order_by(widest_first)
        return list(stops[: SHOWN_STOPS + 1])
    return services.standing_stops(whose)


def _processes(now: datetime) -> list[Process]:
    """Those first that were seen last the longest ago: one that ends in good order is none."""
    found = Node.objects.order_by("seen_at", "name")[:SHOWN_PROCESSES]
    return [Process(node, _silent(now - node.seen_at)) for node in found]


def _silent(since: timedelta) -> timedelta | None:
    return since if since > nodes.ALIVE_FOR else None


def _seconds(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
