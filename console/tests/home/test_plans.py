"""There is an index for each statement of the first page: nothing need read a whole table."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory

from console.home.page import SECTIONS, Home
from console.sites import owners
from schedules import db
from tests.clients import person
from tests.plans import plans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
# Beats, workers and stops are few.
GROWING = re.compile(r"Seq Scan on (schedules_(schedule|execution|tally|approval)|agents_spending)")
# Of everybody; which of an owner's serves best depends on how much there is of whose.
INDEXES = {
    "health": ["execution_ended", "tally_of_hour", "schedule_due"],
    "past": ["execution_ended", "tally_of_hour"],
    # All that run: in the order of their leases, or with what waits.
    "running": ["execution_overdue|execution_active", "approval_to_decide"],
    "coming": ["schedule_due"],
    "costs": ["spending_of_hour"],
}


def page_of(user: User, site: AdminSite) -> Home:
    page = Home(site=site)
    request = RequestFactory().get("/")
    request.user = user
    page.setup(request)
    return page


def planned(section: str, page: Home) -> list[str]:
    """How PostgreSQL goes about a section.

    A day ahead is all that the crowd has planned, and a month much of what it has spent: whole
    tables are read for these where that is allowed.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan = {section not in {'coming', 'costs'}}")
    return plans(lambda: SECTIONS[section](page, db.now()))


@pytest.mark.parametrize("section", SECTIONS)
def test_what_everybody_does_is_read_from_indexes(section: str) -> None:
    root = page_of(person("root", is_staff=True, is_superuser=True), admin.site)
    found = planned(section, root)
    for index in INDEXES[section]:
        assert any(re.search(index, plan) for plan in found), f"{index}:\n" + "\n".join(found)
    for plan in found:
        assert not GROWING.search(plan), plan


@pytest.mark.parametrize("section", SECTIONS)
def test_what_an_owner_does_is_read_from_indexes(section: str) -> None:
    own = page_of(User.objects.get(username="owner 2"), owners)
    for plan in planned(section, own):
        assert not GROWING.search(plan), plan
