"""Everything that pydantic-ai raises about models has a reason of ours."""

import pytest
from pydantic_ai import exceptions

from agents.errors import ErrorType, RunFailed
from agents.runners.llm_errors import MAX_QUOTED, explain

AT_STATUS = {
    exceptions.ModelRateLimitError: ErrorType.RATE_LIMITED,
    exceptions.ModelQuotaExceededError: ErrorType.QUOTA_EXCEEDED,
    exceptions.ModelUnavailableError: ErrorType.PROVIDER_UNAVAILABLE,
    exceptions.ModelOverloadedError: ErrorType.PROVIDER_UNAVAILABLE,
    exceptions.ModelServerError: ErrorType.PROVIDER_UNAVAILABLE,
    exceptions.ModelContextWindowExceededError: ErrorType.CONTEXT_TOO_LONG,
    exceptions.ModelRequestRejectedError: ErrorType.REQUEST_REJECTED,
    exceptions.ModelAuthenticationError: ErrorType.BAD_CREDENTIALS,
    exceptions.ModelNotFoundError: ErrorType.UNKNOWN_MODEL,
    None: ErrorType.REQUEST_REJECTED,
}
OTHERS = [
    (exceptions.ModelConnectionError("m", "x"), ErrorType.PROVIDER_UNAVAILABLE),
    (exceptions.ModelTimeoutError("m", "x"), ErrorType.TIMED_OUT),
    (exceptions.ModelRequestTimeout("m", 3.0), ErrorType.TIMED_OUT),
    (exceptions.ModelAPIError("m", "Failed to decode"), ErrorType.INVALID_OUTPUT),
    (exceptions.UsageLimitExceeded("x"), ErrorType.LIMIT_EXCEEDED),
    (exceptions.OutputTokenLimitExceeded("x"), ErrorType.LIMIT_EXCEEDED),
    (exceptions.ContentFilterError("x"), ErrorType.REQUEST_REJECTED),
    (exceptions.UnexpectedModelBehavior("x"), ErrorType.INVALID_OUTPUT),
]


@pytest.mark.parametrize(("category", "expected"), AT_STATUS.items())
def test_http_errors(category: type | None, expected: ErrorType) -> None:
    error = exceptions.ModelHTTPError.for_category(category, status_code=418, model_name="m")
    reason = explain(error, "openai:gpt-5")
    assert reason is not None
    assert reason.error_type is expected
    assert reason.message.endswith(".")
    assert "{" not in reason.message


@pytest.mark.parametrize(("error", "expected"), OTHERS)
def test_other_errors(error: Exception, expected: ErrorType) -> None:
    reason = explain(error, "local:smollm2")
    assert reason is not None
    assert reason.error_type is expected


def test_llama_cpp_says_that_the_context_is_too_long() -> None:
    error = exceptions.ModelHTTPError(400, "m", provider_error_type="exceed_context_size_error")
    reason = explain(error, "m")
    assert reason is not None
    assert reason.error_type is ErrorType.CONTEXT_TOO_LONG


def test_every_category_of_the_library_is_covered() -> None:
    """A new release may bring new ones: a generic reason would hide that."""
    known = {*AT_STATUS, *(type(error) for error, _ in OTHERS), exceptions.ModelHTTPError}
    public = {
        kind
        for name in exceptions.__all__
        if isinstance(kind := getattr(exceptions, name), type)
        and issubclass(kind, exceptions.ModelAPIError | exceptions.UnexpectedModelBehavior)
    }
    assert public - known == {exceptions.IncompleteToolCall}  # agents have no tools yet


def test_errors_of_ours_are_left_alone() -> None:
    assert explain(ValueError("x"), "m") is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "no such field."}, ": no such field."),
        ({"error": {"message": " bad "}}, ": bad."),
        ({"error": {"message": "x" * 9999}}, f": {'x' * MAX_QUOTED}."),
        ({"error": "text"}, "."),
        ({"message": 5}, "."),
        ("<html>", "."),
        (None, "."),
    ],
)
def test_the_providers_own_words(body: object, said: str) -> None:
    error = exceptions.ModelHTTPError(400, "m", body)
    reason = explain(error, "m")
    assert reason is not None
    assert reason.message == f"The provider of m refused the request{said}"


def test_a_secret_is_hidden_before_the_quote_is_cut() -> None:
    body = {"message": "x" * (MAX_QUOTED - 10) + "planted-secret-value"}
    reason = explain(exceptions.ModelHTTPError(400, "m", body), "m", ["planted-secret-value"])
    assert reason is not None
    assert "planted" not in reason.message


def test_a_reason_that_a_client_has_wrapped() -> None:
    ours = RunFailed(ErrorType.INVALID_OUTPUT, "Too much.")
    wrapped = exceptions.ModelAPIError("x", "connection error")
    wrapped.__cause__ = OSError()
    wrapped.__cause__.__cause__ = ours
    assert explain(wrapped, "x") is ours


def test_causes_that_go_round_in_circles() -> None:
    error, cause = exceptions.UnexpectedModelBehavior("x"), ValueError()
    error.__cause__, cause.__cause__ = cause, error
    reason = explain(error, "x")
    assert reason is not None
    assert reason.error_type is ErrorType.INVALID_OUTPUT
