"""The admin pages of stops and notifications."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from schedules import notifications, services
from schedules.models import Execution, Notification, Schedule, Stop
from tests.clients import person

pytestmark = pytest.mark.django_db
STOPS = "/admin/schedules/stop/"
NOTIFICATIONS = "/admin/schedules/notification/"


def delete_chosen(client: Client, *stops: Stop) -> Any:
    chosen = [stop.pk for stop in stops]
    sure = {"action": "delete_selected", "post": "yes", "_selected_action": chosen}
    return client.post(STOPS, sure, follow=True)


class TestStops:
    def test_one_owner_is_stopped(self, admin: Client, ann: User) -> None:
        assert admin.get(f"{STOPS}add/").status_code == 200
        response = admin.post(f"{STOPS}add/", {"owner": ann.pk, "note": "loops"}, follow=True)
        assert "everything of ann" in response.content.decode()
        stop = Stop.objects.get()
        assert (stop.owner, stop.note, stop.stopped_by) == (ann, "loops", "root")

    def test_everybody_is_stopped(self, admin: Client) -> None:
        assert admin.post(f"{STOPS}add/", {"owner": "", "note": ""}).status_code == 302
        stop = Stop.objects.get()
        assert (stop.owner, stop.stopped_by) == (None, "root")

    @pytest.mark.parametrize("whole_system", [False, True])
    def test_twice_is_refused_at_the_owner(
        self, admin: Client, ann: User, whole_system: bool
    ) -> None:
        owner = "" if whole_system else ann.pk
        admin.post(f"{STOPS}add/", {"owner": owner, "note": "first"})
        again = admin.post(f"{STOPS}add/", {"owner": owner, "note": "second"})
        assert again.status_code == 200
        assert list(again.context["adminform"].form.errors) == ["owner"]
        assert Stop.objects.get().note == "first"

    def test_one_owner_and_everybody_are_two_stops(self, admin: Client, ann: User) -> None:
        for owner in (ann.pk, ""):
            assert admin.post(f"{STOPS}add/", {"owner": owner, "note": ""}).status_code == 302
        assert Stop.objects.count() == 2

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"owner": 999_999}, "owner"),
            ({"note": "x" * 201}, "note"),
            ({"note": "a\x00b"}, "note"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(
        self, admin: Client, ann: User, values: dict[str, Any], field: str
    ) -> None:
        response = admin.post(f"{STOPS}add/", {"owner": ann.pk, "note": ""} | values)
        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == [field]
        assert not Stop.objects.exists()

    def test_the_list_says_whose_why_and_by_whom(self, admin: Client, ann: User) -> None:
        services.stop(owner=ann, by="manage.py", note="loops")
        services.stop(owner=None, by="chief", note="fire")
        page = admin.get(STOPS).content.decode()
        for text in ("everything of ann", "loops", "manage.py", ">everything<", "fire", "chief"):
            assert text in page

    def test_a_stop_does_not_change(self, admin: Client, ann: User) -> None:
        stop = services.stop(owner=ann, by="ann", note="kept")
        page = f"{STOPS}{stop.pk}/change/"
        assert admin.get(page).status_code == 200
        assert admin.post(page, {"owner": "", "note": "forged"}).status_code == 403
        assert Stop.objects.get().note == "kept"

    def test_deleting_one_lifts_that_one(self, admin: Client, ann: User) -> None:
        stop = services.stop(owner=ann, by="ann")
        services.stop(owner=None, by="root")
        assert admin.get(f"{STOPS}{stop.pk}/delete/").status_code == 200
        assert admin.post(f"{STOPS}{stop.pk}/delete/", {"post": "yes"}).status_code == 302
        assert Stop.objects.get().owner is None

    def test_the_action_lifts_what_is_chosen(self, admin: Client, ann: User) -> None:
        kept = services.stop(owner=person("eve"), by="eve")
        mine, wide = services.stop(owner=ann, by="ann"), services.stop(owner=None, by="root")
        assert delete_chosen(admin, mine, wide).status_code == 200
        assert Stop.objects.get() == kept

    def test_what_waited_is_published_again(
        self, admin: Client, ann: User, make: Callable[..., Schedule]
    ) -> None:
        """Deleting is resuming: no run waits until its message is due again by itself."""
        for lift in (
            lambda stop: admin.post(f"{STOPS}{stop.pk}/delete/", {"post": "yes"}),
            lambda stop: delete_chosen(admin, stop),
        ):
            waiting = services.run_now(schedule=make())
            lift(services.stop(owner=ann, by="ann"))
            assert Execution.objects.get(pk=waiting.pk, publish_at__lt=waiting.publish_at)


class TestNotifications:
    @pytest.fixture(autouse=True)
    def told(self, make: Callable[..., Schedule]) -> Notification:
        notifications.tell_paused({make(name="nightly").pk: "Paused: it fails."})
        return Notification.objects.get()

    @pytest.mark.parametrize("query", ["", "?q=ann", "?kind__exact=schedule_paused"])
    def test_the_list_finds_it(self, admin: Client, query: str) -> None:
        page = admin.get(f"{NOTIFICATIONS}{query}")
        assert page.status_code == 200
        assert "Paused: it fails." in page.content.decode()

    def test_the_search_leaves_out_the_others(self, admin: Client) -> None:
        assert "it fails" not in admin.get(f"{NOTIFICATIONS}?q=weekly").content.decode()

    def test_it_can_be_looked_at_and_no_more(self, admin: Client, told: Notification) -> None:
        page = f"{NOTIFICATIONS}{told.pk}/"
        assert "Paused: it fails." in admin.get(f"{page}change/").content.decode()
        assert admin.post(f"{page}change/", {"message": "forged"}).status_code == 403
        assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403
        assert admin.get(f"{NOTIFICATIONS}add/").status_code == 403
        assert Notification.objects.get().message == told.message
