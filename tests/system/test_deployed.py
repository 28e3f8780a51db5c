"""Settings of production, behind a proxy that speaks TLS."""

import os
import secrets
import subprocess
import sys

import pytest

from tests.acceptance.database import ROOT

PRODUCTION = {"DEBUG": "0", "HTTPS": "1", "ALLOWED_HOSTS": "scheduler.example.com"}
ASK = """
import django, sys
django.setup()
from django.test import Client
client = Client(headers={"Host": "scheduler.example.com", **%r})
answer = client.get(%r)
sys.stdout.write(f"{answer.status_code} {answer.headers}")
"""


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "scheduler_project.settings"}
    environment |= PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)} | variables
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_has_nothing_to_say() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    "variables", [{"HTTPS": "0"}, {"SECRET_KEY": "short"}, {"DEBUG": "1"}, {"HSTS_SECONDS": "0"}]
)
def test_it_would_say_what_is_missing(variables: dict[str, str]) -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode != 0
    assert "security.W" in done.stderr


@pytest.mark.parametrize(
    ("headers", "path", "answer"),
    [
        ({}, "/api/agents", "301"),
        ({"X-Forwarded-Proto": "https"}, "/api/agents", "401"),
        ({}, "/healthz", "200"),
    ],
)
def test_what_comes_without_tls_is_led_there(
    headers: dict[str, str], path: str, answer: str
) -> None:
    done = run("-c", ASK % (headers, path))
    assert done.stdout.startswith(answer), done.stderr
    assert ("Strict-Transport-Security" in done.stdout) == (answer == "401")
