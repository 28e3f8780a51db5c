"""Where the console's own pages are, on both sites alike."""

from typing import NamedTuple

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from console.pages import Page
from console.reading import AllReadPage
from console.rotation import RotationPage
from console.stopping import StopsPage


class Address(NamedTuple):
    """Beneath the site's own address; `name` is for `{% url 'admin:NAME' %}`."""

    route: str
    page: type[Page]
    name: str


ADDRESSES: list[Address] = [
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
