"""The page where owners stop all that is theirs, and let it go on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from console.pages import Page
from scheduler_project.refusals import told
from schedules import services
from schedules.models import Stop
from schedules.services.stopping import LONGEST_NOTE


class StopsPage(Page):
    """What stands still, why, and who can change that. Staff have the list of all stops."""

    template = "console/stops.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """How it stands."""
        if not self.may(Stop, "act"):
            return redirect(self.url("schedules_stop_changelist"))
        stops = services.standing_stops(request.user.pk)
        own = next((stop for stop in stops if not stop.by_staff), None)
        staffs = [stop for stop in stops if stop.by_staff]
        return self.shown("Stop everything", own=own, staffs=staffs, longest=LONGEST_NOTE)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Stop, or let it go on."""
        self.rows(Stop, "act")
        user: Any = request.user
        if "resume" in request.POST:
            services.resume(owner=user, by_staff=False)
            _resumed(request, user)
        else:
            _stop(request, user)
        return redirect(request.get_full_path())


def _resumed(request: HttpRequest, user: Any) -> None:
    if services.standing_stops(user.pk):
        messages.warning(request, "Your own stop is over; what staff have stopped stays so.")
    else:
        messages.success(request, "It goes on: what fell due meanwhile is made up for.")


def _stop(request: HttpRequest, user: Any) -> None:
    note = request.POST.get("note", "")
    with told(request, "The note"):
        services.stop(owner=user, by=user.get_username(), note=note, by_staff=False)
        messages.success(request, "Stopped: nothing of yours starts until you resume.")
