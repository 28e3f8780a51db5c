"""Is it healthy: beats, workers, what waits, how late runs start, which stops stand."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F

from console.home import ends
from console.home.verdict import Facts, Halt, Verdict, judge
from console.pages import Page
from schedules import nodes, services
from schedules.models import Execution, Stop
from schedules.status import Status, status

SHOWN_STOPS = 5


class Health(NamedTuple):
    """The verdict, and what it follows from."""

    verdict: Verdict
    status: Status
    lately: ends.Lately
    halts: list[Halt]
    more_halts: bool
    oldest_pending: timedelta | None


def section(page: Page, now: datetime) -> Health:
    """As the person who asks may see it; PermissionDenied without the ledger."""
    whose = page.whose(Execution)
    found, lately, stops = status(whose), ends.lately(whose, now), _stops(page, whose)
    # What holds up others is listed, but no verdict on the whole.
    mine = [_halt(stop) for stop in stops if stop.owner_id in (None, whose)]
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
        halts=[_halt(stop) for stop in stops[:SHOWN_STOPS]],
        more_halts=len(stops) > SHOWN_STOPS,
        oldest_pending=facts.oldest_pending,
    )


def _stops(page: Page, whose: int | None) -> list[Stop]:
    """Those that hold this person up, the widest first; for staff who may see them, all others."""
    if whose is None and page.may(Stop, "view"):
        widest_first = F("owner_id").asc(nulls_first=True)
        stops = page.rows(Stop).select_related("owner").order_by(widest_first)
        return list(stops[: SHOWN_STOPS + 1])
    return services.standing_stops(whose)


def _halt(stop: Stop) -> Halt:
    whose = "Everything is" if stop.owner_id is None else f"All runs of {stop.owner} are"
    return Halt(whose, stop.by_staff, stop.note, stop.stopped_by)


def _seconds(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
