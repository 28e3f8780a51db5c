"""The page that does something with all rows of a selection, a chunk for each request."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from console.bulk import progress
from console.bulk.acts import ACTS, Act
from console.bulk.progress import Progress
from console.bulk.selection import MOST_COUNTED, count, selected
from console.pages import Page

EXAMPLES = 8


class BulkPage(Page):
    """Asks once; bulk.js, or somebody who presses the button, then POSTs chunk after chunk."""

    template = "console/bulk/page.html"

    def get(self, request: HttpRequest, **place: str) -> HttpResponse:
        """What it is about, and how far it is."""
        act = _act(**place)
        rows, now = (
            selected(self, act.model, act.needs),
            progress.load(request.session, self._job()),
        )
        number = count(rows)
        options = act.model._meta
        return self.shown(
            f"{act.title}: {options.verbose_name_plural}",
            rows=options.verbose_name if number == 1 else options.verbose_name_plural,
            act=act,
            progress=now,
            total=min(number, MOST_COUNTED),
            number=f"{'more than ' if number > MOST_COUNTED else ''}{min(number, MOST_COUNTED):,}",
            more=number > MOST_COUNTED,
            examples=[str(row) for row in rows.order_by("-pk")[:EXAMPLES]],
            back=self.url(f"{options.app_label}_{options.model_name}_changelist"),
        )

    def post(self, request: HttpRequest, **place: str) -> HttpResponse:
        """The next chunk; JSON for bulk.js, else the page again."""
        act, job = _act(**place), self._job()
        rows = selected(self, act.model, act.needs)
        with progress.turn(job) as mine:
            # As it is now: another request may just have come further.
            session: SessionBase = type(request.session)(request.session.session_key)
            now = progress.load(session, job)
            if mine and now.before == request.POST.get("before", "") and not now.over:
                self._chunk(act, rows, now)
                progress.save(session, job, now)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(vars(now) | {"busy": not mine})
        return redirect(request.get_full_path())

    def _chunk(self, act: Act, rows: Any, now: Progress) -> None:
        if now.before:
            rows = rows.filter(pk__lt=now.before)
        if act.needs == "change":
            rows = rows.select_related("owner")
        chunk = list(rows.order_by("-pk")[: act.chunk])
        now.add(chunk, act.run(chunk, self.request.user.get_username()), act.chunk)

    def _job(self) -> str:
        job: str = self.request.GET.get("job", "")
        if not (job.isalnum() and len(job) <= 32):
            raise Http404
        return job


def _act(app: str, model: str, do: str) -> Act:
    if act := ACTS.get((f"{app}.{model}", do)):
        return act
    raise Http404
