"""The admin's pages of webhooks."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from hooks.models import Delivery, Hook
from hooks.tests.scenes import attempt, delivered, happen, hook_of, only, states
from tests.clients import person

pytestmark = pytest.mark.django_db(transaction=True)
HOOKS, DELIVERIES = "/admin/hooks/hook/", "/admin/hooks/delivery/"


@pytest.fixture
def hook(ann: User) -> Hook:
    hook = hook_of(ann)
    happen(ann, "execution.failed")
    return hook


def act(admin: Client, page: str, action: str, row: Any) -> str:
    body = {"action": action, "_selected_action": [row.pk]}
    return admin.post(page, body, follow=True).content.decode()


def test_secrets_do_not_show(admin: Client, hook: Hook) -> None:
    page = admin.get(f"{HOOKS}{hook.pk}/change/").content.decode()
    assert hook.url in page
    assert hook.secret not in page
    assert "ecret" not in page
    assert hook.name in admin.get(HOOKS).content.decode()
    assert admin.get(f"{HOOKS}add/").status_code == 403


def test_they_are_switched(admin: Client, hook: Hook) -> None:
    assert "1 webhook switched off." in act(admin, HOOKS, "switch_off", hook)
    assert not Hook.objects.get().enabled
    assert states(hook) == ["dropped"]
    assert "1 webhook switched on." in act(admin, HOOKS, "switch_on", hook)
    assert Hook.objects.get().enabled


def test_they_are_deleted_with_their_history(admin: Client, hook: Hook) -> None:
    admin.post(f"{HOOKS}{hook.pk}/delete/", {"post": "yes"})
    assert not Hook.objects.exists()
    assert not Delivery.objects.exists()


def test_some_are_deleted(admin: Client, hook: Hook) -> None:
    body = {"action": "delete_selected", "_selected_action": [hook.pk], "post": "yes"}
    admin.post(HOOKS, body)
    assert not Hook.objects.exists()


def test_a_delivery_is_sent_again(admin: Client, hook: Hook) -> None:
    assert "still to be sent" in act(admin, DELIVERIES, "send_again", only(hook))
    attempt(delivered)
    assert "execution.failed" in admin.get(DELIVERIES).content.decode()
    assert admin.get(f"{DELIVERIES}{only(hook).pk}/change/").status_code == 200
    assert "1 delivery sent again." in act(admin, DELIVERIES, "send_again", only(hook))
    assert states(hook) == ["pending"]


def test_whoever_may_only_look_changes_nothing(hook: Hook) -> None:
    reader = person("reader", is_staff=True)
    seeing = ["view_hook", "view_delivery"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=seeing))
    client = Client()
    client.force_login(reader)
    attempt(delivered)
    assert client.get(HOOKS).status_code == client.get(DELIVERIES).status_code == 200
    act(client, HOOKS, "switch_off", hook)
    act(client, DELIVERIES, "send_again", only(hook))
    assert Hook.objects.get().enabled
    assert states(hook) == ["delivered"]
