"""What a list's filters show, as CSV."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse

from console.bulk.selection import filtered
from console.pages import Page
from console.spreadsheet import written
from schedules.models import Execution, Schedule

MOST_ROWS, PAGE = 50_000, 1_000
CUT = f"[Cut here: an export has at most {MOST_ROWS:,} rows. Narrow down the list's filters.]"
# The id first: pages begin behind it.
SCHEDULE = [
    *("id", "name", "owner__username", "agent__name", "schedule_type", "cron_expression"),
    *("interval_value", "interval_unit", "run_at", "timezone", "enabled", "note", "next_run_at"),
    *("last_run_at", "last_state", "run_count", "command"),
]
EXECUTION = [
    *("id", "schedule_id", "schedule_name", "owner__username", "trigger", "scheduled_for"),
    *("state", "reason", "attempt", "started_at", "finished_at", "input_tokens", "output_tokens"),
    *("cost", "error_type", "error_message", "result_summary"),
]
KINDS: dict[str, tuple[type[Model], list[str]]] = {
    "schedules.schedule": (Schedule, SCHEDULE),
    "schedules.execution": (Execution, EXECUTION),
}


class ExportPage(Page):
    """A file, of rows in the order of their ids, the newest first."""

    def get(self, request: HttpRequest, app: str, model: str) -> StreamingHttpResponse:
        """At most MOST_ROWS; one more says that they were cut.

        What is long, a thousand times, is never held for more than a page of them.
        """
        if (kind := KINDS.get(f"{app}.{model}")) is None:
            raise Http404
        known, names = kind
        self.rows(known)
        shown = filtered(self, known, request.GET.urlencode()).order_by("-pk")
        header = [name.partition("__")[0] for name in names]
        file = written(header, _pages(shown.values_list(*names)))
        answer = StreamingHttpResponse(file, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{model}s.csv"'
        return answer


def _pages(shown: QuerySet[Any, tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Each begins behind the last row of the one before: no connection is held in between."""
    rows, taken = list(shown[:PAGE]), 0
    while taken + len(rows) <= MOST_ROWS:
        yield rows
        if len(rows) < PAGE:
            return
        taken += len(rows)
        rows = list(shown.filter(pk__lt=rows[-1][0])[:PAGE])
    yield [*rows[: MOST_ROWS - taken], (CUT,)]
