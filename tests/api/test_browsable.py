"""The API in a browser."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from tests.clients import PASSWORD, person, signs_in

pytestmark = pytest.mark.django_db
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def ann(ann: User) -> User:
    return signs_in(ann)


@pytest.fixture
def browser() -> Client:
    return Client(headers=HTML, raise_request_exception=False)


def log_in(browser: Client) -> None:
    assert "form" in browser.get("/api/auth/login").content.decode()
    form = {"username": "ann", "password": PASSWORD, "next": "/api/agents"}
    assert browser.post("/api/auth/login", form)["Location"] == "/api/agents"


def test_a_session_shows_pages_and_a_program_gets_json(browser: Client, ann: User) -> None:
    log_in(browser)
    page = browser.get("/api/agents")
    assert page["Content-Type"].startswith("text/html")
    assert "Raw data" in page.content.decode() or "_content" in page.content.decode()
    assert browser.get("/api/agents", headers={"Accept": "*/*"}).json()["count"] == 0


def test_all_that_lists_shows_in_a_browser(browser: Client, ann: User) -> None:
    log_in(browser)
    root = browser.get("/api/", headers={"Accept": "application/json"}).json()
    assert len(root) >= 8
    for address in root.values():
        assert browser.get(address).status_code == 200, address


def test_it_offers_nobody_elses_things(browser: Client, ann: User) -> None:
    Agent.objects.create(owner=person("eve"), name="eves-own-helper")
    log_in(browser)
    page = browser.get("/api/scheduled-commands").content.decode()
    assert "eves-own-helper" not in page


def test_another_sites_page_changes_nothing(ann: User) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(ann)
    body = {"name": "helper"}
    answer = strict.post("/api/agents", body, content_type="application/json")
    assert answer.status_code == 403
    assert not Agent.objects.exists()


def test_logging_out(browser: Client, ann: User) -> None:
    log_in(browser)
    browser.post("/api/auth/logout")
    assert browser.get("/api/agents").status_code == 401
