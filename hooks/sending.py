"""One attempt: the message, signed, to the hook's URL; and what the answer means."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from agents import net, signatures
from agents.limits import retry_after
from agents.net.connections import Resolve
from agents.redaction import redact
from hooks import secrets
from hooks.claimed import Claimed, Result
from scheduler_project.text import printable

# In seconds; for all of it.
TIMEOUT = 15.0
MAX_ANSWER_BYTES = 4_000
MAX_KEPT = 1_000
MAX_ERROR = 500
GONE = 410


async def send(claimed: Claimed, resolve: Resolve) -> Result:
    """Send it once; whatever comes of it is a Result."""
    started = time.monotonic()
    try:
        good = secrets.good(claimed.hook, claimed.claimed_at)
        answer = await _post(claimed, good, resolve)
    except (ValueError, net.Unreachable) as error:
        # Refused addresses, and secrets that cannot be opened, are ValueErrors with a sentence.
        return Result(claimed, printable(str(error), MAX_ERROR), duration_ms=_since(started))
    return Result(
        claimed,
        _problem_with(answer.status),
        answer.status,
        printable(redact(answer.text, [*good, claimed.hook.url]), MAX_KEPT),
        gone=answer.status == GONE,
        asked=retry_after.asked(answer.headers, datetime.now(UTC)),
        duration_ms=_since(started),
    )


async def _post(claimed: Claimed, good: Sequence[str], resolve: Resolve) -> net.Answer:
    body = _body(claimed)
    signed = signatures.headers(
        good, message_id=message_id(claimed), timestamp=int(time.time()), body=body
    )
    return await net.fetch(
        "POST",
        claimed.hook.url,
        headers={"Content-Type": "application/json"} | signed,
        content=body,
        timeout=TIMEOUT,
        max_bytes=MAX_ANSWER_BYTES,
        resolve=resolve,
    )


def message_id(claimed: Claimed) -> str:
    """The same whenever this is sent, so that its receiver can tell a repetition."""
    return f"delivery_{claimed.id}"


def _body(claimed: Claimed) -> bytes:
    """As the specification advises: https://www.standardwebhooks.com, "payload structure"."""
    occurred = claimed.occurred_at.isoformat()
    message = {"type": claimed.event, "timestamp": occurred, "data": claimed.data}
    return json.dumps(message).encode()


def _problem_with(status: int) -> str:
    """A sentence, or nothing where it was taken."""
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The receiver answered {status}, a redirect: give the URL it leads to."
    return f"The receiver answered {status}."


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
