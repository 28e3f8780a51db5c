"""Where the console's own pages are, on both sites alike."""

from typing import NamedTuple

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from console.pages import Page
from console.schedule_page import ScheduleNow, SchedulePage


class Address(NamedTuple):
    """Beneath the site's own address; `name` is for `{% url 'admin:NAME' %}`."""

    route: str
    page: type[Page]
    name: str


SCHEDULE = "schedules/schedule/<int:pk>/"
ADDRESSES: list[Address] = [
    Address(SCHEDULE, SchedulePage, "schedule"),
    Address(f"{SCHEDULE}now/", ScheduleNow, "schedule_now"),
]


def urls(site: AdminSite) -> list[URLPattern]:
    """For a site, each only for those who may enter it."""
    return [
        path(each.route, site.admin_view(each.page.as_view(site=site)), name=each.name)
        for each in ADDRESSES
    ]
