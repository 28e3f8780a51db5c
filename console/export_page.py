"""What a list's filters show, as CSV."""

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from console.bulk.selection import filtered
from console.pages import Page
from console.spreadsheet import written
from schedules.models import Execution, Schedule

MOST_ROWS = 50_000
CUT = f"[Cut here: an export has at most {MOST_ROWS:,} rows. Narrow down the list's filters.]"
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

    def get(self, request: HttpRequest, app: str, model: str) -> HttpResponse:
        """At most MOST_ROWS; one more says that they were cut."""
        if (kind := KINDS.get(f"{app}.{model}")) is None:
            raise Http404
        known, names = kind
        self.rows(known)
        shown = filtered(self, known, request.GET.urlencode()).order_by("-pk")
        rows = list(shown.values_list(*names)[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            rows[MOST_ROWS:] = [(CUT,)]
        header = [name.partition("__")[0] for name in names]
        answer = HttpResponse(written(header, rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{model}s.csv"'
        return answer
