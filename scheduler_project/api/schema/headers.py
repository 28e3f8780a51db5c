"""Headers that many operations share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from accounts.idempotency import HEADER, LONGEST_KEY, Idempotent
from scheduler_project.api.located import CREATED, Located
from scheduler_project.api.versioned import Versioned


def asked(view: Any, method: str) -> list[OpenApiParameter]:
    """Those that a request may have: a key on POSTs that heed it, a version on edits."""
    if method == "POST" and isinstance(view, Idempotent):
        return [IDEMPOTENCY_KEY]
    if method in {"PUT", "PATCH"} and isinstance(view, Versioned):
        return [IF_MATCH]
    return []


def answered(view: Any, method: str, status: str) -> list[str]:
    """Those that a successful answer may have."""
    creates = isinstance(view, Located) and getattr(view, "action", None) in view.creating
    cases = {
        "ETag": isinstance(view, Versioned) and status in {"200", "201"},
        "Location": creates and int(status) in CREATED,
        "Idempotency-Replayed": isinstance(view, Idempotent) and method == "POST",
        **dict.fromkeys(LIMITS, bool(view.get_throttles())),
    }
    return [name for name, given in cases.items() if given]


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what was read: 412 if somebody else has changed it since.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=(
        "Any text of your own, one for each thing to be done. The same request with the same key "
        "gets the same answer, for a day, and is carried out once; another request gets 422."
    ),
    pattern=f"^[ -~]{{1,{LONGEST_KEY}}}$",
)
LIMITS = ("RateLimit", "RateLimit-Policy")
ANSWERED = {
    "ETag": "The version of what is shown, for `If-Match`.",
    "Location": "The address of what was created.",
    "Idempotency-Replayed": "`true` where this is the answer to an earlier request of this key.",
    "RateLimit": "Requests that are left, and seconds until there are all again; RateLimit draft.",
    "RateLimit-Policy": "Requests in a window of so many seconds; RateLimit draft.",
    "Retry-After": "Seconds after which to try again.",
    "WWW-Authenticate": "How to sign in.",
}
OF_FAILURES = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
