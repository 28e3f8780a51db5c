"""The API's description is complete, and its examples are examples."""

import re
from typing import Any

import pytest

from tests import described
from tests.described import Operation

NAMES = [operation.name for operation in described.operations()]


@pytest.fixture(params=described.operations(), ids=NAMES)
def operation(request: pytest.FixtureRequest) -> Operation:
    return request.param


def contents(operation: Operation) -> dict[str, dict[str, Any]]:
    """What goes in and out: the bodies described, each by what it is of."""
    body = operation.description.get("requestBody", {})
    answers = {
        status: described.resolved(response)
        for status, response in operation.description["responses"].items()
    }
    return {
        f"{part} {kind}": content
        for part, found in {"request": body, **answers}.items()
        for kind, content in found.get("content", {}).items()
    }


def test_it_can_be_read(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation.name)
    assert not re.search(r"_(list|create|retrieve|destroy)$", operation.name)
    assert len(operation.description["summary"].split()) >= 2
    assert len(operation.description["description"]) > 25
    (tag,) = operation.description["tags"]
    assert any(each["name"] == tag for each in described.document()["tags"])


def test_names_are_different() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_each_body_has_an_example_that_is_one(operation: Operation) -> None:
    for part, content in contents(operation).items():
        assert content.get("examples"), f"{operation.name} has no example of its {part}"
        validator = described.validator(content["schema"])
        for example in content["examples"].values():
            error = next(validator.iter_errors(example["value"]), None)
            assert error is None, f"{operation.name}, {part}: {error}"


def test_errors_are_problems(operation: Operation) -> None:
    statuses = set(operation.description["responses"])
    assert {"400", "401", "406", "429", "503"} <= statuses
    for status in statuses:
        if status >= "400":
            response = operation.response(int(status))
            assert response is not None
            ((kind, content),) = response["content"].items()
            assert kind == "application/problem+json"
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert {"RateLimit", "RateLimit-Policy"} <= set(response["headers"])


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("create_agent", {201, 403, 409, 413, 415, 422}),
        ("replace_agent", {200, 403, 404, 409, 412, 413, 415}),
        ("delete_agent", {204, 403, 404, 409}),
        ("list_agents", {200, 403, 404}),
        ("get_scheduler_status", {200, 403}),
        ("execute_scheduled_command", {202, 403, 404, 409, 413, 422}),
        ("sign_in", {200, 413, 415}),
    ],
)
def test_what_an_operation_can_answer(name: str, statuses: set[int]) -> None:
    (found,) = (each for each in described.operations() if each.name == name)
    everywhere = {400, 401, 406, 429, 503}
    assert {int(status) for status in found.description["responses"]} == statuses | everywhere


def test_headers_of_answers() -> None:
    for operation in described.operations():
        for response in map(described.resolved, operation.description["responses"].values()):
            for header in response["headers"].values():
                assert described.resolved(header)["description"]
    created = found("create_scheduled_command").response(201)
    read = found("get_scheduled_command").response(200)
    assert created is not None
    assert read is not None
    assert {"ETag", "Location", "Idempotency-Replayed"} <= set(created["headers"])
    assert set(read["headers"]) == {"ETag", "RateLimit", "RateLimit-Policy"}


def found(name: str) -> Operation:
    (operation,) = (each for each in described.operations() if each.name == name)
    return operation


def test_who_has_to_sign_in() -> None:
    """Nobody, to sign in and out."""
    open_to_all = {
        each.name for each in described.operations() if "security" not in each.description
    }
    assert open_to_all == {"sign_in", "refresh_tokens", "sign_out"}
    schemes = described.document()["components"]["securitySchemes"]
    assert set(schemes) == {"apiKeyAuth", "jwtAuth", "cookieAuth"}
    for operation in described.operations():
        if operation.name not in open_to_all:
            names = [name for each in operation.description["security"] for name in each]
            assert names == ["apiKeyAuth", "jwtAuth", "cookieAuth"]


@pytest.mark.parametrize(
    "answer",
    [
        {"name": 5},
        {"surprise": 1},
    ],
)
def test_an_answer_that_is_not_described_is_noticed(answer: dict[str, Any]) -> None:
    example = contents(found("get_agent"))["200 application/json"]
    validator = described.validator(example["schema"])
    (value,) = (each["value"] for each in example["examples"].values())
    assert validator.is_valid(value)
    assert not validator.is_valid(value | answer)
