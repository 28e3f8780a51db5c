"""What becomes of a delivery, and of its hook, by what its attempts came to."""

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from pytest_django import Settings

from hooks.models import Delivery, Hook
from hooks.policies import LONGEST_WAIT, MOST_ATTEMPTS, OFF_AFTER
from hooks.tests.scenes import (
    attempt,
    delivered,
    failed,
    happen,
    hook_of,
    make_due,
    only,
    outbox,
    states,
)
from scheduler_project.database import fetch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hook(ann: User) -> Hook:
    return hook_of(ann, events=["execution.*"])


def told(owner: User) -> list[tuple[Any, ...]]:
    return fetch(
        "SELECT kind, message FROM schedules_notification WHERE owner_id = %s", (owner.pk,)
    )


def as_if_it_failed_for_long() -> None:
    Hook.objects.update(failing_since=F("failing_since") - OFF_AFTER)


def test_delivered(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt(delivered)
    delivery = only(hook)
    assert (delivery.state, delivery.status, delivery.error) == ("delivered", 204, "")
    assert delivery.finished_at is not None
    assert delivery.due_at is None


def test_a_failure_is_tried_again_later(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt(partial(failed, answer="busy", duration_ms=7))
    delivery = only(hook)
    assert (delivery.state, delivery.failures, delivery.status) == ("pending", 1, 500)
    assert (delivery.answer, delivery.duration_ms) == ("busy", 7)
    assert delivery.due_at is not None
    assert delivery.sent_at is not None
    assert 15 < (delivery.due_at - delivery.sent_at).total_seconds() < 21
    assert attempt(delivered) == []
    assert only(hook).state == "pending"


def test_a_receiver_is_not_asked_before_it_wants_to_be(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt(partial(failed, asked=1e9))
    delivery = only(hook)
    assert delivery.due_at is not None
    assert delivery.sent_at is not None
    waits = (delivery.due_at - delivery.sent_at).total_seconds()
    assert waits == pytest.approx(LONGEST_WAIT.total_seconds(), abs=10)


def test_it_is_over_after_so_many_attempts(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    for _ in range(MOST_ATTEMPTS):
        assert only(hook).state == "pending"
        make_due()
        attempt()
    assert (only(hook).state, only(hook).failures) == ("failed", MOST_ATTEMPTS)
    assert Hook.objects.get().enabled


def test_a_success_ends_a_row_of_failures(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")
    attempt()
    hook.refresh_from_db()
    assert hook.consecutive_failures == 1
    assert hook.failing_since is not None
    make_due()
    attempt(delivered)
    hook.refresh_from_db()
    assert (hook.consecutive_failures, hook.failing_since) == (0, None)


def test_a_hook_that_fails_for_long_is_switched_off(
    ann: User, hook: Hook, settings: Settings
) -> None:
    settings.HOOK_FAILURES_BEFORE_OFF = 3
    witness = hook_of(ann, events=["notification.*"])
    happen(ann, *["execution.failed"] * 4)
    before = hook.updated_at
    attempt(most=2)
    as_if_it_failed_for_long()
    make_due()
    attempt(most=1)
    hook.refresh_from_db()
    assert (hook.enabled, hook.consecutive_failures) == (False, 3)
    assert hook.disabled_reason == "Its last 3 attempts failed, for 6 hours."
    assert hook.updated_at > before
    assert states(hook) == ["dropped"] * 4
    assert told(ann) == [
        ("hook_disabled", f'The webhook "hook" was switched off: {hook.disabled_reason}')
    ]
    assert outbox(witness) == ["notification.hook_disabled"]
    happen(ann, "execution.failed")
    assert len(outbox(hook)) == 4


def test_many_failures_at_once_are_not_enough(ann: User, hook: Hook, settings: Settings) -> None:
    settings.HOOK_FAILURES_BEFORE_OFF = 1
    happen(ann, *["execution.failed"] * 4)
    attempt()
    hook.refresh_from_db()
    assert (hook.enabled, hook.consecutive_failures) == (True, 4)
    assert told(ann) == []


def test_a_receiver_that_is_gone_hears_nothing_more(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed", "execution.success")
    attempt(partial(failed, gone=True), most=1)
    hook.refresh_from_db()
    assert not hook.enabled
    assert "410" in hook.disabled_reason
    assert states(hook) == ["failed", "dropped"]
    assert len(told(ann)) == 1


def test_what_fails_after_its_hook_was_switched_off_is_dropped(ann: User, hook: Hook) -> None:
    happen(ann, "execution.failed")

    def switched_off(claimed: Any) -> Any:
        Hook.objects.update(enabled=False, disabled_reason="on holiday")
        return failed(claimed, gone=True)

    attempt(switched_off)
    hook.refresh_from_db()
    assert only(hook).state == "dropped"
    assert (hook.enabled, hook.disabled_reason) == (False, "on holiday")
    assert told(ann) == []


def test_awkward_answers_are_kept_as_they_are(ann: User, hook: Hook) -> None:
    said = 'quote " back\\slash {brace}, NULL, ünïcode\n'
    happen(ann, "execution.failed")
    attempt(partial(failed, answer=said))
    assert Delivery.objects.get().answer == said
