"""/api/hooks: where one's events are sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from agents import signatures
from hooks import secrets
from hooks.models import Hook
from hooks.tests.scenes import URL, happen, hook_of, outbox, states
from tests.clients import client_of, problem_of, refused, send
from tests.together import at_once

pytestmark = pytest.mark.django_db
ADDRESS = "/api/hooks"


def create(client: Client, **fields: Any) -> Any:
    values = {"name": "mine", "url": URL, "events": ["execution.failed"]} | fields
    return send(client, "post", ADDRESS, values)


def test_the_secret_is_shown_once(own: Client) -> None:
    response = create(own)
    assert response.status_code == 201
    made = response.json()
    assert len(signatures.key(made["secret"])) == 32
    hook = Hook.objects.get()
    assert secrets.good(hook, hook.created_at) == [made["secret"]]
    shown = own.get(f"{ADDRESS}/{made['id']}").json()
    assert shown == {name: made[name] for name in made if name != "secret"}
    assert made["secret"] not in str(Hook.objects.values())


def test_what_is_sent_is_kept(own: Client, ann: User) -> None:
    made = create(own, events=["schedule.*", "execution.*", "schedule.*"]).json()
    assert (made["owner"], made["name"], made["url"]) == (ann.pk, "mine", URL)
    assert made["events"] == ["execution.*", "schedule.*"]
    assert made["enabled"]
    assert (made["schedule"], made["disabled_reason"], made["consecutive_failures"]) == (
        None,
        "",
        0,
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "http://[::1]/"}, "url"),
        ({"url": "http://2130706433/"}, "url"),
        ({"url": "http://localhost/"}, "url"),
        ({"url": "https://me:secret@example.com"}, "url"),
        ({"url": "https://example.com/" + "x" * 2000}, "url"),
        ({"events": []}, "events"),
        ({"events": ["execution.exploded"]}, "events.0"),
        ({"events": "execution.failed"}, "events"),
        ({"events": [None]}, "events.0"),
        ({"events": ["*"] * 100}, "events"),
        ({"schedule": 999}, "schedule"),
        ({"schedule": "x"}, "schedule"),
        ({"schedule": 10**30}, "schedule"),
        ({"enabled": "perhaps"}, "enabled"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_errors(own: Client, fields: dict[str, Any], field: str) -> None:
    assert list(refused(create(own, **fields))) == [field]
    assert not Hook.objects.exists()


def test_an_unknown_event_is_told_which_there_are(own: Client) -> None:
    assert "execution.*" in refused(create(own, events=["execution.exploded"]))["events.0"]


def test_a_url_may_be_one_that_this_deployment_allows(own: Client, settings: Settings) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    assert create(own, url="http://127.0.0.1:8000/").status_code == 201


def test_edits(own: Client) -> None:
    page = f"{ADDRESS}/{create(own).json()['id']}"
    read = own.get(page)
    body = {**read.json(), "name": "other"}
    changed = own.put(
        page, body, content_type="application/json", headers={"If-Match": read["ETag"]}
    )
    assert (changed.status_code, changed.json()["name"]) == (200, "other")
    again = own.put(page, body, content_type="application/json", headers={"If-Match": read["ETag"]})
    problem_of(again, 412)
    assert send(own, "patch", page, {"url": "https://example.org"}).json()["name"] == "other"
    assert list(refused(send(own, "patch", page, {"url": "http://10.0.0.1"}))) == ["url"]
    assert send(own, "delete", page).status_code == 204
    assert not Hook.objects.exists()


def test_switched_off_it_drops_what_waits(own: Client, ann: User) -> None:
    hook = hook_of(ann)
    happen(ann, "execution.failed")
    page = f"{ADDRESS}/{hook.pk}"
    assert send(own, "patch", page, {"enabled": False}).json()["enabled"] is False
    happen(ann, "execution.failed")
    send(own, "patch", page, {"enabled": True})
    happen(ann, "execution.success")
    assert outbox(hook) == ["execution.failed", "execution.success"]
    assert states(hook) == ["dropped", "pending"]


def test_switched_on_its_failures_are_forgotten(own: Client, ann: User) -> None:
    hook = hook_of(ann)
    Hook.objects.update(
        enabled=False, disabled_reason="why", consecutive_failures=3, failing_since=hook.created_at
    )
    shown = send(own, "patch", f"{ADDRESS}/{hook.pk}", {"enabled": True}).json()
    assert (shown["disabled_reason"], shown["consecutive_failures"]) == ("", 0)
    assert shown["failing_since"] is None


def test_a_former_secret_signs_for_another_day(own: Client) -> None:
    first = create(own).json()
    rotated = send(own, "post", f"{ADDRESS}/{first['id']}/rotate")
    assert rotated.status_code == 200
    second = rotated.json()["secret"]
    hook = Hook.objects.get()
    assert secrets.good(hook, hook.updated_at) == [second, first["secret"]]
    assert secrets.good(hook, hook.updated_at + timedelta(days=1)) == [second]
    assert rotated.json()["former_until"] is not None


def test_a_ping_is_a_delivery(own: Client, ann: User) -> None:
    hook = hook_of(ann, events=["execution.failed"])
    response = send(own, "post", f"{ADDRESS}/{hook.pk}/test")
    assert response.status_code == 202
    assert (response.json()["event"], response.json()["state"]) == ("ping", "pending")
    assert outbox(hook) == ["ping"]


def test_one_that_is_off_is_not_tried_out(own: Client, ann: User) -> None:
    hook = hook_of(ann, enabled=False)
    assert (
        "switch it on" in problem_of(send(own, "post", f"{ADDRESS}/{hook.pk}/test"), 409)["detail"]
    )


@pytest.mark.django_db(transaction=True)
def test_at_most_so_many_however_many_ask_at_once(ann: User, settings: Settings) -> None:
    settings.MAX_HOOKS_PER_OWNER = 3
    answers = at_once(8, lambda: create(client_of(ann)).status_code)
    assert sorted(answers) == 3 * [201] + 5 * [400]


def test_a_list_costs_the_same_however_long_it_is(own: Client, ann: User) -> None:
    def queries(count: int) -> int:
        for _ in range(count):
            hook_of(ann)
        with CaptureQueriesContext(connection) as captured:
            assert send(own, "get", ADDRESS).status_code == 200
        return len(captured)

    assert queries(1) == queries(5)


@pytest.mark.parametrize("act", ["patch", "rotate", "test"])
def test_what_was_deleted_in_the_meantime(
    ann: User, own: Client, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_of(ann)
    gone = Hook.objects.get(pk=hook.pk)
    monkeypatch.setattr("hooks.api.hooks.HookViewSet.get_object", found_and_deleted(gone))
    page = f"{ADDRESS}/{hook.pk}"
    response = send(own, act, page, {}) if act == "patch" else send(own, "post", f"{page}/{act}")
    assert "deleted in the meantime" in problem_of(response, 409)["detail"]


def found_and_deleted(hook: Hook) -> Callable[[Any], Hook]:
    def found(_: Any) -> Hook:
        Hook.objects.filter(pk=hook.pk).delete()
        return hook

    return found
