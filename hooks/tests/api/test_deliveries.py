"""/api/hooks/{hook}/deliveries: what was sent, and sending it again."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from feed.events import EVENTS
from hooks.models import Delivery, Hook
from hooks.tests.scenes import attempt, delivered, happen, hook_of, only
from tests.clients import person, problem_of, refused, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hook(ann: User) -> Hook:
    return hook_of(ann)


def page_of(hook: Hook, rest: str = "") -> str:
    return f"/api/hooks/{hook.pk}/deliveries{rest}"


def test_newest_first_in_pages(own: Client, ann: User, hook: Hook) -> None:
    happen(ann, *EVENTS)
    seen: list[Any] = []
    address = page_of(hook, "?page_size=7")
    while address:
        page = send(own, "get", address).json()
        seen += page["results"]
        address = page["next"]
    assert [each["event"] for each in seen] == list(reversed(EVENTS))
    assert seen[0]["data"]["sequence"]


def test_by_state(own: Client, ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt(delivered)
    happen(ann, "execution.success")
    for state, event in (("delivered", "execution.failed"), ("pending", "execution.success")):
        (found,) = send(own, "get", page_of(hook, f"?state={state}")).json()["results"]
        assert found["event"] == event
    assert list(refused(send(own, "get", page_of(hook, "?state=lost")))) == ["state"]


def test_of_this_hook_alone(own: Client, ann: User, hook: Hook) -> None:
    other = hook_of(ann, events=["execution.failed"])
    happen(ann, "execution.failed")
    (found,) = send(own, "get", page_of(other)).json()["results"]
    assert send(own, "get", page_of(other, f"/{found['id']}")).json() == found
    problem_of(send(own, "get", page_of(hook, f"/{found['id']}")), 404)
    problem_of(send(own, "post", page_of(hook, f"/{found['id']}/redeliver")), 404)
    problem_of(send(own, "get", page_of(hook_of(person("eve")))), 404)
    for unknown in ("0", "x", "9" * 30):
        problem_of(send(own, "get", f"/api/hooks/{unknown}/deliveries"), 404)


def test_what_is_over_is_sent_again(own: Client, ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt(delivered)
    response = send(own, "post", page_of(hook, f"/{only(hook).pk}/redeliver"))
    assert response.status_code == 202
    assert (response.json()["state"], response.json()["attempt"]) == ("pending", 1)
    attempt(delivered)
    assert (only(hook).state, only(hook).attempt) == ("delivered", 2)


def test_what_waits_is_not_sent_twice(own: Client, ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    problem_of(send(own, "post", page_of(hook, f"/{only(hook).pk}/redeliver")), 409)


def test_nothing_is_sent_to_a_hook_that_is_off(own: Client, ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt(delivered)
    Hook.objects.update(enabled=False)
    problem_of(send(own, "post", page_of(hook, f"/{only(hook).pk}/redeliver")), 409)
    assert Delivery.objects.get().state == "delivered"
