"""Each way in which an operation can fail, and which operations fail in which."""

from typing import Any, NamedTuple

from accounts.idempotency import Idempotent
from scheduler_project.api.versioned import Versioned


class Failure(NamedTuple):
    """Its name among the components, when it happens, and what `detail` says for example."""

    name: str
    description: str
    detail: str


FAILURES = {
    400: Failure(
        "BadRequest",
        "The request is malformed: `errors` has each refused field with a sentence.",
        "Unknown field. Did you mean cron_expression?",
    ),
    401: Failure(
        "Unauthorized",
        "Who makes the request is not known: nothing, or nothing valid, says so.",
        "Authentication credentials were not provided.",
    ),
    403: Failure(
        "Forbidden",
        "The requester is known and may not do this.",
        "This API key may only read.",
    ),
    404: Failure(
        "NotFound",
        "There is no such thing or page, or it belongs to somebody else.",
        "There is nothing at this address, or it belongs to someone else.",
    ),
    406: Failure(
        "NotAcceptable",
        "Answers are JSON, and `Accept` asks for something else.",
        "Could not satisfy the request Accept header.",
    ),
    409: Failure(
        "Conflict",
        "The request is well formed and does not fit what is stored now.",
        "The schedule has been deleted in the meantime.",
    ),
    412: Failure(
        "PreconditionFailed",
        "Somebody else has changed it since `If-Match` was read.",
        "It has been changed since you read it: read it again, and make your change to that.",
    ),
    413: Failure(
        "ContentTooLarge",
        "The body is too large.",
        "The body is larger than the 2,097,152 bytes that are allowed.",
    ),
    415: Failure(
        "UnsupportedMediaType",
        "The body is not `application/json`.",
        'Unsupported media type "text/plain" in request.',
    ),
    422: Failure(
        "UnprocessableContent",
        "The `Idempotency-Key` was used for another request.",
        "This Idempotency-Key was used for another request: repeat that one as it was, or "
        "choose a new key.",
    ),
    429: Failure(
        "TooManyRequests",
        "Too many requests, or too many wrong passwords: `Retry-After` says when to come back.",
        "Request was throttled. Expected available in 12 seconds.",
    ),
    503: Failure(
        "ServiceUnavailable",
        "The database does not answer: try again.",
        "The database does not answer: try again.",
    ),
}


def statuses(view: Any, method: str, path: str, operation: dict[str, Any]) -> list[int]:
    """What can become of a request of this operation, other than success."""
    known, edits = bool(view.get_authenticators()), method in {"PUT", "PATCH"}
    repeatable = isinstance(view, Idempotent) and method == "POST"
    body = "requestBody" in operation
    cases = {
        400: True,
        401: True,
        403: known,
        404: "{" in path or _is_paged(operation),
        406: True,
        409: known and method != "GET",
        412: edits and isinstance(view, Versioned),
        413: body or repeatable,
        415: body,
        422: repeatable,
        429: bool(view.get_throttles()),
        503: True,
    }
    return [status for status, happens in cases.items() if happens]


def _is_paged(operation: dict[str, Any]) -> bool:
    return any(each["name"] in {"page", "cursor"} for each in operation.get("parameters", ()))
