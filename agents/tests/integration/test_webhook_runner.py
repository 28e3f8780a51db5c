"""Runs of the webhook runner, against a real server on loopback."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from agents import runtime
from agents.desk import NoDesk
from agents.errors import ErrorType
from agents.orders import Outcome, Usage
from agents.runners.webhook import MAX_ANSWER_BYTES, WebhookRunner
from agents.tests.conftest import order
from tests.scripted_web import ScriptedWeb, answer

KEY, OLD_KEY = b"planted-key-of-24-bytes-" * 2, b"former-key-of-24-bytes--"


def secret(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


class Notes(NoDesk):
    """A desk that keeps what is noted."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, dict[str, Any]]] = []

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        self.kept.append((kind, dict(data)))


@pytest.fixture
def web(settings: Any) -> Iterator[ScriptedWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with ScriptedWeb() as server:
        yield server


def run(web: ScriptedWeb, desk: NoDesk | None = None, **changes: Any) -> Outcome:
    """One run on an event loop of its own."""
    options = {"url": f"{web.url}/hooks/planted-path?token=planted-query"}
    values = {"runner": "webhook", "options": options} | changes
    return asyncio.run(runtime.run(order(**values), Usage(), desk or NoDesk()))


def test_the_answer_is_the_result(web: ScriptedWeb) -> None:
    web.then(answer(b'{"done": true}', 201, Content_Type="application/json"))
    assert run(web) == Outcome(state="success", text='{"done": true}')


def test_an_empty_answer_is_one(web: ScriptedWeb) -> None:
    web.then(answer(b"", 204))
    assert run(web) == Outcome(state="success", text="")


def test_what_is_sent(web: ScriptedWeb) -> None:
    run(web, command="Grüße\nall", attempt=3, execution_id=UUID(int=7))
    (sent,) = web.requests
    assert (sent.method, sent.target) == ("POST", "/hooks/planted-path?token=planted-query")
    assert sent.headers["content-type"] == "application/json"
    body = json.loads(sent.body)
    at = datetime.fromisoformat(body.pop("timestamp"))
    assert timedelta() <= datetime.now(UTC) - at < timedelta(seconds=30)
    assert body == {
        "type": "agent.command",
        "execution_id": str(UUID(int=7)),
        "attempt": 3,
        "command": "Grüße\nall",
    }


def test_every_attempt_is_the_same_message(web: ScriptedWeb) -> None:
    for attempt in (1, 2):
        run(web, attempt=attempt)
    first, second = (request.headers for request in web.requests)
    for name in ("webhook-id", "idempotency-key"):
        assert first[name] == second[name] == str(UUID(int=2))
    run(web, execution_id=UUID(int=3))
    assert web.requests[2].headers["webhook-id"] == str(UUID(int=3))


def test_signatures(web: ScriptedWeb) -> None:
    run(web, secrets={"webhook_old": secret(OLD_KEY), "webhook": secret(KEY), "other": "x"})
    (sent,) = web.requests
    identity = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}."
    assert abs(int(sent.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 30
    assert sent.headers["webhook-signature"].split(" ") == [
        "v1,"
        + base64.b64encode(
            hmac.new(key, identity.encode() + sent.body, hashlib.sha256).digest()
        ).decode()
        for key in (KEY, OLD_KEY)
    ]


def test_without_a_secret_nothing_is_signed(web: ScriptedWeb) -> None:
    run(web)
    assert "webhook-signature" not in web.requests[0].headers
    assert "webhook-id" in web.requests[0].headers


def test_a_secret_that_is_none(web: ScriptedWeb) -> None:
    outcome = run(web, secrets={"webhook": "planted"})
    assert (outcome.error_type, web.connections) == ("bad_credentials", 0)
    assert "planted" not in outcome.error_message


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        *((status, ErrorType.ENDPOINT_FAILED, True) for status in (408, 425, 500, 502, 503, 599)),
        (429, ErrorType.RATE_LIMITED, True),
        *((status, ErrorType.ENDPOINT_REFUSED, False) for status in (400, 401, 404, 410, 422)),
        *((status, ErrorType.ENDPOINT_REFUSED, False) for status in (301, 302, 304, 307, 308)),
    ],
)
def test_other_statuses(web: ScriptedWeb, status: int, kind: ErrorType, retryable: bool) -> None:
    body = b"" if status == 304 else b"no"
    web.then(answer(body, status, Location=f"{web.url}/elsewhere"))
    outcome = run(web)
    assert (outcome.state, outcome.error_type) == ("failed", kind)
    assert outcome.retryable is retryable
    assert str(status) in outcome.error_message
    assert len(web.requests) == 1


def test_sentences(web: ScriptedWeb) -> None:
    web.then(answer(b"  the field 'x'\n is missing. ", 422))
    web.then(answer(b"", 500))
    web.then(answer(b"", 302))
    assert [run(web).error_message for _ in range(3)] == [
        "The endpoint answered 422: the field 'x' is missing.",
        "The endpoint answered 500.",
        "The endpoint answered 302, a redirect: give the URL it leads to.",
    ]


def test_endpoints_that_do_not_answer(web: ScriptedWeb) -> None:
    web.then([])
    outcome = run(web)
    assert (outcome.error_type, outcome.retryable) == ("endpoint_failed", True)
    web.shutdown()
    web.server_close()
    outcome = run(web)
    assert (outcome.error_type, outcome.retryable) == ("endpoint_failed", True)
    assert outcome.error_message == "127.0.0.1 cannot be reached."


def test_the_runs_timeout(web: ScriptedWeb) -> None:
    release = threading.Event()
    web.then([release])
    outcome = run(web, timeout_seconds=0.2)
    release.set()
    assert (outcome.error_type, outcome.retryable) == ("timed_out", True)
    assert outcome.error_message == "The run took longer than its limit of 0.2 seconds."


def test_addresses_that_are_not_public(web: ScriptedWeb, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    outcome = run(web)
    assert (outcome.error_type, outcome.retryable) == ("address_refused", False)
    assert "not public" in outcome.error_message
    assert web.connections == 0


def test_long_answers_are_cut(web: ScriptedWeb) -> None:
    web.then(answer(b"a" * (MAX_ANSWER_BYTES + 1)))
    text = run(web).text
    assert text.startswith("a" * MAX_ANSWER_BYTES + "\n[Cut here:")
    assert len(text) < MAX_ANSWER_BYTES + 100


def test_notes_and_errors_hold_no_secret(
    web: ScriptedWeb, caplog: pytest.LogCaptureFixture
) -> None:
    """The endpoint repeats all that it knows; long after the quote is cut, too."""
    caplog.set_level("DEBUG")
    known = secret(KEY)
    said = f"bad {known} {'x' * 180} {known}"
    web.then(answer(said.encode(), 400))
    web.then(answer(said.encode()))
    desk = Notes()
    outcomes = [run(web, desk, secrets={"webhook": known}) for _ in range(2)]
    assert outcomes[0].error_message.startswith("The endpoint answered 400: bad [hidden] xxx")
    assert outcomes[1].text.startswith("bad [hidden] xxx")
    everything = repr(outcomes) + repr(desk.kept) + caplog.text
    assert known[:20] not in everything
    assert "planted-path" not in everything
    assert "planted-query" not in everything
    assert [kind for kind, _ in desk.kept] == ["webhook"] * 4
    sent, answered = desk.kept[0][1], desk.kept[1][1]
    assert sent == {"step": "sent", "host": "127.0.0.1"}
    assert (answered["step"], answered["status"]) == ("answered", 400)
    assert 0 <= answered["seconds"] < 20


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Give a url: the address that commands are sent to."),
        ({"url": None}, "Give a url: the address that commands are sent to."),
        ({"url": ["https://example.com"]}, "Give a url: the address that commands are sent to."),
        ({"url": "https://example.com", "uri": 1}, "A webhook has no option 'uri'; it has: url."),
        ({"url": "ftp://example.com"}, "Give a URL that begins with https:// or http://."),
        ({"url": "http://127.0.0.1/"}, "127.0.0.1 leads to an address that is not public; "),
    ],
)
def test_options(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        WebhookRunner().check_options(options)
    assert str(caught.value).startswith(sentence)


def test_what_an_agent_may_have() -> None:
    WebhookRunner().check_options({"url": "https://example.com/hook"})
    WebhookRunner().check_model("")
    with pytest.raises(ValueError, match="no model"):
        WebhookRunner().check_model("openai:gpt-5")
