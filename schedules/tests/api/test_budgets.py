"""/api/budgets: what one's runs may spend, and how that stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agents.models import Budget
from schedules import claims, db, services
from schedules.models import Schedule
from schedules.tests.integration.money import limit, spent
from tests.clients import client_of, person, problem_of, refused, send, superuser

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]
GOOD = {"unit": "tokens", "period": "day", "amount": 10_000}


def create(client: Client, **fields: Any) -> Any:
    return send(client, "post", "/api/budgets", GOOD | fields)


def test_a_budget_is_made_and_shows_how_it_stands(own: Client, ann: User, make: Make) -> None:
    schedule = make()
    made = create(own, schedule=schedule.pk)
    assert made.status_code == 201
    shown = made.json()
    assert (shown["owner"], shown["schedule"], shown["action"]) == (ann.pk, schedule.pk, "skip")
    assert [shown[name] for name in ("amount", "spent", "reserved", "left")] == [
        *("10000", "0", "0", "10000")
    ]
    spent(schedule, input_tokens=1_000, output_tokens=500)
    claims.claim([services.run_now(schedule=schedule).pk], "worker-a")
    for page in (f"/api/budgets/{shown['id']}", "/api/budgets"):
        found = send(own, "get", page).json()
        found = found["results"][0] if "results" in found else found
        assert [found[name] for name in ("spent", "reserved", "left")] == ["1500", "518", "7982"]


def test_the_window_begins_with_a_whole_hour(own: Client) -> None:
    now = db.now()
    for period, days in (("day", 1), ("week", 7), ("month", 30)):
        since = (now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        shown = create(own, period=period).json()["window_start"]
        assert shown == since.isoformat().replace("+00:00", "Z")
    each = create(own, period="run").json()
    assert (each["window_start"], each["left"]) == (None, "10000")


def test_what_is_overdrawn_leaves_nothing(own: Client, make: Make) -> None:
    spent(make(), input_tokens=20_000)
    assert create(own).json()["left"] == "0"


def test_dollars_have_their_digits(own: Client, make: Make) -> None:
    spent(make(), cost="0.250000")
    shown = create(own, unit="dollars", amount="1.5").json()
    assert [shown[name] for name in ("amount", "spent", "left")] == ["1.5", "0.25", "1.25"]


def test_it_is_changed_and_deleted(own: Client, make: Make) -> None:
    schedule = make()
    page = f"/api/budgets/{create(own).json()['id']}"
    Budget.objects.update(alerted_at=db.now())
    changed = send(own, "patch", page, {"amount": 5, "schedule": schedule.pk, "action": "pause"})
    assert changed.status_code == 200
    found = changed.json()
    assert (found["amount"], found["schedule"], found["action"]) == ("5", schedule.pk, "pause")
    assert found["alerted_at"] is None
    put = send(own, "put", page, GOOD).json()
    assert (put["schedule"], put["action"], put["amount"]) == (None, "skip", "10000")
    assert send(own, "delete", page).status_code == 204
    problem_of(send(own, "get", page), 404)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"unit": "euros"}, "unit", "Choose one of tokens, dollars."),
        ({"period": "year"}, "period", "Choose one of run, day, week, month."),
        ({"action": "warn"}, "action", "Choose one of skip, pause, alert."),
        ({"amount": -1}, "amount", "from 0 to 10,000,000,000,000"),
        ({"amount": 10**13 + 1}, "amount", "from 0 to 10,000,000,000,000"),
        ({"amount": 0.5}, "amount", "a whole number of tokens"),
        ({"amount": "NaN"}, "amount", "valid number"),
        ({"amount": None}, "amount", "may not be null"),
        ({"amount": "1e30"}, "amount", "digits"),
        ({"schedule": 999_999}, "schedule", "none of yours with the id 999999"),
        ({"schedule": "x"}, "schedule", "whole number"),
        ({"budget": 5}, "budget", "Unknown field"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    own: Client, fields: dict[str, Any], field: str, words: str
) -> None:
    assert words in refused(create(own, **fields))[field]
    assert not Budget.objects.exists()


def test_nothing_is_left_out(own: Client) -> None:
    assert set(refused(send(own, "post", "/api/budgets", {}))) == {"unit", "period", "amount"}


def test_a_budget_is_said_once(own: Client, make: Make) -> None:
    schedule = make()
    for fields in ({}, {"schedule": schedule.pk}):
        assert create(own, **fields).status_code == 201
        assert "such a budget already" in refused(create(own, **fields, amount=7))["amount"]
    other = create(own, action="alert").json()
    change = send(own, "patch", f"/api/budgets/{other['id']}", {"action": "skip"})
    assert "such a budget already" in refused(change)["amount"]


def test_only_ones_own_schedules_have_ones_budgets(make: Make) -> None:
    schedule = make()
    assert "schedule" in refused(create(client_of(person("eve")), schedule=schedule.pk))
    staff = client_of(superuser("root"))
    # Staff see the schedule, but the budget would be theirs.
    assert "no schedule with the id" in refused(create(staff, schedule=schedule.pk))["schedule"]
    budget = limit(schedule, 10)
    changed = send(staff, "patch", f"/api/budgets/{budget.pk}", {"amount": 20})
    assert (changed.json()["amount"], changed.json()["owner"]) == ("20", schedule.owner_id)


def test_a_list_can_be_narrowed_down(own: Client, make: Make) -> None:
    schedule = make()
    limit(schedule, 10)
    limit(schedule, 10, whole=True, unit="dollars")
    for query in (f"schedule={schedule.pk}", "unit=tokens"):
        (found,) = send(own, "get", f"/api/budgets?{query}").json()["results"]
        assert found["schedule"] == schedule.pk


def test_staff_keep_budgets_in_the_admin(admin: Client, ann: User, make: Make) -> None:
    schedule = make()
    page = "/admin/agents/budget/"
    values = {"owner": ann.pk, "schedule_id": schedule.pk, "unit": "tokens", "period": "day"}
    values |= {"amount": "10.5", "action": "skip"}
    assert b"whole number of tokens" in admin.post(f"{page}add/", values).content
    assert admin.post(f"{page}add/", values | {"amount": "10"}).status_code == 302
    budget = Budget.objects.get()
    spent(schedule, input_tokens=7)
    listed = admin.get(page).content.decode()
    assert "10 tokens a day" in listed
    assert "7 tokens" in listed
    changed = admin.post(f"{page}{budget.pk}/change/", values | {"amount": "99", "schedule_id": ""})
    assert changed.status_code == 302
    budget.refresh_from_db()
    assert (budget.amount, budget.schedule_id) == (99, None)
    eve = person("eve")
    values |= {"amount": "1", "owner": eve.pk}
    answer = admin.post(f"{page}add/", values, follow=True).content
    assert b"no schedule with the id" in answer
    assert admin.post(f"{page}{budget.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Budget.objects.exists()


def test_staff_read_spending_in_the_admin(admin: Client, make: Make) -> None:
    spent(make(), input_tokens=1234, cost="0.5")
    listed = admin.get("/admin/agents/spending/").content.decode()
    assert "1234" in listed
    assert admin.get("/admin/agents/spending/add/").status_code == 403
