"""Days and their sums; everybody's past days are added up once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from agents.models import Spending
from console.home.spent import Amounts, by_day, total

pytestmark = pytest.mark.django_db
FIRST = datetime(2040, 3, 1, tzinfo=UTC)
NOW = datetime(2040, 3, 4, 9, 30, tzinfo=UTC)


def spend(owner: User, at: datetime, **amounts: Any) -> None:
    values = {"schedule_id": 0, "model": "m", "runs": 1, "cost": 1} | amounts
    Spending.objects.create(owner=owner, hour=at, **values)


def days(everybodys: bool, now: datetime = NOW) -> dict[datetime, Amounts]:
    return by_day(Spending.objects.all(), FIRST, now, everybodys=everybodys)


@pytest.mark.parametrize("everybodys", [True, False])
def test_a_day_is_all_that_was_spent_and_estimated(ann: User, bob: User, everybodys: bool) -> None:
    spend(ann, FIRST - timedelta(hours=1))
    spend(ann, FIRST, input_tokens=5, output_tokens=2, estimated_tokens=1, estimated_cost=2)
    spend(bob, FIRST + timedelta(hours=23), runs=3, unpriced_runs=2)
    spend(ann, NOW.replace(minute=0))
    found = days(everybodys)
    assert found[FIRST] == Amounts(Decimal(4), 8, 4, 2)
    assert found[NOW.replace(hour=0, minute=0)] == Amounts(Decimal(1), 0, 1, 0)
    assert total(found.values()) == Amounts(Decimal(5), 8, 5, 2)


def test_days_that_are_over_are_kept_in_mind(ann: User) -> None:
    spend(ann, FIRST)
    assert total(days(True).values()).runs == 1
    spend(ann, FIRST + timedelta(days=1))
    spend(ann, NOW.replace(minute=0))
    assert total(days(True).values()).runs == 2
    assert total(days(False).values()).runs == 3


def test_yesterday_may_still_grow_just_after_midnight(ann: User) -> None:
    yesterday = FIRST + timedelta(days=1)
    midnight = yesterday + timedelta(days=1, minutes=1)
    assert total(days(True, midnight).values()) == Amounts()
    spend(ann, yesterday + timedelta(hours=23))
    assert days(True, midnight)[yesterday].runs == 1


def test_on_the_first_day_there_is_no_past(ann: User) -> None:
    spend(ann, FIRST)
    assert days(True, FIRST + timedelta(minutes=1))[FIRST].runs == 1
