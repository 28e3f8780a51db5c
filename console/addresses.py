"""Where the console's own pages are, on both sites alike."""

from typing import NamedTuple

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from console.agent_task_page import AgentTaskHead, AgentTaskPage
from console.bulk.page import BulkPage
from console.execution_page import ExecutionHead, ExecutionPage
from console.export_page import ExportPage
from console.home.page import HomeNow
from console.pages import Page
from console.reading import AllReadPage
from console.rotation import RotationPage
from console.schedule_page import ScheduleNow, SchedulePage, SchedulePast
from console.schedule_preview import SchedulePreview
from console.stopping import StopsPage


class Address(NamedTuple):
    """Beneath the site's own address; `name` is for `{% url 'admin:NAME' %}`."""

    route: str
    page: type[Page]
    name: str


RUN, TASK = "schedules/execution/<uuid:pk>/", "agents/agenttask/<uuid:pk>/"
SCHEDULE = "schedules/schedule/<int:pk>/"
ADDRESSES: list[Address] = [
    Address(RUN, ExecutionPage, "execution"),
    Address(f"{RUN}head/", ExecutionHead, "execution_head"),
    Address(TASK, AgentTaskPage, "agent_task"),
    Address(f"{TASK}head/", AgentTaskHead, "agent_task_head"),
    Address("schedules/schedule/preview/", SchedulePreview, "schedule_preview"),
    Address(SCHEDULE, SchedulePage, "schedule"),
    Address(f"{SCHEDULE}now/", ScheduleNow, "schedule_now"),
    Address(f"{SCHEDULE}past/", SchedulePast, "schedule_past"),
    Address("home/now", HomeNow, "home_now"),
    Address("<slug:app>/<slug:model>/export/", ExportPage, "export"),
    Address("<slug:app>/<slug:model>/bulk/<slug:do>/", BulkPage, "bulk"),
    Address("stops/", StopsPage, "stops"),
    Address("webhooks/<int:key>/new-secret/", RotationPage, "rotate"),
    Address("notifications/all-read/", AllReadPage, "all_read"),
]


def urls(site: AdminSite) -> list[URLPattern]:
    """For a site, each only for those who may enter it."""
    return [
        path(each.route, site.admin_view(each.page.as_view(site=site)), name=each.name)
        for each in ADDRESSES
    ]
