"""Runs by somebody's own service: the command is sent to a URL, whose answer is the result.

The request is a POST of JSON, signed by https://www.standardwebhooks.com where the agent has a
secret named `webhook`.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from agents import net, signatures
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.net import urls
from agents.orders import Order, Usage
from agents.redaction import redact
from agents.secrets import WEBHOOK
from scheduler_project.text import printable

TYPE = "agent.command"
MAX_ANSWER_BYTES = 500_000
MAX_QUOTED = 200
# What a later attempt may change, beside the endpoint's own failures (5xx).
TEMPORARY = {408, 425}
TOO_MANY_REQUESTS = 429


class WebhookRunner:
    """Asks a URL; see agents.runners.Runner for the contract."""

    spends = False

    def check_model(self, model: str) -> None:
        """ValueError with a sentence if there is one."""
        if model:
            raise ValueError("A webhook has no model: leave it empty.")

    def check_options(self, options: Mapping[str, Any]) -> None:
        """ValueError with a sentence unless they are a `url` that may be called."""
        if unknown := sorted(set(options) - {"url"}):
            raise ValueError(f"A webhook has no option {unknown[0]!r}; it has: url.")
        if not isinstance(options.get("url"), str):
            raise ValueError("Give a url: the address that commands are sent to.")
        net.check_url(options["url"])

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """The text of the endpoint's answer; RunFailed with the reason if there is none.

        The endpoint can tell a repetition by webhook-id and Idempotency-Key, which are the
        same in every attempt.
        """
        started = time.monotonic()
        try:
            desk.note("webhook", {"step": "sent", "host": urls.parse(order.options["url"]).host})
            answer = await _post(order)
        except net.Refused as error:
            raise RunFailed(ErrorType.ADDRESS_REFUSED, str(error)) from error
        except net.Unreachable as error:
            raise RunFailed(ErrorType.ENDPOINT_FAILED, str(error)) from error
        taken = round(time.monotonic() - started, 3)
        desk.note("webhook", {"step": "answered", "status": answer.status, "seconds": taken})
        return _result(order, answer)

    async def close(self) -> None:
        """Nothing stays open."""


async def _post(order: Order) -> net.Answer:
    body = _body(order)
    return await net.fetch(
        "POST",
        order.options["url"],
        headers=_headers(order, body),
        content=body,
        # The runtime ends the run itself; this is for its connections.
        timeout=order.timeout_seconds,
        max_bytes=MAX_ANSWER_BYTES,
    )


def _body(order: Order) -> bytes:
    message = {
        "type": TYPE,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "execution_id": str(order.execution_id),
        "attempt": order.attempt,
        "command": order.command,
    }
    return json.dumps(message).encode()


def _headers(order: Order, body: bytes) -> dict[str, str]:
    try:
        signed = signatures.headers(
            [order.secrets[name] for name in WEBHOOK if name in order.secrets],
            message_id=str(order.execution_id),
            timestamp=int(time.time()),
            body=body,
        )
    except ValueError as error:
        raise RunFailed(ErrorType.BAD_CREDENTIALS, str(error)) from error
    own = {"Content-Type": "application/json", "Idempotency-Key": order.idempotency_key}
    return own | signed


def _result(order: Order, answer: net.Answer) -> str:
    if 200 <= answer.status < 300:
        cut = f"\n[Cut here: the answer was longer than {MAX_ANSWER_BYTES:,} bytes.]"
        return answer.text + cut if answer.truncated else answer.text
    if answer.status == TOO_MANY_REQUESTS:
        raise RunFailed(ErrorType.RATE_LIMITED, "The endpoint asks for fewer requests (429).")
    if 300 <= answer.status < 400:
        sentence = f"The endpoint answered {answer.status}, a redirect: give the URL it leads to."
        raise RunFailed(ErrorType.ENDPOINT_REFUSED, sentence)
    failed = answer.status >= 500 or answer.status in TEMPORARY
    kind = ErrorType.ENDPOINT_FAILED if failed else ErrorType.ENDPOINT_REFUSED
    raise RunFailed(kind, f"The endpoint answered {answer.status}{_quoted(order, answer.text)}.")


def _quoted(order: Order, text: str) -> str:
    """What the endpoint says, as the end of a sentence; without secrets before it is cut."""
    said = " ".join(redact(text, order.secrets.values()).split())
    return f": {printable(said, MAX_QUOTED).rstrip('.')}" if said else ""
