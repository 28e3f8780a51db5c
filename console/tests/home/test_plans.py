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
INDEXES = {
    ("everybody", "health"): ["execution_ended", "tally_of_hour", "schedule_due"],
    ("everybody", "past"): ["execution_ended", "tally_of_hour"],
    ("everybody", "running"): ["execution_overdue", "approval_to_decide"],
    ("everybody", "coming"): ["schedule_due"],
    ("everybody", "costs"): ["spending_of_hour"],
    ("an owner", "health"): ["execution_ended", "tally_once"],
    ("an owner", "past"): ["execution_ended", "tally_once"],
    ("an owner", "running"): ["execution_overdue", "approval_to_decide"],
    ("an owner", "coming"): ["schedule_name_per_owner"],
    ("an owner", "costs"): ["spending_once_per_hour"],
}


def page_of(user: User, site: AdminSite) -> Home:
    page = Home(site=site)
    request = RequestFactory().get("/")
    request.user = user
    page.setup(request)
    return page


def plans(section: str, page: Home) -> list[str]:
    """How PostgreSQL would go about each statement if it had to avoid whole tables."""
    with CaptureQueriesContext(connection) as captured:
        SECTIONS[section](page, db.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = []
        for query in captured:
            cursor.execute(f"EXPLAIN {query['sql']}")
            found.append("\n".join(line for (line,) in cursor.fetchall()))
    return found


@pytest.mark.parametrize(("whose", "section"), INDEXES)
def test_each_statement_has_an_index(ann: User, whose: str, section: str) -> None:
    root = person("root", is_staff=True, is_superuser=True)
    page = page_of(root, admin.site) if whose == "everybody" else page_of(ann, owners)
    found = plans(section, page)
    for index in INDEXES[whose, section]:
        assert any(index in plan for plan in found), f"{index}:\n" + "\n".join(found)
    for plan in found:
        assert not GROWING.search(plan), plan


def test_all_sections_are_looked_at() -> None:
    assert {section for _, section in INDEXES} == set(SECTIONS)
