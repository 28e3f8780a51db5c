"""The list of error types, and what is made of exceptions."""

import pytest

from agents.errors import ErrorType, RunFailed, classify
from agents.models import AgentTask
from agents.orders import Outcome

NEVER_AGAIN = {
    "quota_exceeded",
    "bad_credentials",
    "unknown_model",
    "context_too_long",
    "request_rejected",
    "limit_exceeded",
    "unknown_runner",
    "agent_deleted",
    "budget_exceeded",
    "tool_refused",
    "endpoint_refused",
    "address_refused",
}


def test_which_types_are_worth_a_retry() -> None:
    assert {kind.value for kind in ErrorType if not kind.retryable} == NEVER_AGAIN


def test_types_fit_the_column() -> None:
    longest = AgentTask._meta.get_field("error_type").max_length
    assert longest is not None
    assert max(map(len, ErrorType)) <= longest


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RunFailed(ErrorType.RATE_LIMITED, "Slow down."), ErrorType.RATE_LIMITED),
        (TimeoutError("secret"), ErrorType.TIMED_OUT),
        (ValueError("secret"), ErrorType.INTERNAL_ERROR),
        (ExceptionGroup("secret", [ValueError("secret")]), ErrorType.INTERNAL_ERROR),
    ],
)
def test_classify(error: Exception, expected: ErrorType) -> None:
    error_type, message = classify(error)
    assert error_type is expected
    assert message.endswith(".")
    assert "secret" not in message


@pytest.mark.parametrize("kind", list(ErrorType))
def test_a_failure_knows_whether_it_is_worth_a_retry(kind: ErrorType) -> None:
    outcome = Outcome.failure(kind, "Because.")
    assert (outcome.state, outcome.error_type, outcome.text) == ("failed", kind.value, "")
    assert outcome.retryable is kind.retryable
