"""The page that does something with all rows of a selection, a chunk for each request."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from console.bulk import progress
from console.bulk.acts import ACTS, Act, Done
from console.bulk.selection import MOST_COUNTED, count, selected
from console.models import Job
from console.pages import Page

EXAMPLES = 8


class BulkPage(Page):
    """Asks once; bulk.js, or somebody who presses the button, then POSTs chunk after chunk."""

    template = "console/bulk/page.html"

    def get(self, request: HttpRequest, **place: str) -> HttpResponse:
        """What it is about, and how far it is."""
        act, job = _act(**place), progress.found(request.user.pk, self._job(**place))
        left = _left(selected(self, act.model, act.needs, act.among), job)
        options, number = act.model._meta, job.seen + count(left)
        examples = [str(row) for row in left.order_by("-pk")[:EXAMPLES]]
        return self.shown(
            f"{act.title}: {options.verbose_name_plural}",
            rows=options.verbose_name if number == 1 else options.verbose_name_plural,
            act=act,
            progress=job,
            total=min(number, MOST_COUNTED),
            number=f"{'more than ' if number > MOST_COUNTED else ''}{min(number, MOST_COUNTED):,}",
            more=number > MOST_COUNTED,
            examples=examples,
            others=number > job.seen + len(examples),
            back=self.url(f"{options.app_label}_{options.model_name}_changelist"),
        )

    def post(self, request: HttpRequest, **place: str) -> HttpResponse:
        """The next chunk; JSON for bulk.js, else the page again."""
        act, name = _act(**place), self._job(**place)
        rows = selected(self, act.model, act.needs, act.among)
        with progress.turn(request.user.pk, name) as mine:
            if mine and mine.before == request.POST.get("before", "") and not mine.over:
                self._chunk(act, rows, mine)
        if request.headers.get("Accept") == "application/json":
            now = mine or progress.found(request.user.pk, name)
            return JsonResponse(now.shown | {"busy": not mine})
        return redirect(request.get_full_path())

    def _chunk(self, act: Act, rows: QuerySet[Any], job: Job) -> None:
        # Without what only the list shows.
        bare = _left(rows, job).select_related(None).prefetch_related(None)
        chunk = list(bare.order_by("-pk")[: act.chunk])
        done = act.run(chunk, self.request.user.get_username()) if chunk else Done(0, [])
        job.add(chunk, done.number, done.refused, over=len(chunk) < act.chunk)

    def _job(self, app: str, model: str, do: str) -> str:
        job: str = self.request.GET.get("job", "")
        if not (job.isalnum() and len(job) <= 32):
            raise Http404
        return f"{app}.{model}.{do} {job}"


def _act(app: str, model: str, do: str) -> Act:
    if act := ACTS.get((f"{app}.{model}", do)):
        return act
    raise Http404


def _left(rows: QuerySet[Any], job: Job) -> QuerySet[Any]:
    """Those that are yet to be taken."""
    return rows.filter(pk__lt=job.before) if job.before else rows
