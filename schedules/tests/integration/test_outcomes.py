"""Finish: the fence, retries, counters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from agents.models import AgentTask
from schedules import claims, conclusions, outcomes, recover, services
from schedules.claims import Claimed
from schedules.models import Attempt, Schedule
from schedules.tests.integration.connections import OtherConnection, somebody_waits
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    hand_back,
    pending,
    queued,
    row,
    running,
    set_row,
    succeed,
    take,
    task,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]
SPENT = {"result": "\n  Hello.\nMore.", "model": "m", "input_tokens": 5, "output_tokens": 7}


def everything(claimed: Claimed) -> list[dict[str, Any]]:
    """All that a write about this run could change."""
    execution = row(claimed.id)
    tasks = AgentTask.objects.filter(attempt__execution=claimed.id).order_by("id")
    attempts = Attempt.objects.filter(execution=claimed.id)
    rows = [execution, *tasks, *attempts, *Schedule.objects.order_by("id")]
    return [model_to_dict(each) | vars(each) | {"_state": None} for each in rows]


def test_a_success_is_recorded_with_its_answer_and_spending(schedule: Schedule) -> None:
    claimed = running(schedule)
    assert succeed(claimed, **SPENT, llm_calls=2)
    found = row(claimed.id)
    assert (found.state, found.reason, found.result_summary) == ("success", "", "Hello.")
    assert (found.input_tokens, found.output_tokens, found.llm_calls) == (5, 7, 2)
    assert found.finished_at is not None
    assert (found.lease_until, found.deadline_at, found.publish_at) == (None, None, None)
    agent_task = AgentTask.objects.get()
    assert (agent_task.state, agent_task.result) == ("success", "\n  Hello.\nMore.")
    assert (agent_task.input_tokens, agent_task.model) == (5, "m")
    schedule.refresh_from_db()
    assert (schedule.last_state, schedule.consecutive_failures) == ("success", 0)


def a_retry_runs_elsewhere(claimed: Claimed) -> None:
    fail(claimed)
    take(claimed.id, "worker-b")


def the_retry_is_waiting(claimed: Claimed) -> None:
    fail(claimed)


def it_was_cancelled_and_has_ended(claimed: Claimed) -> None:
    services.cancel_execution(execution=row(claimed.id))
    fail(claimed)


def it_has_succeeded(claimed: Claimed) -> None:
    succeed(claimed, **SPENT)


@pytest.mark.parametrize(
    "meanwhile",
    [
        a_retry_runs_elsewhere,
        the_retry_is_waiting,
        it_was_cancelled_and_has_ended,
        it_has_succeeded,
    ],
    ids=lambda function: function.__name__,
)
@pytest.mark.parametrize("write", [succeed, fail, hand_back], ids=lambda f: f.__name__)
def test_a_stale_attempt_changes_nothing_at_all(
    make: Make, meanwhile: Callable[[Claimed], None], write: Callable[[Claimed], bool]
) -> None:
    claimed = running(make(max_attempts=3, retry_backoff_seconds=0))
    meanwhile(claimed)
    before = everything(claimed)
    clear_queue()
    assert write(claimed) is False
    assert everything(claimed) == before
    assert queued() == []


def test_of_a_batch_only_the_stale_ones_are_refused(make: Make) -> None:
    stale, current = running(make()), running(make())
    succeed(stale)
    given = [conclusions.succeeded(run, task(run)) for run in (stale, current)]
    assert outcomes.finish(given) == {current.id}
    assert outcomes.finish([]) == set()


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
    assert somebody_waits()
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


def test_a_repeated_finish_after_an_ambiguous_commit_is_harmless(schedule: Schedule) -> None:
    claimed = running(schedule)
    assert succeed(claimed, **SPENT)
    before = everything(claimed)
    assert succeed(claimed, **SPENT) is False
    assert everything(claimed) == before


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


def test_outcomes_of_one_schedule_in_one_batch_are_all_counted(make: Make) -> None:
    schedule = make(overlap_policy="allow")
    runs = [running(schedule) for _ in range(3)]
    given = [conclusions.failed(run, task(run), retryable=False) for run in runs]
    assert len(outcomes.finish(given)) == 3
    schedule.refresh_from_db()
    assert schedule.consecutive_failures == 3


def test_statements_of_a_finish_do_not_grow_with_its_batch(make: Make) -> None:
    counts = []
    for size in (1, 10):
        runs = [running(make()) for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            outcomes.finish([conclusions.succeeded(run, task(run)) for run in runs])
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_execution_whose_schedule_was_deleted_still_ends(schedule: Schedule) -> None:
    claimed = running(schedule)
    services.delete_schedule(schedule=schedule)
    assert succeed(claimed, **SPENT)
    found = row(claimed.id)
    assert (found.state, found.schedule_id) == ("success", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("\n\n  first \nsecond", "first"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("  \n\t\n", ""),
    ],
)
def test_the_summary_is_the_first_line_that_says_something(text: str, expected: str) -> None:
    assert outcomes.summary(text) == expected


def test_texts_of_any_kind_come_back_as_they_were(schedule: Schedule) -> None:
    nasty = "quote ' backslash \\ brace {} percent %s null NULL 日本 🐘\n"
    claimed = running(schedule)
    assert succeed(claimed, result=nasty, error_message=nasty)
    assert AgentTask.objects.get().result == nasty
    assert row(claimed.id).error_message == nasty
    assert pending(schedule).state == "pending"
