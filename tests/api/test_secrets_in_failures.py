"""Requests that fail in every way tell nobody's secrets, in no answer and no log."""

import json
import logging
import subprocess
import sys
from typing import Any

import httpx
import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken

from accounts import keys
from agents import services
from scheduler_project.quiet import WithoutQuery
from tests.clients import PASSWORD, signs_in

pytestmark = pytest.mark.django_db
AGENT_SECRET = "planted-agent-secret"
URL_PASSWORD = "planted-in-a-url"


@pytest.fixture
def planted(ann: User, settings: Settings) -> dict[str, str]:
    """Everything that must not show, by what it is."""
    signs_in(ann)
    services.create_agent(owner=ann, fields={"name": "a", "secrets": {"x": AGENT_SECRET}})
    settings.CELERY_BROKER_URL = f"redis://:{URL_PASSWORD}@127.0.0.1/0"
    settings.DATABASE_URL = f"postgresql://u:{URL_PASSWORD}@127.0.0.1/x"
    _, text = keys.issue(owner=ann, name="key", scope="write")
    return {
        "password": PASSWORD,
        "hash": ann.password,
        "key": text,
        "token": str(AccessToken.for_user(ann)),
        "agent": AGENT_SECRET,
        "secret key": configured.SECRET_KEY,
        "url": URL_PASSWORD,
    }


def broken(*args: Any, **kwargs: Any) -> None:
    text = f"{args} {kwargs}"
    raise RuntimeError(f"It is broken, after {len(text)} characters.")


def failing(planted: dict[str, str], how: str) -> Any:
    """An answer that is a failure; the request is full of secrets."""
    headers = {"Authorization": f"Bearer {planted[how]}", "Idempotency-Key": "one"}
    client = Client(headers=headers, raise_request_exception=False)
    body = {"secrets": {"x": AGENT_SECRET}, "password": PASSWORD, "refresh": planted["token"]}
    yield client.post("/api/agents", body, content_type="application/json")
    yield client.post("/api/agents", {**body, "name": "b"}, content_type="text/plain")
    yield client.post("/api/agents", AGENT_SECRET, content_type="application/json")
    yield client.get("/api/agents/0")
    yield client.get(f"/api/nothing?token={planted['token']}")
    yield client.post("/api/api-keys", body, content_type="application/json")
    yield client.post("/api/token/refresh", body, content_type="application/json")
    yield client.post("/api/token", {**body, "username": "x"}, content_type="application/json")
    yield client.post("/api/agents", "x" * 3_000_000, content_type="application/json")
    wrong = {"Authorization": f"Bearer {planted[how][:-2]}xx"}
    yield Client(headers=wrong).get("/api/agents")


@pytest.mark.parametrize("how", ["key", "token"])
@pytest.mark.parametrize("debug", [False, True])
def test_refusals_are_silent(
    planted: dict[str, str],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    debug: bool,
    how: str,
) -> None:
    settings.DEBUG = debug
    statuses = set()
    with caplog.at_level(logging.INFO):
        for answer in failing(planted, how):
            statuses.add(answer.status_code)
            for what, text in planted.items():
                assert text not in answer.content.decode(), what
    assert statuses >= {400, 401, 404, 413, 415}
    for what, text in planted.items():
        assert text not in caplog.text, what


@pytest.mark.parametrize("accepted", ["application/json", "text/html"])
@pytest.mark.parametrize("debug", [False, True])
def test_errors_of_ours_are_silent(
    planted: dict[str, str],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    debug: bool,
    accepted: str,
) -> None:
    settings.DEBUG = debug
    monkeypatch.setattr(services, "create_agent", broken)
    headers = {"Authorization": f"Bearer {planted['key']}", "Accept": accepted}
    client = Client(headers=headers, raise_request_exception=False)
    body = json.dumps({"name": "b", "secrets": {"x": AGENT_SECRET}})
    with caplog.at_level(logging.INFO):
        answer = client.post("/api/agents", body, content_type="application/json")
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    for what, text in planted.items():
        assert text not in caplog.text, what
        assert text not in answer.content.decode(), what


def test_a_key_that_may_only_read_is_not_quoted(ann: User, planted: dict[str, str]) -> None:
    _, text = keys.issue(owner=ann, name="reader")
    client = Client(headers={"Authorization": f"Bearer {text}"})
    answer = client.post("/api/agents", {}, content_type="application/json")
    assert answer.status_code == 403
    assert text not in answer.content.decode()


def test_the_web_servers_log_has_no_query(web: str, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("uvicorn.access", "uvicorn.error"):
        filters = logging.getLogger(name).filters
        assert any(isinstance(each, WithoutQuery) for each in filters)
    with caplog.at_level(logging.INFO):
        httpx.get(f"http://{web}/api/agents?token=planted")
    assert "/api/agents" in caplog.text
    assert "planted" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")
    )


WRITES = """
import logging, uvicorn
uvicorn.Config("scheduler_project.asgi:application", access_log=False).load()
print(logging.getLogger("uvicorn.access").hasHandlers())
"""


def test_a_web_server_that_shall_not_log_each_request_does_not() -> None:
    command = [sys.executable, "-c", WRITES]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
