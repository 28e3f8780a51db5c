"""What the database does not let happen to hooks and deliveries, whoever tries."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from hooks.models import Delivery, Hook
from hooks.tests.scenes import hook_of

pytestmark = pytest.mark.django_db
INSTANT = "2030-01-31T07:30:00Z"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"events": []}, "hook_wants_something"),
        ({"consecutive_failures": 1}, "hook_failing_since_it_fails"),
        ({"failing_since": INSTANT}, "hook_failing_since_it_fails"),
        ({"disabled_reason": "why"}, "hook_on_without_a_reason_to_be_off"),
        ({"former_secret": "x"}, "hook_former_secret_ends"),
        ({"former_until": INSTANT}, "hook_former_secret_ends"),
    ],
)
def test_hooks(ann: User, fields: dict[str, Any], constraint: str) -> None:
    hook = hook_of(ann)
    with pytest.raises(IntegrityError, match=constraint):
        Hook.objects.filter(pk=hook.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "delivered"}, "delivery_due_until_it_is_over"),
        ({"state": "lost"}, "delivery_due_until_it_is_over"),
        ({"due_at": None}, "delivery_due_until_it_is_over"),
        ({"finished_at": INSTANT}, "delivery_due_until_it_is_over"),
        ({"state": "sending"}, "delivery_sending_is_an_attempt"),
    ],
)
def test_deliveries(ann: User, fields: dict[str, Any], constraint: str) -> None:
    delivery = Delivery.objects.create(hook=hook_of(ann), event="ping", data={})
    with pytest.raises(IntegrityError, match=constraint):
        Delivery.objects.filter(pk=delivery.pk).update(**fields)
