"""The first page of both sites, and its live part."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse

from agents.models import Agent, Budget
from console.home import coming, costs, health, past, running
from console.pages import Page
from schedules import db
from schedules.models import Schedule, Stop

# In the order in which they are asked for, and shown.
SECTIONS: dict[str, Callable[[Page, datetime], Any]] = {
    "health": health.section,
    "past": past.section,
    "running": running.section,
    "coming": coming.section,
    "costs": costs.section,
}


class Home(Page):
    """Health, what was, what is going on, what comes, what it costs; what one may not see is left
    out.
    """

    template = "console/home/page.html"

    def get(self, request: HttpRequest) -> TemplateResponse:
        """As it all stands at the database's time."""
        now = db.now()
        sections = {name: self._section(section, now) for name, section in SECTIONS.items()}
        return self.shown("Home", **sections, **self._ways(), empty=not any(sections.values()))

    def _ways(self) -> dict[str, bool]:
        """Where the page may lead to."""
        return {
            "may_add_schedule": self.may(Schedule, "add"),
            "may_add_agent": self.may(Agent, "add"),
            "may_add_budget": self.may(Budget, "add"),
            "may_lift": self.may(Stop, "delete"),
            "may_resume": self.may(Stop, "act"),
        }

    def _section(self, section: Callable[[Page, datetime], Any], now: datetime) -> Any:
        try:
            return section(self, now)
        except PermissionDenied:
            return None


class HomeNow(Home):
    """The same without the frame around it, to be shown in its place."""

    template = "console/home/now.html"
