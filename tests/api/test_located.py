"""What was created says where it is."""

import pytest
from django.test import Client

from tests.clients import send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slash", ["", "/"])
def test_what_was_created_lies_below_its_list(own: Client, slash: str) -> None:
    created = send(own, "post", f"/api/agents{slash}", {"name": "helper"})
    assert created["Location"] == f"/api/agents/{created.json()['id']}"
    assert own.get(created["Location"]).json() == created.json()


def test_a_started_task_can_be_followed(own: Client) -> None:
    agent = send(own, "post", "/api/agents", {"name": "helper"}).json()["id"]
    started = send(own, "post", "/api/agent-tasks", {"agent": agent, "command": "say hello"})
    assert own.get(started["Location"]).json()["state"] == "pending"


def test_a_repeated_request_is_led_there_too(own: Client) -> None:
    for _ in range(2):
        created = own.post(
            "/api/agents",
            {"name": "helper"},
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        assert created["Location"] == f"/api/agents/{created.json()['id']}"


def test_what_was_refused_is_nowhere(own: Client) -> None:
    refused = send(own, "post", "/api/agents", {})
    assert refused.status_code == 400
    assert "Location" not in refused
