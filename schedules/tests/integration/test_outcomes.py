"""Finish: outcomes and counters, and the fence that keeps stale attempts out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from agents.models import AgentTask
from schedules import conclusions, outcomes, services
from schedules.claims import Claimed
from schedules.models import Attempt, Schedule
from schedules.tests.integration.scenes import (
    clear_queue,
    fail,
    hand_back,
    pending,
    queued,
    row,
    running,
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


def test_a_repeated_finish_after_an_ambiguous_commit_is_harmless(schedule: Schedule) -> None:
    claimed = running(schedule)
    assert succeed(claimed, **SPENT)
    before = everything(claimed)
    assert succeed(claimed, **SPENT) is False
    assert everything(claimed) == before


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
