"""Retries, hand-backs, and the cancel that beats both."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agents.models import AgentTask
from schedules import claims, recover, services
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection, keeps_trying
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    hand_back,
    queued,
    row,
    running,
    set_row,
    succeed,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
SPENT = {"result": "\n  Hello.\nMore.", "model": "m", "input_tokens": 5, "output_tokens": 7}


def test_a_retry_keeps_the_execution_and_waits_by_the_databases_clock(make: Make) -> None:
    schedule = make(max_attempts=3, retry_backoff_seconds=100)
    claimed = running(schedule)
    clear_queue()
    assert fail(claimed, error_type="rate_limited", error_message="Slow down.", input_tokens=5)
    found = row(claimed.id)
    assert (found.state, found.attempt, found.failures) == ("pending", 1, 1)
    assert (found.error_type, found.finished_at) == ("rate_limited", None)
    assert found.reason == "attempt 1 of 3 failed: rate_limited"
    ended = AgentTask.objects.get().finished_at
    assert ended is not None
    assert found.not_before == found.publish_at
    assert found.not_before is not None
    assert timedelta(seconds=50) < found.not_before - ended <= timedelta(seconds=100)
    assert claims.claim([claimed.id], "worker-b") == []
    assert (recover.republish(), queued()) == (0, [])
    set_row(claimed.id, not_before="now()", publish_at="now()")
    assert recover.republish() == 1
    assert queued() == [str(claimed.id)]
    assert take(claimed.id).attempt == 2


def test_spending_of_all_attempts_adds_up(make: Make) -> None:
    claimed = running(make(max_attempts=2, retry_backoff_seconds=0))
    fail(claimed, input_tokens=5, output_tokens=1, llm_calls=1)
    succeed(take(claimed.id), **SPENT, llm_calls=2)
    found = row(claimed.id)
    assert (found.input_tokens, found.output_tokens, found.llm_calls) == (10, 8, 3)
    assert list(AgentTask.objects.order_by("id").values_list("state", flat=True)) == [
        "failed",
        "success",
    ]
    assert (found.error_type, found.reason) == ("", "")


def test_the_last_attempt_fails_the_execution(make: Make) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0)
    claimed = running(schedule)
    fail(claimed, error_type="timed_out")
    assert fail(take(claimed.id), error_type="timed_out", error_message="Too long.")
    found = row(claimed.id)
    assert (found.state, found.failures, found.error_message) == ("failed", 2, "Too long.")
    assert found.reason == "attempt 2 of 2 failed: timed_out"


def test_what_is_not_worth_a_retry_fails_at_once(make: Make) -> None:
    claimed = running(make(max_attempts=5))
    fail(claimed, retryable=False, error_type="bad_credentials")
    assert row(claimed.id).state == "failed"


def test_a_run_that_is_handed_back_goes_on_elsewhere_and_is_not_charged(make: Make) -> None:
    claimed = running(make(max_attempts=1))
    clear_queue()
    assert hand_back(claimed)
    found = row(claimed.id)
    assert (found.state, found.failures) == ("pending", 0)
    assert recover.republish() == 1
    assert queued() == [str(claimed.id)]
    again = take(claimed.id, "worker-b")
    assert succeed(again)
    assert row(claimed.id).state == "success"


def test_cancel_beats_retry(make: Make) -> None:
    claimed = running(make(max_attempts=5))
    services.cancel_execution(execution=row(claimed.id))
    assert fail(claimed)
    found = row(claimed.id)
    assert (found.state, found.publish_at) == ("cancelled", None)
    assert found.finished_at is not None


def test_cancel_beats_handing_back(schedule: Schedule) -> None:
    claimed = running(schedule)
    services.cancel_execution(execution=row(claimed.id))
    assert hand_back(claimed)
    assert row(claimed.id).state == "cancelled"


def test_a_cancel_that_commits_while_the_retry_waits_for_it_wins(
    make: Make, connect: Callable[[], OtherConnection]
) -> None:
    claimed = running(make(max_attempts=5))
    canceller, worker = connect(), connect()
    canceller.begin()
    canceller.run(services.cancel_execution, execution=row(claimed.id))
    failing = worker.start(fail, claimed)
    assert keeps_trying(failing)
    canceller.commit()
    assert failing.result(10) is True
    assert row(claimed.id).state == "cancelled"


def test_a_run_that_had_succeeded_when_the_cancel_came_keeps_its_success(
    schedule: Schedule,
) -> None:
    claimed = running(schedule)
    services.cancel_execution(execution=row(claimed.id))
    assert succeed(claimed)
    assert row(claimed.id).state == "success"


def test_failures_in_a_row_are_counted_until_a_success(make: Make) -> None:
    schedule = make(max_attempts=2, retry_backoff_seconds=0, overlap_policy="allow")
    seen = []
    for outcome in ("failed", "failed", "success", "failed"):
        claimed = running(schedule)
        fail(claimed)
        schedule.refresh_from_db()
        again = take(claimed.id)
        assert succeed(again) if outcome == "success" else fail(again)
        schedule.refresh_from_db()
        seen.append((schedule.last_state, schedule.consecutive_failures))
    assert seen == [("failed", 1), ("failed", 2), ("success", 0), ("failed", 1)]


def test_a_retry_is_no_outcome_of_the_schedule_yet(make: Make) -> None:
    schedule = make(max_attempts=2)
    fail(running(schedule))
    schedule.refresh_from_db()
    assert (schedule.last_state, schedule.consecutive_failures) == ("", 0)
