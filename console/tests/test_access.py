"""API keys, webhooks, budgets, stops, notifications and passwords on the owners' console."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts import keys
from accounts.models import ApiKey
from agents.models import Budget
from hooks.models import Delivery, Hook
from hooks.tests.scenes import hook_of
from schedules import services
from schedules.models import Notification, Schedule, Stop
from schedules.tests.api.conftest import agent, make  # noqa: F401
from tests.clients import PASSWORD, person, signs_in

pytestmark = pytest.mark.django_db
KEYS, HOOKS = "/console/accounts/apikey/", "/console/hooks/hook/"
NEW_HOOK = {"name": "alerts", "url": "https://example.com/in?key=abc", "events": ["*"]}


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


class TestKeys:
    def test_a_key_is_shown_once(self, browser: Client, ann: User) -> None:
        assert "expires" in text_of(browser.get(f"{KEYS}add/")).lower()
        response = browser.post(f"{KEYS}add/", {"name": "laptop", "scope": "write"})
        assert "no-store" in response["Cache-Control"]
        text = response.context["secret"]
        assert text in text_of(response)
        found = keys.find(text)
        assert found
        assert (found.owner, found.name, found.scope) == (ann, "laptop", "write")
        for page in (KEYS, f"{KEYS}{found.pk}/change/"):
            shown = text_of(browser.get(page))
            assert "laptop" in shown
            assert text[-43:] not in shown

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": " "}, "name"),
            ({"scope": "all"}, "scope"),
            ({"expires_at_0": "2001-01-01", "expires_at_1": "00:00"}, "expires_at"),
        ],
    )
    def test_refusals_stand_at_their_fields(
        self, browser: Client, values: dict[str, str], field: str
    ) -> None:
        response = browser.post(f"{KEYS}add/", {"name": "laptop", "scope": "read"} | values)
        assert list(response.context["adminform"].form.errors) == [field]
        assert not ApiKey.objects.exists()

    def test_too_many_are_refused_with_a_sentence(self, browser: Client, settings: Any) -> None:
        settings.MAX_API_KEYS_PER_OWNER = 0
        response = browser.post(f"{KEYS}add/", {"name": "a", "scope": "read"}, follow=True)
        assert "You have 0 API keys" in text_of(response)

    def test_a_key_is_revoked_by_its_owner_only(
        self, browser: Client, strangers: Client, ann: User
    ) -> None:
        key, _ = keys.issue(owner=ann, name="laptop")
        for client, left in ((strangers, 1), (browser, 0)):
            client.post(f"{KEYS}{key.pk}/delete/", {"post": "yes"})
            assert ApiKey.objects.count() == left

    def test_one_is_found_by_its_beginning(self, browser: Client, ann: User) -> None:
        text = keys.issue(owner=ann, name="laptop")[1]
        keys.issue(owner=ann, name="server")
        page = text_of(browser.get(KEYS, {"q": text[:14]}))
        assert text[:14] in page
        assert "laptop" in page
        assert "server" not in page

    def test_staff_make_none_for_others(self, admin: Client) -> None:
        assert admin.get("/admin/accounts/apikey/add/").status_code == 403


class TestHooks:
    def test_a_webhook_is_made_and_its_secret_shown_once(self, browser: Client, ann: User) -> None:
        assert "execution.*" in text_of(browser.get(f"{HOOKS}add/"))
        response = browser.post(f"{HOOKS}add/", NEW_HOOK | {"enabled": "on"})
        assert response.context["secret"].startswith("whsec_")
        assert "no-store" in response["Cache-Control"]
        hook = Hook.objects.get()
        assert (hook.owner, hook.events, hook.enabled) == (ann, ["*"], True)
        page = text_of(browser.get(HOOKS))
        assert "https://example.com/in" in page
        assert "key=abc" not in page
        assert response.context["secret"] not in text_of(browser.get(f"{HOOKS}{hook.pk}/change/"))

    def test_it_is_changed_and_switched(
        self,
        browser: Client,
        ann: User,
        make: Callable[..., Schedule],  # noqa: F811
    ) -> None:
        hook, schedule = hook_of(ann), make()
        changed = NEW_HOOK | {"schedule_id": schedule.pk, "events": ["execution.*"]}
        assert browser.post(f"{HOOKS}{hook.pk}/change/", changed).status_code == 302
        hook.refresh_from_db()
        assert (hook.name, hook.events, hook.enabled) == ("alerts", ["execution.*"], False)
        assert hook.schedule_id == schedule.pk
        browser.post(HOOKS, {"action": "switch_on", "_selected_action": hook.pk})
        assert Hook.objects.get().enabled
        trial = {"action": "ping", "_selected_action": hook.pk}
        assert "1 webhook tried out:" in text_of(browser.post(HOOKS, trial, follow=True))
        assert Delivery.objects.filter(event="ping").exists()
        browser.post(f"{HOOKS}{hook.pk}/delete/", {"post": "yes"})
        assert not Hook.objects.exists()

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": ""}, "name"),
            ({"url": "http://127.0.0.1/"}, "url"),
            ({"events": []}, "events"),
            ({"events": ["everything"]}, "events"),
            ({"schedule_id": "1"}, "schedule_id"),
        ],
    )
    def test_refusals_stand_at_their_fields(
        self, browser: Client, values: dict[str, Any], field: str
    ) -> None:
        response = browser.post(f"{HOOKS}add/", NEW_HOOK | values)
        assert list(response.context["adminform"].form.errors) == [field]
        assert not Hook.objects.exists()

    def test_its_secret_is_made_anew(self, browser: Client, strangers: Client, ann: User) -> None:
        hook = hook_of(ann)
        page = f"/console/webhooks/{hook.pk}/new-secret/"
        assert page in browser.get(f"{HOOKS}{hook.pk}/new-secret/")["Location"]
        assert hook.name in text_of(browser.get(page))
        for method in (strangers.get, strangers.post):
            assert method(page).status_code == 404
        assert Hook.objects.get().secret == hook.secret
        version = {"version": browser.get(page).context["version"]}
        assert browser.post(page, version).context["secret"].startswith("whsec_")
        assert Hook.objects.get().former_secret == hook.secret

    def test_the_form_sent_twice_makes_one_secret(self, browser: Client, ann: User) -> None:
        hook = hook_of(ann)
        page = f"/console/webhooks/{hook.pk}/new-secret/"
        version = {"version": browser.get(page).context["version"]}
        browser.post(page, version)
        again = browser.post(page, version, follow=True)
        assert "it has a new secret already" in text_of(again)
        assert Hook.objects.get().former_secret == hook.secret

    @pytest.mark.parametrize("key", ["abc", "0", "9" * 30])
    def test_there_is_no_secret_of_no_webhook(self, browser: Client, key: str) -> None:
        assert browser.get(f"{HOOKS}{key}/new-secret/").status_code == 404

    def test_staff_make_no_secret_of_others(self, admin: Client, ann: User) -> None:
        hook = hook_of(ann)
        assert admin.post(f"/admin/webhooks/{hook.pk}/new-secret/").status_code == 403


def test_budgets_choose_from_ones_own_schedules(
    browser: Client,
    make: Callable[..., Schedule],  # noqa: F811
) -> None:
    schedule = make()
    address = "/console/agents/budget/add/"
    assert schedule.name in text_of(browser.get(address))
    values = {"unit": "tokens", "period": "day", "amount": "5", "action": "skip"}
    assert browser.post(address, values | {"schedule_id": schedule.pk}).status_code == 302
    assert Budget.objects.get().schedule_id == schedule.pk


class TestStops:
    def test_everything_of_mine(self, browser: Client, ann: User) -> None:
        page = browser.get("/console/schedules/stop/", follow=True)
        assert "Stop everything of mine" in text_of(page)
        browser.post("/console/stops/", {"note": "loops"})
        stop = Stop.objects.get()
        assert (stop.owner, stop.by_staff, stop.note, stop.stopped_by) == (
            ann,
            False,
            "loops",
            "ann",
        )
        assert "loops" in text_of(browser.get("/console/stops/"))
        assert "It goes on" in text_of(
            browser.post("/console/stops/", {"resume": "1"}, follow=True)
        )
        assert not Stop.objects.exists()

    def test_what_staff_stopped_stays_stopped(self, browser: Client, ann: User) -> None:
        services.stop(owner=ann, by="root", note="too dear")
        assert "too dear" in text_of(browser.get("/console/stops/"))
        services.stop(owner=ann, by="ann", by_staff=False)
        page = text_of(browser.post("/console/stops/", {"resume": "1"}, follow=True))
        assert "Your own stop is over; what staff have stopped stays so" in page
        assert "It goes on" not in page
        assert Stop.objects.get().by_staff

    def test_a_note_that_cannot_be_is_said(self, browser: Client) -> None:
        page = browser.post("/console/stops/", {"note": "x" * 201}, follow=True)
        assert "The note:" in text_of(page)
        assert not Stop.objects.exists()

    def test_staff_have_their_own_page(self, admin: Client) -> None:
        assert admin.get("/admin/stops/")["Location"] == "/admin/schedules/stop/"
        assert admin.post("/admin/stops/").status_code == 403


class TestNotifications:
    @pytest.fixture
    def told(self, ann: User) -> list[Notification]:
        other = person("bob")
        return [
            Notification.objects.create(owner=owner, kind="schedule_paused", message="paused")
            for owner in (ann, ann, ann, other)
        ]

    def test_one_and_all(self, browser: Client, told: list[Notification]) -> None:
        address = "/console/schedules/notification/"
        assert "Mark all as read" in text_of(browser.get(address))
        chosen = {"action": "mark_as_read", "_selected_action": [told[0].pk, told[3].pk]}
        page = browser.post(address, chosen, follow=True)
        assert "1 marked as read." in text_of(page)
        assert Notification.objects.filter(read_at=None).count() == 3
        page = browser.post("/console/notifications/all-read/", follow=True)
        assert "2 marked as read" in text_of(page)
        assert Notification.objects.get(read_at=None) == told[3]

    def test_staff_read_nobody_elses(self, admin: Client, told: list[Notification]) -> None:
        admin.post("/admin/notifications/all-read/")
        assert Notification.objects.filter(read_at=None).count() == 4


def test_the_password_is_changed(ann: User) -> None:
    signs_in(ann)
    browser = Client()
    browser.force_login(ann)
    address, new = "/console/password_change/", "staple horse correct"
    assert "/console/password_change/" in text_of(browser.get("/console/"))
    wrong = {"old_password": "no", "new_password1": new, "new_password2": new}
    assert browser.post(address, wrong).status_code == 200
    browser.post(address, wrong | {"old_password": PASSWORD})
    ann.refresh_from_db()
    assert ann.check_password(new)
