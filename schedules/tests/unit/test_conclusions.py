"""What an attempt's outcome does to its execution."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from agents.records import Finished
from schedules import conclusions
from schedules.states import State

EXECUTION = UUID(int=1)
TASK = Finished(UUID(int=2), "success", result="done", input_tokens=3, output_tokens=4)


@dataclass(frozen=True)
class Holding:
    id: UUID = EXECUTION
    attempt: int = 5
    failures: int = 0
    max_attempts: int = 3
    retry_backoff_seconds: int = 30


def test_a_success_ends_the_execution_and_charges_nothing() -> None:
    conclusion = conclusions.succeeded(Holding(), TASK)
    assert (conclusion.execution_id, conclusion.attempt) == (EXECUTION, 5)
    assert (conclusion.state, conclusion.charged, conclusion.reason) == (State.SUCCESS, False, "")
    assert conclusion.task is TASK


def test_a_cancelled_run_keeps_what_it_has_spent() -> None:
    conclusion = conclusions.cancelled(Holding(), TASK)
    assert (conclusion.state, conclusion.task.state) == (State.CANCELLED, "cancelled")
    assert (conclusion.task.input_tokens, conclusion.task.output_tokens) == (3, 4)
    assert conclusion.reason == "cancelled"


def test_a_run_that_is_handed_back_starts_again_at_once_and_is_not_charged() -> None:
    conclusion = conclusions.handed_back(Holding(), TASK, reason="why")
    assert (conclusion.state, conclusion.charged) == (State.PENDING, False)
    assert conclusion.delay == timedelta(0)
    assert (conclusion.task.state, conclusion.task.error_type) == ("cancelled", "handed_back")
    assert conclusion.reason == conclusion.task.error_message == "why"


@pytest.mark.parametrize(
    ("failures", "max_attempts", "retryable", "expected"),
    [
        (0, 3, True, State.PENDING),
        (1, 3, True, State.PENDING),
        (2, 3, True, State.FAILED),
        (0, 1, True, State.FAILED),
        (0, 3, False, State.FAILED),
        (7, 3, True, State.FAILED),
    ],
)
def test_a_failure_is_tried_again_while_attempts_are_left_and_it_is_worth_it(
    failures: int, max_attempts: int, retryable: bool, expected: State
) -> None:
    holding = Holding(failures=failures, max_attempts=max_attempts)
    conclusion = conclusions.failed(holding, TASK, retryable=retryable)
    assert (conclusion.state, conclusion.charged) == (expected, True)
    assert conclusion.task.state == "failed"


def test_only_charged_failures_count_not_attempt_numbers() -> None:
    often_handed_back = Holding(attempt=9, failures=0, max_attempts=2)
    assert conclusions.failed(often_handed_back, TASK, retryable=True).state == State.PENDING


def test_the_reason_of_a_failure_says_which_attempt_and_why() -> None:
    task = replace(TASK, error_type="rate_limited")
    conclusion = conclusions.failed(Holding(failures=1), task, retryable=True)
    assert conclusion.reason == "attempt 2 of 3 failed: rate_limited"


def test_the_wait_before_a_retry_is_that_of_the_retry_policy() -> None:
    for _ in range(50):
        delay = conclusions.failed(Holding(failures=1), TASK, retryable=True).delay
        assert timedelta(seconds=30) < delay <= timedelta(seconds=60)


def test_what_failed_together_is_not_repeated_together() -> None:
    delays = {conclusions.failed(Holding(), TASK, retryable=True).delay for _ in range(20)}
    assert len(delays) > 10
