"""Lists cost the same however much there is: no query for each row, no sorting, no end of pages."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import PeriodicTask

from accounts.models import ApiKey
from agents.models import Agent, AgentTask, Budget, Spending
from console.sites import owners
from console.tests.walk import OURS, SITES, browser_of
from hooks.models import Delivery
from scheduler_project.admin_rows import MOST_PAGES
from schedules.models import Approval, Execution, Schedule, Stop
from schedules.tests.api.conftest import ids  # noqa: F401
from tests.clients import person

pytestmark = pytest.mark.django_db


def derived(number: int) -> PeriodicTask:
    """As a schedule has one."""
    (made,) = PeriodicTask.objects.bulk_create([PeriodicTask(name=f"copy {number}", task="x")])
    return made


# What makes a copy of a row another one.
OTHER: dict[type[Model], Callable[[int], dict[str, Any]]] = {
    Agent: lambda n: {"name": f"agent {n}"},
    AgentTask: lambda n: {"pk": uuid4()},
    ApiKey: lambda n: {"public": f"public {n}"},
    Approval: lambda n: {"call_id": f"call {n}"},
    Budget: lambda n: {"schedule_id": n + 1_000},
    Delivery: lambda n: {"change_id": n + 1_000},
    Execution: lambda n: {"pk": uuid4()},
    Schedule: lambda n: {
        "name": f"copy {n}",
        "periodic_task": derived(n),
    },
    Spending: lambda n: {"model": f"model {n}"},
    Stop: lambda n: {"owner": person(f"stopped {n}")},
}
LISTS = [
    pytest.param(site, model, id=f"{site.name}-{model._meta.label_lower}")
    for site in SITES
    for model in OURS
    if (site, model) != (owners, Stop)
]


def copies(model: type[Model], count: int) -> None:
    """So many more of the newest row."""
    row: Any = model._default_manager.order_by("-pk").first()
    there = model._default_manager.count()
    for number in range(there, there + count):
        row.pk, row._state.adding = None, True
        for name, value in OTHER.get(model, lambda n: {})(number).items():
            setattr(row, name, value)
        row.save()


def read(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("site", "model"), LISTS)
def test_no_query_for_each_row(
    admin: Client,
    browser: Client,
    ids: dict[str, Any],  # noqa: F811
    site: AdminSite,
    model: type[Model],
) -> None:
    if model is Stop:
        Stop.objects.create(owner=person("bob"), by_staff=True, stopped_by="root")
    address = f"/{site.name}/{model._meta.app_label}/{model._meta.model_name}/"
    client = admin if site is django_admin.site else browser
    copies(model, 2)
    read(client, address)
    few = read(client, address)
    copies(model, 48)
    assert read(client, address) == few


@pytest.mark.parametrize("of", ["schedules/execution", "agents/agenttask", "agents/spending"])
def test_long_lists_are_not_sorted_by_columns(admin: Client, of: str) -> None:
    found = admin.get(f"/admin/{of}/", {"o": "-3.2"}).context["cl"]
    assert {each.lstrip("-") for each in found.queryset.query.order_by} <= {"hour", "id", "pk"}


def test_short_ones_are(admin: Client) -> None:
    found = admin.get("/admin/agents/agent/", {"o": "-1"}).context["cl"]
    assert found.queryset.query.order_by[0] == "-name"


@pytest.mark.parametrize("page", [MOST_PAGES, 20_000])
def test_pages_end_with_a_sentence(browser: Client, page: int) -> None:
    answer = browser.get("/console/schedules/execution/", {"p": page})
    assert "use the filters or the search" in answer.content.decode()
    assert answer.context["cl"].page_num == MOST_PAGES
    assert "use the filters" not in browser.get("/console/schedules/execution/").content.decode()


@pytest.mark.parametrize("given", ["abc", "", "9999-99-99"])
def test_days_that_are_none_order_nothing(browser: Client, given: str) -> None:
    answer = browser.get("/console/schedules/execution/", {"finished_at_from": given})
    assert set(answer.context["cl"].queryset.query.order_by) == {"-id"}


def test_who_has_something_is_not_deleted(admin: Client, ann: User, ids: Any) -> None:  # noqa: F811
    page = f"/admin/auth/user/{ann.pk}/"
    with CaptureQueriesContext(connection) as captured:
        answer = admin.post(f"{page}delete/", {"post": "yes"}, follow=True)
    said = answer.content.decode()
    assert "which are kept" in said
    assert "schedules of theirs go on" in said
    assert f'href="/admin/schedules/stop/add/?owner={ann.pk}"' in said
    assert not any("DELETE" in query["sql"] for query in captured)
    assert User.objects.filter(pk=ann.pk).exists()
    assert "delete_selected" not in admin.get("/admin/auth/user/").content.decode()


def test_who_has_nothing_is(admin: Client) -> None:
    eve = person("eve")
    admin.post(f"/admin/auth/user/{eve.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=eve.pk).exists()


def test_the_search_of_lists_knows_its_site(admin: Client) -> None:
    assert "/admin/auth/user/" in admin.get("/admin/search/?s=user").content.decode()
    assert "/admin/" not in admin.get("/console/search/?s=user").content.decode()
    text = admin.get("/console/search/?s=exec").content.decode()
    assert "/console/schedules/execution/" in text
    assert "/admin/" not in text


def test_the_menu_has_what_is_the_systems(admin: Client, browser: Client) -> None:
    assert "Locked-out addresses" in admin.get("/admin/agents/agent/").content.decode()
    assert "Locked-out addresses" not in browser.get("/console/agents/agent/").content.decode()
    clerk = browser_of(person("clerk", is_staff=True))
    assert "Locked-out addresses" not in clerk.get("/admin/").content.decode()
