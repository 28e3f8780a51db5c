"""Who may look at stops and notifications in the admin, stop, and lift."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from schedules import services
from schedules.models import Stop
from schedules.tests.api.test_operations_admin import NOTIFICATIONS, STOPS, delete_chosen
from tests.clients import person

pytestmark = pytest.mark.django_db


def staff_who_may(*permissions: str) -> Client:
    """The browser of somebody on the staff who has these permissions and no others."""
    user = person("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_staff_without_any_see_nothing(ann: User) -> None:
    stop = services.stop(owner=ann, by="ann")
    clerk = staff_who_may()
    for address in (STOPS, f"{STOPS}{stop.pk}/change/", NOTIFICATIONS):
        assert clerk.get(address).status_code == 403


def test_staff_without_any_stop_and_lift_nothing(ann: User) -> None:
    stop = services.stop(owner=ann, by="ann")
    clerk = staff_who_may()
    assert clerk.post(f"{STOPS}add/", {"owner": "", "note": ""}).status_code == 403
    assert clerk.post(f"{STOPS}{stop.pk}/delete/", {"post": "yes"}).status_code == 403
    assert delete_chosen(clerk, stop).status_code == 403
    assert Stop.objects.get() == stop


def test_who_may_only_look_lifts_nothing(ann: User) -> None:
    stop = services.stop(owner=ann, by="ann")
    clerk = staff_who_may("view_stop")
    assert clerk.get(STOPS).status_code == 200
    delete_chosen(clerk, stop)
    assert clerk.post(f"{STOPS}{stop.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Stop.objects.get() == stop


def test_who_may_only_stop_does_that() -> None:
    clerk = staff_who_may("add_stop")
    assert clerk.post(f"{STOPS}add/", {"owner": "", "note": ""}).status_code == 302
    assert Stop.objects.get().stopped_by == "clerk"


def test_owners_have_no_admin_pages(ann: User) -> None:
    client = Client()
    client.force_login(ann)
    assert "/admin/login/" in client.get(STOPS)["Location"]
