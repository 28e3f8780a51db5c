"""What pydantic-ai raises, as the reasons in agents.errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_ai import exceptions

from agents.errors import ErrorType, RunFailed
from agents.redaction import redact

MAX_QUOTED = 300
MAX_CAUSES = 10

# llama.cpp's own name for it, which pydantic-ai does not know.
CONTEXT_ERROR_TYPES = {"exceed_context_size_error"}

# The first line that fits counts; {model} and {said} (the provider's own words) are filled in.
REASONS: tuple[tuple[type[Exception], ErrorType, str], ...] = (
    (
        exceptions.ModelAuthenticationError,
        ErrorType.BAD_CREDENTIALS,
        "The provider of {model} refused the key it was given.",
    ),
    (
        exceptions.ModelNotFoundError,
        ErrorType.UNKNOWN_MODEL,
        "The provider does not know the model {model}.",
    ),
    (
        exceptions.ModelContextWindowExceededError,
        ErrorType.CONTEXT_TOO_LONG,
        "Instructions and command are longer than {model} can read.",
    ),
    (
        exceptions.ModelRequestRejectedError,
        ErrorType.REQUEST_REJECTED,
        "The provider of {model} refused the request{said}.",
    ),
    (
        exceptions.ModelQuotaExceededError,
        ErrorType.QUOTA_EXCEEDED,
        "The account at the provider of {model} has no quota or credit left.",
    ),
    (
        exceptions.ModelRateLimitError,
        ErrorType.RATE_LIMITED,
        "The provider of {model} asks for fewer requests.",
    ),
    (exceptions.ModelTimeoutError, ErrorType.TIMED_OUT, "{model} did not answer in time."),
    (exceptions.ModelRequestTimeout, ErrorType.TIMED_OUT, "{model} did not answer in time."),
    (
        exceptions.ModelConnectionError,
        ErrorType.PROVIDER_UNAVAILABLE,
        "The provider of {model} cannot be reached.",
    ),
    (
        exceptions.ModelUnavailableError,
        ErrorType.PROVIDER_UNAVAILABLE,
        "The provider of {model} cannot serve requests at the moment.",
    ),
    (
        exceptions.ModelServerError,
        ErrorType.PROVIDER_UNAVAILABLE,
        "The provider of {model} failed with an error of its own.",
    ),
    (
        exceptions.ModelHTTPError,
        ErrorType.REQUEST_REJECTED,
        "The provider of {model} refused the request{said}.",
    ),
    (
        exceptions.ModelAPIError,
        ErrorType.INVALID_OUTPUT,
        "The answer of the provider of {model} cannot be read.",
    ),
    (
        exceptions.UsageLimitExceeded,
        ErrorType.LIMIT_EXCEEDED,
        "The run needed more model calls than the agent's max_llm_calls allows.",
    ),
    (
        exceptions.OutputTokenLimitExceeded,
        ErrorType.LIMIT_EXCEEDED,
        "{model} used up the agent's max_output_tokens before it had answered.",
    ),
    (
        exceptions.ContentFilterError,
        ErrorType.REQUEST_REJECTED,
        "The provider's content filter stopped the answer of {model}.",
    ),
    (
        exceptions.UnexpectedModelBehavior,
        ErrorType.INVALID_OUTPUT,
        "{model} gave no usable answer.",
    ),
)


def explain(error: Exception, model: str, secrets: Iterable[str] = ()) -> RunFailed | None:
    """The reason behind an exception of a model call; None if it is not one of the known.

    The agent's secrets are not quoted.
    """
    if reason := _within(error):
        return reason
    if type(error) is TimeoutError:
        return RunFailed(ErrorType.TIMED_OUT, f"{model} did not answer in time.")
    if getattr(error, "provider_error_type", None) in CONTEXT_ERROR_TYPES:
        error = exceptions.ModelContextWindowExceededError(model, str(error))
    if isinstance(error, exceptions.UserError):  # such as two tools of one name
        said = _quoted({"message": str(error)}, secrets)
        return RunFailed(ErrorType.TOOL_REFUSED, f"The agent cannot be run as it is{said}.")
    for kind, error_type, sentence in REASONS:
        if isinstance(error, kind):
            said = _quoted(getattr(error, "body", None), secrets)
            return RunFailed(error_type, sentence.format(model=model, said=said))
    return None


def _within(error: BaseException | None) -> RunFailed | None:
    """A reason of ours that a provider's client has wrapped."""
    # Contexts can go round in circles; causes cannot, unless somebody makes them.
    for _ in range(MAX_CAUSES):
        if error is None or isinstance(error, RunFailed):
            return error
        error = error.__cause__
    return None


def _quoted(body: Any, secrets: Iterable[str]) -> str:
    """What the provider says in the body of its refusal, as the end of a sentence."""
    inner = body.get("error", body) if isinstance(body, Mapping) else None
    message = inner.get("message") if isinstance(inner, Mapping) else None
    if not isinstance(message, str) or not message.strip():
        return ""
    return f": {redact(message.strip(), secrets)[:MAX_QUOTED].rstrip('.')}"
