"""There is an index for each statement of the first page: nothing need read a whole table."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from console.home.page import SECTIONS, Home
from console.sites import owners
from schedules import db
from tests.clients import person

pytestmark = pytest.mark.django_db
# Beats, workers and stops are few.
GROWING = re.compile(r"Seq Scan on (schedules_(schedule|execution|tally|approval)|agents_spending)")
MADE_ANEW = ("schedules_schedule", "schedules_execution", "schedules_approval")
# Of everybody; which of an owner's serves best depends on how much there is of whose.
INDEXES = {
    "health": ["execution_ended", "tally_of_hour", "schedule_due"],
    "past": ["execution_ended", "tally_of_hour"],
    "running": ["execution_overdue", "approval_to_decide"],
    "coming": ["schedule_due"],
    "costs": ["spending_of_hour"],
}


def page_of(user: User, site: AdminSite) -> Home:
    page = Home(site=site)
    request = RequestFactory().get("/")
    request.user = user
    page.setup(request)
    return page


def plans(section: str, page: Home) -> list[str]:
    """How PostgreSQL would go about each statement if it had to avoid whole tables.

    These and their indexes are made anew, as what other tests have left is no installation's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE schedules_schedule, schedules_execution, schedules_approval CASCADE"
        )
    with CaptureQueriesContext(connection) as captured:
        SECTIONS[section](page, db.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = []
        for query in captured:
            cursor.execute(f"EXPLAIN {query['sql']}")
            found.append("\n".join(line for (line,) in cursor.fetchall()))
    return found


@pytest.mark.parametrize("section", SECTIONS)
def test_each_statement_has_an_index(ann: User, section: str) -> None:
    root = person("root", is_staff=True, is_superuser=True)
    found = plans(section, page_of(root, admin.site))
    for index in INDEXES[section]:
        assert any(index in plan for plan in found), f"{index}:\n" + "\n".join(found)
    for plan in found + plans(section, page_of(ann, owners)):
        assert not GROWING.search(plan), plan
