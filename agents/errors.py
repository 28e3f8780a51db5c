"""Why an agent task failed: one short list, each with whether another attempt is worth it."""

from enum import StrEnum


class ErrorType(StrEnum):
    """The `error_type` of a failed attempt."""

    # The provider cannot be reached, or answers with an error of its own (5xx).
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    # The provider, or the endpoint that was called, asks to slow down (429), or our own limit on
    # calls of the model left no room in time.
    RATE_LIMITED = "rate_limited"
    # The provider's account has no credit or quota left.
    QUOTA_EXCEEDED = "quota_exceeded"
    # The run took longer than its timeout, or the provider did not answer in time.
    TIMED_OUT = "timed_out"
    # The key is missing, wrong or not allowed to use the model, or a secret cannot be opened.
    BAD_CREDENTIALS = "bad_credentials"
    # No such provider or model, or its package is not installed.
    UNKNOWN_MODEL = "unknown_model"
    # Instructions and command do not fit into the model's context.
    CONTEXT_TOO_LONG = "context_too_long"
    # The provider refuses the request as it stands, its content filter included.
    REQUEST_REJECTED = "request_rejected"
    # The answer is empty, unreadable or not what was asked for.
    INVALID_OUTPUT = "invalid_output"
    # A tool that the run cannot do without is not there, not allowed to this agent, cannot be
    # asked for, or refuses the request.
    TOOL_REFUSED = "tool_refused"
    # A tool, or a server of tools, failed with an error that nobody foresaw; the log has it.
    # Worth another attempt, as most are of the moment; how many there are is the owner's choice.
    TOOL_FAILED = "tool_failed"
    # The same of the function of a function agent. One that knows better raises RunFailed itself.
    FUNCTION_FAILED = "function_failed"
    # The agent's endpoint cannot be reached, does not answer in time, or fails (408, 425, 5xx).
    ENDPOINT_FAILED = "endpoint_failed"
    # The agent's endpoint answers that it does not want the request: any other status but 2xx.
    ENDPOINT_REFUSED = "endpoint_refused"
    # The agent's URL may not be requested, or leads to an address that is not public.
    ADDRESS_REFUSED = "address_refused"
    # The agent's own limits (LLM calls, output tokens) ended the run.
    LIMIT_EXCEEDED = "limit_exceeded"
    # A budget leaves nothing for the run, or the run has used up what was left.
    BUDGET_EXCEEDED = "budget_exceeded"
    # The agent's runner kind, or the function that it calls, is not installed here.
    UNKNOWN_RUNNER = "unknown_runner"
    # The agent was deleted before its run began.
    AGENT_DELETED = "agent_deleted"
    # The worker that had the run stopped reporting.
    WORKER_LOST = "worker_lost"
    # An error of ours that nobody foresaw; the log has it.
    INTERNAL_ERROR = "internal_error"

    @property
    def retryable(self) -> bool:
        """Whether the same run may succeed when it is simply tried again."""
        return self in RETRYABLE


RETRYABLE = frozenset(
    {
        ErrorType.PROVIDER_UNAVAILABLE,
        ErrorType.RATE_LIMITED,
        ErrorType.TIMED_OUT,
        ErrorType.INVALID_OUTPUT,
        ErrorType.TOOL_FAILED,
        ErrorType.FUNCTION_FAILED,
        ErrorType.ENDPOINT_FAILED,
        ErrorType.WORKER_LOST,
        ErrorType.INTERNAL_ERROR,
    }
)


class RunFailed(Exception):  # noqa: N818
    """Raised by a runner: the run failed for a known reason.

    `message` is one sentence for the owner and holds no secret.
    """

    def __init__(self, error_type: ErrorType, message: str) -> None:
        super().__init__(message)
        # Others raise it, too: what cannot be recorded is refused where it is made.
        self.error_type = ErrorType(error_type)
        self.message = str(message)


def classify(error: Exception) -> tuple[ErrorType, str]:
    """What to record about an exception that ended a run: its type and one sentence."""
    if isinstance(error, RunFailed):
        return error.error_type, error.message
    if isinstance(error, TimeoutError):
        return ErrorType.TIMED_OUT, "Something the run was waiting for did not answer in time."
    return (
        ErrorType.INTERNAL_ERROR,
        f"The scheduler failed to run the agent ({type(error).__name__}); the log has the details.",
    )
