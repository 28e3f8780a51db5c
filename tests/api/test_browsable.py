"""The API in a browser."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Agent
from tests.clients import PASSWORD, person, problem_of, signs_in

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


# As the pages' own scripts say it.
SCRIPT = {"Accept": "text/html; q=1.0, */*"}


def test_what_is_refused_is_shown_with_what_was_typed(browser: Client, ann: User) -> None:
    log_in(browser)
    typed = '{"unit": "tokens", "amount": '
    for body in ('{"unit": "tokens"}', typed):
        answer = browser.post("/api/budgets", body, "application/json", headers=SCRIPT)
        assert (answer.status_code, answer["Content-Type"][:9]) == (400, "text/html")
        page = html.unescape(answer.content.decode())
        assert f"{body}</textarea>" in page
    assert "The body is not valid JSON" in page


def test_a_refused_edit_or_deletion_is_shown(browser: Client, ann: User) -> None:
    agent = Agent.objects.create(owner=ann, name="helper")
    log_in(browser)
    for send in (browser.patch, browser.put):
        body = '{"max_llm_calls": "many"}'
        answer = send(f"/api/agents/{agent.pk}", body, "application/json", headers=SCRIPT)
        assert answer.status_code == 400
        assert f"{body}</textarea>" in html.unescape(answer.content.decode())
    answer = browser.delete("/api/agents/0", headers=SCRIPT)
    assert answer.status_code == 404
    assert "nothing at this address" in answer.content.decode()


def test_a_body_that_is_too_large_is_refused_on_a_page(
    browser: Client, ann: User, settings: Any
) -> None:
    log_in(browser)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = browser.post("/api/budgets", "x" * 20, "application/json", headers=SCRIPT)
    assert answer.status_code == 413
    assert "larger than the 10 bytes" in answer.content.decode()


def test_who_signed_out_meanwhile_is_told(browser: Client) -> None:
    answer = browser.post("/api/budgets", "{}", "application/json", headers=SCRIPT)
    assert (answer.status_code, answer["Content-Type"][:9]) == (401, "text/html")
    assert answer["WWW-Authenticate"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html"])
def test_programs_get_problems(browser: Client, ann: User, accept: str) -> None:
    log_in(browser)
    headers = {"Accept": accept}
    problem_of(browser.post("/api/budgets", "{}", "application/json", headers=headers), 400)


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
