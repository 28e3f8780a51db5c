"""Every field of every body that the API takes, with whatever somebody might put there."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from pytest_django import Settings

from schedules.models import Schedule
from tests.clients import problem_of

pytestmark = pytest.mark.django_db
METHODS = ("post", "put", "patch")
# As JSON texts: some of them no library of ours would write.
HOSTILE = [
    *("null", "true", "0", "-1", "1.5", "1e400", "-1e400", str(2**31), str(2**63), "9" * 5000),
    *('""', '" "', r'"\u0000"', r'"a\ud800"', json.dumps("x" * 100_000), '"../../etc/passwd"'),
    *("[]", "[null]", '[""]', "{}", '{"a": null}', '{"a": 1, "a": 2}', r'{"\u0000": "x"}'),
    *(
        "[" * 100 + "]" * 100,
        json.dumps([0] * 20_000),
        json.dumps({str(n): 0 for n in range(2000)}),
    ),
    *('"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59-23:59"', '"2030-01-01T00:00:00+99:99"'),
    *('"2030-13-45"', '"1e400"', '"NaN"', json.dumps("9" * 5000), '{"a": {"b": [1e999]}}'),
]
# What no field can hold, whichever it is.
NEVER = [r'"\u0000"', r'"a\ud800"', "1e400", "9" * 5000, '{"a": 1, "a": 2}', "[" * 100 + "]" * 100]


# What else may be answered: to whoever is wrong about who they are, or no staff.
OTHERWISE = {"token": 401, "scheduler": 403}


class Field(NamedTuple):
    path: str
    method: str
    name: str


def fields() -> Iterator[Field]:
    """Each field that the schema says can be written."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    components = schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for method in METHODS:
            content = operations.get(method, {}).get("requestBody", {}).get("content", {})
            reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            for name in components.get(reference.rpartition("/")[2], {}).get("properties", ()):
                yield Field(path, method, name)


@pytest.fixture
def bodies(ids: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each address takes, but for one field; others take nothing that they need."""
    schedule = {"name": "new", "agent": ids["agents"], "command": "c", "schedule_type": "manual"}
    budget = {"unit": "tokens", "period": "week", "amount": "5"}
    hook = {"name": "new", "url": "https://hooks.example.com/a", "events": ["execution.failed"]}
    return {
        "/api/hooks": hook,
        "/api/hooks/{id}": hook,
        "/api/agents": {"name": "new"},
        "/api/agents/{id}": {"name": "new"},
        "/api/agent-tasks": {"agent": ids["agents"], "command": "look"},
        "/api/api-keys": {"name": "new"},
        "/api/budgets": budget,
        "/api/budgets/{id}": budget,
        "/api/scheduled-commands": schedule,
        "/api/scheduled-commands/{id}": schedule,
        "/api/scheduled-commands/by-name/{name}": schedule | {"name": "a name"},
        "/api/scheduled-commands/bulk": {"action": "disable", "filter": {"all": True}},
        "/api/token": {"username": "ann", "password": "x"},
    }


@pytest.fixture
def put(ids: dict[str, Any], bodies: dict[str, Any], own: Client) -> Callable[[Field, str], Any]:
    """Sends a body with a JSON text in one field, and undoes what comes of it."""

    def send(field: Field, text: str) -> Any:
        rest = {k: v for k, v in bodies.get(field.path, {}).items() if k != field.name}
        body = ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rest.items())
        body = f'{{{body}{", " if body else ""}"{field.name}": {text}}}'
        key = str(ids.get(field.path.split("/")[2]))
        address = field.path.replace("{name}", "a name").replace("{id}", key)
        with transaction.atomic():
            response = getattr(own, field.method)(address, body, content_type="application/json")
            transaction.set_rollback(True)
        return response

    return send


def test_the_walk_finds_the_fields() -> None:
    found = set(fields())
    assert Field("/api/scheduled-commands", "post", "cron_expression") in found
    assert Field("/api/agents/{id}", "patch", "output_schema") in found
    assert Field("/api/approvals/{id}/deny", "post", "note") in found
    assert len(found) > 80


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_it_is_taken_or_refused_under_its_name(
    put: Callable[[Field, str], Any], text: str, settings: Settings
) -> None:
    for field in fields():
        response = put(field, text)
        if response.status_code == OTHERWISE.get(field.path.split("/")[2]):
            continue
        if response.status_code not in {200, 201, 202}:
            named = {error["field"].split(".")[0] for error in problem_of(response, 400)["errors"]}
            assert field.name in named, (field, text[:50], response.content)
        else:
            assert text not in NEVER, (field, text[:50])


def test_whole_numbers_say_their_limits(put: Callable[[Field, str], Any]) -> None:
    for name in ("timeout_seconds", "max_attempts", "interval_value", "max_runs"):
        sentences = set()
        for text in ("0", "-1", str(2**31), '"x"', "1.5", "true", "1e400"):
            response = put(Field("/api/scheduled-commands", "post", name), text)
            (error,) = problem_of(response, 400)["errors"]
            sentences.add(error["message"])
        assert len(sentences - {"It is a number that JSON cannot hold."}) == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "5", '"x"', "{", "NaN", '{"name": NaN}', "[" * 50_000, "\ufeff{}"]
)
def test_bodies_that_are_none(own: Client, make: Callable[..., Schedule], body: str) -> None:
    for address in ("/api/scheduled-commands", "/api/agents", "/api/budgets", "/api/agent-tasks"):
        problem_of(own.post(address, body.encode(), content_type="application/json"), 400)


def test_the_longest_number_is_not_stored_as_another(own: Client, ann: User) -> None:
    answer = own.post("/api/agents", '{"name": 1e400}', content_type="application/json")
    assert problem_of(answer, 400)["errors"][0]["field"] == "name"
