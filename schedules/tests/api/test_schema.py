"""The OpenAPI description of the whole API."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.clients import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def described() -> Any:
    schema = Client().get("/api/schema", headers={"Accept": "application/json"})
    return schema.json()


def test_nothing_had_to_be_guessed() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_a_filter_of_true_and_false_is_one(described: Any) -> None:
    for path, name in (("notifications", "unread"), ("scheduled-commands", "enabled")):
        parameters = described["paths"][f"/api/{path}"]["get"]["parameters"]
        (found,) = [each for each in parameters if each["name"] == name]
        assert found["schema"] == {"type": "boolean"}


def test_what_spending_can_be_asked_for(described: Any) -> None:
    parameters = described["paths"]["/api/spending"]["get"]["parameters"]
    found = {each["name"]: each["schema"] for each in parameters}
    assert set(found) == {"by", "since", "until", "owner", "schedule", "model"}
    assert found["by"]["enum"] == ["day", "hour", "owner", "schedule", "model"]


@pytest.mark.parametrize(
    ("path", "method", "order", "answer"),
    [
        ("scheduler/stop", "post", "StopOrderRequest", "Stop"),
        ("scheduler/resume", "post", "ScopeRequest", "Resumed"),
        ("notifications/{id}/read", "post", None, "Notification"),
        ("notifications/{id}", "get", None, "Notification"),
        ("notifications", "get", None, "PaginatedNotificationList"),
    ],
)
def test_what_goes_in_and_out(
    described: Any, path: str, method: str, order: str | None, answer: str
) -> None:
    operation = described["paths"][f"/api/{path}"][method]
    taken = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    given = operation["responses"]["200"]["content"]["application/json"]
    prefix = "#/components/schemas/"
    assert taken.get("schema", {}).get("$ref") == (order and f"{prefix}{order}")
    assert given["schema"]["$ref"] == f"{prefix}{answer}"


def test_what_is_answered_is_what_is_described(described: Any, own: Client) -> None:
    for path, name in (("stop", "Stop"), ("resume", "Resumed")):
        properties = described["components"]["schemas"][name]["properties"]
        assert set(send(own, "post", f"/api/scheduler/{path}").json()) == set(properties)
