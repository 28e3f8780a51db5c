"""Two who change the same thing: ETag and If-Match."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.clients import client_of, problem_of, refused, send
from tests.together import at_once

pytestmark = pytest.mark.django_db
BUDGET = {"unit": "tokens", "period": "day", "amount": "5"}


def patch(client: Client, address: str, tag: str | None, **changes: Any) -> Any:
    headers = {} if tag is None else {"If-Match": tag}
    return client.patch(address, changes, "application/json", headers=headers)


@pytest.fixture(params=["agents", "budgets", "scheduled-commands"])
def made(request: pytest.FixtureRequest, own: Client) -> tuple[str, Any, dict[str, Any]]:
    """The address of something, the answer to its creation, and a change to it."""
    agent = send(own, "post", "/api/agents", {"name": "helper"})
    bodies: dict[str, tuple[Any, dict[str, Any]]] = {
        "agents": ({"name": "other"}, {"description": "new"}),
        "budgets": (BUDGET, {"amount": "6"}),
        "scheduled-commands": (
            {"name": "s", "agent": agent.json()["id"], "command": "x", "schedule_type": "manual"},
            {"description": "new"},
        ),
    }
    body, change = bodies[request.param]
    answer = send(own, "post", f"/api/{request.param}", body)
    return f"/api/{request.param}/{answer.json()['id']}", answer, change


def test_the_tag_that_was_read_is_good_until_the_next_change(
    own: Client, made: tuple[str, Any, dict[str, Any]]
) -> None:
    address, answer, change = made
    read = own.get(address)
    assert read["ETag"] == answer["ETag"]
    changed = patch(own, address, read["ETag"], **change)
    assert changed.status_code == 200
    assert changed["ETag"] != read["ETag"]
    assert own.get(address)["ETag"] == changed["ETag"]
    problem = problem_of(patch(own, address, read["ETag"], **change), 412)
    assert "read it again" in problem["detail"]
    again = patch(own, address, changed["ETag"], **change)
    assert (again.status_code, again["ETag"]) == (200, changed["ETag"])
    assert again.json() == changed.json()


@pytest.mark.parametrize("tag", [None, "*", '"0", {tag}'])
def test_what_matches(own: Client, made: tuple[str, Any, dict[str, Any]], tag: str | None) -> None:
    address, answer, change = made
    wanted = tag and tag.replace("{tag}", answer["ETag"])
    assert patch(own, address, wanted, **change).status_code == 200


@pytest.mark.parametrize("tag", ['"0"', "W/{tag}", '"ä"'])
def test_what_does_not(own: Client, made: tuple[str, Any, dict[str, Any]], tag: str) -> None:
    address, answer, change = made
    status = 400 if "ä" in tag else 412
    problem_of(patch(own, address, tag.replace("{tag}", answer["ETag"]), **change), status)


@pytest.mark.parametrize("tag", ["", "5", '"a', '"a" "b"', '"a",'])
def test_malformed(own: Client, made: tuple[str, Any, dict[str, Any]], tag: str) -> None:
    assert list(refused(patch(own, made[0], tag, **made[2]))) == ["If-Match"]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_wins(ann: User, made: tuple[str, Any, dict[str, Any]]) -> None:
    address, answer, change = made

    def one() -> int:
        return int(patch(client_of(ann), address, answer["ETag"], **change).status_code)

    assert sorted(at_once(6, one)) == [200] + 5 * [412]
