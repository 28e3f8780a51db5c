"""What is said before something is deleted, and where one is afterwards."""

from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client

from accounts.models import ApiKey
from agents.models import Agent
from hooks.models import Hook
from schedules.models import Schedule, Stop
from tests.clients import person

pytestmark = pytest.mark.django_db


def test_what_only_links_two_others_is_not_listed(admin: Client) -> None:
    group, user = Group.objects.create(name="clerks"), person("bob")
    some = Permission.objects.all()[:3]
    group.permissions.set(some)
    user.user_permissions.set(some)
    user.groups.add(group)
    for row in (group, user):
        page = f"/admin/auth/{row._meta.model_name}/{row.pk}/delete/"
        shown = admin.get(page)
        assert str(row) in shown.content.decode()
        assert "relationship" not in shown.content.decode()
        assert admin.post(page, {"post": "yes"}).status_code == 302
        assert not type(row)._default_manager.filter(pk=row.pk).exists()
    group = Group.objects.create(name="clerks")
    group.permissions.set(some)
    chosen = {"action": "delete_selected", "_selected_action": [group.pk]}
    assert "relationship" not in admin.post("/admin/auth/group/", chosen).content.decode()


@pytest.mark.parametrize(
    ("site", "model"),
    [
        *product(["/admin/", "/console/"], [ApiKey, Hook, Schedule]),
        # Owners lift theirs on a page of its own.
        ("/admin/", Stop),
    ],
)
def test_after_a_deletion_one_is_at_the_list(
    admin: Client,
    browser: Client,
    anns: dict[type[Model], Any],
    site: str,
    model: type[Model],
) -> None:
    where = f"{site}{model._meta.app_label}/{model._meta.model_name}/"
    visitor = admin if site == "/admin/" else browser
    response = visitor.post(f"{where}{anns[model]}/delete/", {"post": "yes"})
    assert (response.status_code, response["Location"]) == (302, where)


def test_its_filters_are_still_set(admin: Client, anns: dict[type[Model], Any]) -> None:
    key, kept = ApiKey.objects.get(), "_changelist_filters=scope%3Dread"
    where = "/admin/accounts/apikey/"
    response = admin.post(f"{where}{key.pk}/delete/?{kept}", {"post": "yes"})
    assert response["Location"] == f"{where}?scope=read"


def test_who_may_not_see_the_list_is_led_home(anns: dict[type[Model], Any]) -> None:
    clerk = person("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="delete_agent"))
    browser = Client()
    browser.force_login(clerk)
    agent = Agent.objects.create(owner=person("bob"), name="spare")
    response = browser.post(f"/admin/agents/agent/{agent.pk}/delete/", {"post": "yes"})
    assert response["Location"] == "/admin/"
