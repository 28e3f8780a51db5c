"""The audit log on both consoles, and the history of one thing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from journal.models import Entry
from schedules import services
from schedules.models import Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]
LOG = "journal/entry/"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_staff_read_of_everybody(admin: Client, make: Make) -> None:
    services.update_schedule(schedule=make(), changes={"timeout_seconds": 5})
    page = text_of(admin.get(f"/admin/{LOG}"))
    assert "schedule schedule 0" in page.lower()
    assert "<strong>timeout seconds</strong>: 600 → 5" in page
    assert "the system" in page


def test_an_entry_shows_all_of_a_long_value(admin: Client, make: Make) -> None:
    make(command="x" * 5_000)
    entry = Entry.objects.filter(kind="schedule").get()
    assert "x" * 200 not in text_of(admin.get(f"/admin/{LOG}"))
    assert "x" * 5_000 in text_of(admin.get(f"/admin/{LOG}{entry.pk}/change/"))


def test_what_people_wrote_is_text(admin: Client, make: Make) -> None:
    make(name="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(admin.get(f"/admin/{LOG}"))


def test_owners_read_their_own_and_what_staff_did_to_it(admin: Client, make: Make) -> None:
    schedule = make()
    admin.post("/admin/schedules/schedule/", {"action": "disable", "_selected_action": schedule.pk})
    page = text_of(browser_of(schedule.owner).get(f"/console/{LOG}"))
    assert "root (admin)" in page
    assert "<strong>enabled</strong>: yes → no" in page
    stranger = browser_of(person("eve"))
    assert "schedule 0" not in text_of(stranger.get(f"/console/{LOG}"))
    entry = Entry.objects.order_by("id").last()
    assert entry
    assert stranger.get(f"/console/{LOG}{entry.pk}/change/").status_code == 302


def test_the_history_of_one_thing(admin: Client, make: Make) -> None:
    schedule, other = make(), make()
    for changed, name in ((schedule, "first of two"), (other, "second of two")):
        services.update_schedule(schedule=changed, changes={"name": name})
    address = f"schedules/schedule/{schedule.pk}/history/"
    for page in (
        text_of(admin.get(f"/admin/{address}")),
        text_of(browser_of(schedule.owner).get(f"/console/{address}")),
    ):
        assert "first of two" in page
        assert "second of two" not in page
    assert browser_of(person("eve")).get(f"/console/{address}").status_code == 302


def test_staff_need_the_permissions(make: Make) -> None:
    address, clerk = f"schedules/schedule/{make().pk}/history/", person("clerk", is_staff=True)
    browser = browser_of(clerk)
    assert browser.get(f"/admin/{LOG}").status_code == 403
    assert browser.get(f"/admin/{address}").status_code == 403
    wanted = Permission.objects.filter(codename__in=["view_schedule", "view_entry"])
    clerk.user_permissions.set(wanted)
    assert browser.get(f"/admin/{LOG}").status_code == 200
    assert browser.get(f"/admin/{address}").status_code == 200


def test_nobody_writes_it(admin: Client, make: Make) -> None:
    make()
    entry = Entry.objects.order_by("id").last()
    assert entry
    assert admin.get(f"/admin/{LOG}add/").status_code == 403
    assert admin.post(f"/admin/{LOG}{entry.pk}/change/", {"actor": "eve"}).status_code == 403
    assert admin.post(f"/admin/{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
