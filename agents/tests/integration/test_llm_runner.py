"""Runs through pydantic-ai against the scripted model: a real HTTP server on loopback."""

import asyncio
import gc
import gzip
import threading
import time
from typing import Any

import pytest

from agents import runtime
from agents.runners import llm_clients
from agents.runtime import Outcome, Usage
from agents.tests.conftest import order
from scheduler_project.embedded.waiting import wait_until
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel
from tests.scripted_web import ScriptedWeb, answer


def run(usage: Usage | None = None, **changes: Any) -> Outcome:
    """One run on an event loop of its own."""
    return asyncio.run(runtime.run(order(**changes), usage or Usage()))


def test_answer_and_usage(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text="Good morning.", input_tokens=12, output_tokens=3))
    usage = Usage()
    outcome = run(usage, command="Greet me")
    assert outcome == Outcome(state="success", text="Good morning.")
    assert usage == Usage(input_tokens=12, output_tokens=3, llm_calls=1, model="local:scripted")


def test_request_is_plain(scripted_model: ScriptedModel) -> None:
    run(command="say hi", instructions="Be brief.", max_output_tokens=7)
    (request,) = scripted_model.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["headers"]["authorization"] == "Bearer planted-secret-key"
    assert request["body"] == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "say hi"},
        ],
        "max_completion_tokens": 7,
        "stream": False,
    }


@pytest.mark.parametrize(
    ("command", "error_type", "retryable", "requests"),
    [
        ("fail 401", "bad_credentials", False, 1),
        ("fail 403", "bad_credentials", False, 1),
        ("fail 404", "unknown_model", False, 1),
        ("fail 400", "request_rejected", False, 1),
        ("fail 402", "quota_exceeded", False, 1),
        ("fail 429 retry-after 0.1", "rate_limited", True, 4),
        ("fail 500", "provider_unavailable", True, 2),
        ("fail 503", "provider_unavailable", True, 2),
        ("drop", "provider_unavailable", True, 2),
        ("malformed", "invalid_output", True, 1),
        ("empty", "invalid_output", True, 2),
    ],
)
def test_failures(
    scripted_model: ScriptedModel, command: str, error_type: str, retryable: bool, requests: int
) -> None:
    outcome = run(command=command)
    assert (outcome.state, outcome.error_type) == ("failed", error_type)
    assert outcome.retryable is retryable
    assert outcome.text == ""
    assert len(scripted_model.requests) == requests
    assert outcome.error_message.endswith(".")
    assert "planted-secret-key" not in outcome.error_message


def test_unusable_answers_are_paid_for(scripted_model: ScriptedModel) -> None:
    for _ in range(2):
        scripted_model.then(Behaviour(text="", input_tokens=40, output_tokens=2))
    usage = Usage()
    assert run(usage).error_type == "invalid_output"
    assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (80, 4, 2)


def test_one_hiccup_of_the_provider_is_forgiven(scripted_model: ScriptedModel) -> None:
    usage = Usage()
    assert run(usage, command="fail 500 times 1 say recovered").text == "recovered"
    assert usage.llm_calls == 1


def test_what_the_provider_says_is_passed_on_without_keys(scripted_model: ScriptedModel) -> None:
    said = "no such field; Authorization: Bearer planted-secret-key, sk-abcdef123456."
    scripted_model.then(Behaviour(status=400, message=said))
    message = run().error_message
    assert "no such field" in message
    assert "planted" not in message
    assert "sk-abc" not in message


def test_context_too_long(scripted_model: ScriptedModel) -> None:
    said = "This model's maximum context length is 2048 tokens, however you requested 9000."
    scripted_model.then(Behaviour(status=400, message=said))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("context_too_long", False)


def test_nobody_listens(scripted_model: ScriptedModel, settings: Any) -> None:
    settings.MODEL_BASE_URL = "http://127.0.0.1:1/v1"
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("provider_unavailable", True)


def test_max_llm_calls(scripted_model: ScriptedModel) -> None:
    usage = Usage()
    outcome = run(usage, command="empty", max_llm_calls=1)
    assert (outcome.error_type, outcome.retryable) == ("limit_exceeded", False)
    assert usage.llm_calls == 1


def test_timeout_ends_a_hanging_call(scripted_model: ScriptedModel) -> None:
    begin = time.monotonic()
    outcome = run(command="hang", timeout_seconds=0.5)
    assert time.monotonic() - begin < 10
    assert (outcome.error_type, outcome.retryable) == ("timed_out", True)
    assert outcome.error_message == "The run took longer than its limit of 0.5 seconds."


def test_usage_stays_known_after_a_timeout(scripted_model: ScriptedModel) -> None:
    """The first answer is unusable and paid for; the second call never ends."""
    scripted_model.then(Behaviour(text="", input_tokens=40, output_tokens=2))
    scripted_model.then(Behaviour(seconds=60))
    usage = Usage()
    assert run(usage, timeout_seconds=1).error_type == "timed_out"
    assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (40, 2, 1)


def test_cancellation_breaks_off_the_call_and_keeps_the_usage(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.then(Behaviour(text="", input_tokens=40, output_tokens=2))
    scripted_model.then(Behaviour(until=threading.Event()))
    usage = Usage()

    async def cancelled() -> float:
        task = asyncio.create_task(runtime.run(order(), usage))
        while len(scripted_model.requests) < 2:
            await asyncio.sleep(0.01)
        begin = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - begin

    assert asyncio.run(cancelled()) < 10
    assert (usage.input_tokens, usage.llm_calls) == (40, 1)


def test_usage_is_visible_while_the_run_goes_on(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text="", input_tokens=40, output_tokens=2))
    gate = threading.Event()
    scripted_model.then(Behaviour(text="done", until=gate))
    usage = Usage()

    async def watched() -> int:
        task = asyncio.create_task(runtime.run(order(), usage))
        while len(scripted_model.requests) < 2:
            await asyncio.sleep(0.01)
        seen = usage.input_tokens
        gate.set()
        await task
        return seen

    assert asyncio.run(watched()) == 40


def test_result_is_made_storable(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text="a\x00b\ud800c"))
    assert run().text == "ab?c"


def test_huge_answer_is_cut(scripted_model: ScriptedModel) -> None:
    text = run(command="repeat 3000000").text
    assert len(text) < 1_000_100
    assert text.endswith("[Cut here: the answer had 3,000,000 bytes.]")


def test_an_answer_that_would_hold_up_the_loop_is_refused(scripted_model: ScriptedModel) -> None:
    outcome = run(command="repeat 10000000")
    assert (outcome.error_type, outcome.retryable) == ("invalid_output", True)
    assert outcome.error_message == "The provider sent more than 4,000,000 bytes in one answer."


@pytest.mark.parametrize("options", [{}, {"stream": True}])
def test_packed_answers_are_refused(settings: Any, options: dict[str, Any]) -> None:
    packed = gzip.compress(b"a" * 1_000_000)
    settings.AGENT_MODEL, settings.MODEL_NAME = "local", "m"
    with ScriptedWeb() as web:
        settings.MODEL_BASE_URL = web.url
        for _ in range(3):
            web.then(answer(packed, Content_Type="application/json", Content_Encoding="gzip"))
        outcome = run(options=options)
    assert outcome.error_type == "invalid_output"
    assert outcome.error_message == "The provider sent an answer in gzip, unasked."
    assert [request.headers["accept-encoding"] for request in web.requests] == ["identity"]


def test_an_endpoint_that_leads_elsewhere_is_not_followed(settings: Any) -> None:
    settings.AGENT_MODEL, settings.MODEL_NAME = "local", "m"
    with ScriptedWeb() as web:
        settings.MODEL_BASE_URL = web.url
        web.then(answer(b"", status=307, Location=f"{web.url}/elsewhere"))
        outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("request_rejected", False)
    assert "MODEL_BASE_URL" in outcome.error_message
    assert len(web.requests) == 1


def test_many_runs_share_one_client(scripted_model: ScriptedModel) -> None:
    together = threading.Event()
    for _ in range(200):
        scripted_model.then(Behaviour(until=together))

    async def many() -> list[Outcome]:
        runs = asyncio.gather(*(runtime.run(order(f"say {n}"), Usage()) for n in range(200)))
        await asyncio.to_thread(wait_until, lambda: scripted_model.most_at_once == 200, 10)
        together.set()
        outcomes = await runs
        assert len(llm_clients._kept) == 1
        await runtime.close()
        assert len(llm_clients._kept) == 0
        return outcomes

    answers = [outcome.text for outcome in asyncio.run(many())]
    assert answers == [f"You said: say {n}" for n in range(200)]
    assert scripted_model.most_at_once == 200


def test_loops_come_and_go_without_leaving_connections(scripted_model: ScriptedModel) -> None:
    """asyncio.run alone closes what a run has opened; unclosed connections would warn."""

    async def clients_after_a_run() -> llm_clients.Clients:
        assert (await runtime.run(order(), Usage())).text == "hello"
        return await llm_clients.of_this_loop()

    used = [asyncio.run(clients_after_a_run()) for _ in range(3)]
    assert len(set(map(id, used))) == 3
    assert all(clients.is_closed for clients in used)
    gc.collect()
    assert len(llm_clients._kept) == 0
