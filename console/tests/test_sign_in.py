"""Signing in and out, the way between the consoles, and what those hear who guess passwords."""

from typing import Any

import pytest
from django.conf import settings as deployed
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from scheduler_project.api import throttles
from tests.clients import PASSWORD, person, signs_in

pytestmark = pytest.mark.django_db
SITES = pytest.mark.parametrize("site", ["admin", "console"])


@pytest.fixture(autouse=True)
def unlimited(settings: Settings) -> None:
    """Other tests have signed in from this address within the minute."""
    settings.SIGN_INS_PER_MINUTE = 0


def sign_in(site: str, name: str, password: str = PASSWORD) -> Any:
    data = {"username": name, "password": password, "next": f"/{site}/"}
    return Client().post(f"/{site}/login/", data)


def test_everybody_signs_in_to_the_console(ann: User) -> None:
    signs_in(ann)
    assert sign_in("console", "ann")["Location"] == "/console/"
    refused = sign_in("console", "ann", "wrong").content.decode()
    assert "Please enter a correct username and password" in refused
    assert "staff" not in refused
    assert sign_in("admin", "ann").status_code == 200


@SITES
def test_who_has_signed_out_is_told_so_and_shown_the_way_back(site: str) -> None:
    client = Client()
    client.force_login(person("root", is_staff=True))
    shown = client.post(f"/{site}/logout/").content.decode()
    assert "You have signed out." in shown
    assert f'href="/{site}/"' in shown
    assert "quality time" not in shown


def test_who_is_not_active_does_not(ann: User) -> None:
    signs_in(ann)
    User.objects.update(is_active=False)
    assert sign_in("console", "ann").status_code == 200


@SITES
def test_who_guesses_is_locked_out_and_told_so(site: str) -> None:
    signs_in(person("root", is_staff=True))
    for _ in range(deployed.AXES_FAILURE_LIMIT):
        response = sign_in(site, "root", "wrong")
    for last in (response, sign_in(site, "root")):
        assert last.status_code == 429
        assert last["Retry-After"] == "900"
        assert "try again in 15 minutes" in last.content.decode()
        assert 'name="password"' in last.content.decode()


@SITES
def test_so_many_tries_a_minute(
    site: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles, "TIMEOUT_SECONDS", 10)
    monkeypatch.setattr(throttles, "counter", throttles.Counter())
    signs_in(person("root", is_staff=True))
    settings.SIGN_INS_PER_MINUTE = 1
    # The next minute may begin meanwhile.
    answers = [sign_in(site, "root", "wrong") for _ in range(3)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused["Retry-After"]) <= 60
    assert "Too many tries from your address" in refused.content.decode()


@SITES
def test_signing_out(site: str, admin: Client) -> None:
    assert "Log out" in admin.get(f"/{site}/").content.decode()
    admin.post(f"/{site}/logout/")
    assert f"/{site}/login/" in admin.get(f"/{site}/")["Location"]


@SITES
def test_staff_go_from_one_to_the_other(site: str, admin: Client) -> None:
    page = admin.get(f"/{site}/").content.decode()
    assert "My own things" in page
    assert "Everybody&#x27;s things" in page


def test_owners_see_no_such_way(ann: User) -> None:
    browser = Client()
    browser.force_login(ann)
    assert "/admin/" not in browser.get("/console/").content.decode()
