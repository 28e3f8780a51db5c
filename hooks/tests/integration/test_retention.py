"""What has been over for long is forgotten, a batch at a time."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Now
from pytest_django import Settings

from hooks import retention
from hooks.courier import Courier
from hooks.models import Delivery, Hook
from hooks.tests.scenes import attempt, delivered, happen, hook_of, states
from scheduler_project.database import fetch
from scheduler_project.embedded.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
AGE = "UPDATE hooks_delivery SET finished_at = now() - make_interval(days => 31) WHERE id = ANY(%s)"


@pytest.fixture
def old(ann: User) -> Hook:
    """A hook with three deliveries that are over for 31 days, one that just is, one that waits."""
    hook = hook_of(ann)
    happen(ann, *["execution.failed"] * 4)
    attempt(delivered)
    ids = list(Delivery.objects.order_by("id").values_list("id", flat=True))
    fetch(AGE, (ids[:3],))
    happen(ann, "execution.failed")
    Delivery.objects.filter(state="pending").update(
        due_at=Now(), created_at=F("created_at"), occurred_at="2020-01-01T00:00:00Z"
    )
    return hook


def test_what_is_old_and_over_goes(old: Hook) -> None:
    assert not retention.forget()
    assert states(old) == ["delivered", "pending"]


def test_in_bounded_batches(old: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    assert retention.forget()
    assert len(states(old)) == 3
    assert not retention.forget()
    assert len(states(old)) == 2


def test_the_deployment_says_how_long(old: Hook, settings: Settings) -> None:
    settings.DELIVERIES_KEPT_DAYS = 32
    retention.forget()
    assert len(states(old)) == 5


def test_couriers_see_to_it(
    old: Hook, courier: Callable[..., Courier], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    Hook.objects.update(enabled=False)
    courier()
    assert wait_until(lambda: states(old) == ["delivered", "dropped"], 20)
