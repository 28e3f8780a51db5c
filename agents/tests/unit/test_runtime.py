"""The runtime around a runner: timeout, failures, results; no network."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai import RequestUsage, models
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel

from agents import runners, runtime
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Order, Outcome, Usage
from agents.runners import llm_models
from agents.tests.conftest import order

Work = Callable[[Order, Usage], Any]


class Puppet:
    """A runner that does what the test says."""

    work: Work

    def check_model(self, model: str) -> None:
        """Any model will do."""

    def check_options(self, options: Mapping[str, Any]) -> None:
        """Any options will do."""

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        result = type(self).work(order, usage)
        return str(await result if asyncio.iscoroutine(result) else result)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def puppet() -> Iterator[Callable[[Work], None]]:
    runners.register("puppet", f"{__name__}.Puppet")

    def set_work(work: Work) -> None:
        Puppet.work = staticmethod(work)

    yield set_work
    runners.unregister("puppet")


def run(usage: Usage | None = None, **changes: Any) -> Outcome:
    changes = {"runner": "puppet"} | changes
    return asyncio.run(runtime.run(order(**changes), usage or Usage()))


def raising(error: BaseException) -> Work:
    def work(order: Order, usage: Usage) -> str:
        raise error

    return work


def test_success(puppet: Any) -> None:
    puppet(lambda order, usage: f"did {order.command}")
    assert run(command="it") == Outcome(state="success", text="did it")


def test_known_failure(puppet: Any) -> None:
    puppet(raising(RunFailed(ErrorType.QUOTA_EXCEEDED, "No credit.")))
    assert run() == Outcome(
        state="failed", error_type="quota_exceeded", error_message="No credit.", retryable=False
    )


def test_unknown_failure_is_logged_without_secrets(
    puppet: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MODEL_API_KEY = "planted-secret"
    puppet(raising(RuntimeError("key planted-secret is odd")))
    with caplog.at_level(logging.ERROR):
        outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("internal_error", True)
    assert "RuntimeError" in outcome.error_message
    assert "is odd" in caplog.text
    assert "planted-secret" not in caplog.text + outcome.error_message


def test_unknown_runner() -> None:
    outcome = run(runner="nobody")
    assert (outcome.error_type, outcome.retryable) == ("unknown_runner", False)
    assert "llm" in outcome.error_message


def test_timeout(puppet: Any) -> None:
    puppet(lambda order, usage: asyncio.sleep(60))
    begin = time.monotonic()
    outcome = run(timeout_seconds=0.1)
    assert time.monotonic() - begin < 10
    assert outcome.error_type == "timed_out"
    assert "0.1 seconds" in outcome.error_message


def test_timeout_of_something_inside_is_told_apart(puppet: Any) -> None:
    puppet(raising(TimeoutError()))
    outcome = run()
    assert outcome.error_type == "timed_out"
    assert "limit" not in outcome.error_message


def test_what_ends_the_task_is_not_swallowed(puppet: Any) -> None:
    puppet(raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run()


def test_a_cancelled_run_is_cancelled(puppet: Any) -> None:
    async def scene() -> None:
        puppet(lambda order, usage: asyncio.sleep(60))
        work = asyncio.create_task(runtime.run(order(runner="puppet"), Usage()))
        await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(scene())


@pytest.mark.parametrize("error", [SystemExit(2), asyncio.CancelledError()])
def test_a_runner_ends_no_worker(
    puppet: Any, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    puppet(raising(error))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("internal_error", True)
    name = type(error).__name__
    assert outcome.error_message == (
        f"The runner 'puppet' failed ({name}); the worker's log has the details."
    )
    assert len(caplog.records) == 1


@pytest.mark.parametrize("answer", [None, b"bytes", 7])
def test_an_answer_that_is_no_text_is_a_failure(monkeypatch: Any, answer: Any) -> None:
    async def say(self: Puppet, order: Order, usage: Usage, desk: Desk) -> Any:
        return answer

    monkeypatch.setattr(Puppet, "run", say)
    monkeypatch.setitem(runners._loaded, "puppet", Puppet())
    outcome = run()
    assert (outcome.error_type, outcome.text) == ("internal_error", "")
    assert "TypeError" in outcome.error_message


def test_a_failure_whose_type_is_unknown_is_a_failure(puppet: Any) -> None:
    def fail(order: Order, usage: Usage) -> str:
        raise RunFailed("sunspots", "No luck.")  # type: ignore[arg-type]

    puppet(fail)
    assert run().error_type == "internal_error"


class Closing:
    """A runner whose end is what the test says."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = errors
        self.closed = False

    async def close(self) -> None:
        for error in self.errors:
            raise error
        self.closed = True


@pytest.mark.parametrize("error", [RuntimeError("x"), SystemExit(1), asyncio.CancelledError()])
def test_a_runner_that_cannot_be_closed_keeps_no_other_open(
    monkeypatch: Any, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    good = Closing()
    monkeypatch.setattr(runners, "_loaded", {"bad": Closing(error), "good": good})
    asyncio.run(runtime.close())
    assert good.closed
    assert "'bad' could not be closed" in caplog.text


def test_a_runner_that_hangs_at_the_end_is_left(monkeypatch: Any) -> None:
    class Hanging(Closing):
        async def close(self) -> None:
            await asyncio.sleep(60)

    good = Closing()
    monkeypatch.setattr(runners, "CLOSE_SECONDS", 0.01)
    monkeypatch.setattr(runners, "_loaded", {"bad": Hanging(), "good": good})
    asyncio.run(runtime.close())
    assert good.closed


def test_spending_is_the_callers(puppet: Any) -> None:
    async def spend(order: Order, usage: Usage) -> None:
        usage.input_tokens = 5
        await asyncio.sleep(60)

    puppet(spend)
    usage = Usage()
    assert run(usage, timeout_seconds=0.1).state == "failed"
    assert usage.input_tokens == 5


@given(st.text(st.characters()))
def test_any_result_can_be_stored(text: str) -> None:
    stored = runtime.storable(text)
    stored.encode()
    assert "\x00" not in stored
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert stored == text.replace("\x00", "")


@pytest.mark.parametrize("letter", ["x", "é", "€", "😀"])
def test_long_results_are_cut_between_letters(letter: str) -> None:
    stored = runtime.storable(letter * 1_000_000)
    kept, _, note = stored.partition("\n")
    assert set(kept) == {letter}
    assert len(kept.encode()) > runtime.MAX_RESULT_BYTES - 4 or letter == "x"
    assert note.startswith("[Cut here") or letter == "x"
    assert len(stored.encode()) < runtime.MAX_RESULT_BYTES + 100


def test_no_piece_of_a_secret_is_left_where_a_result_is_cut() -> None:
    secret = "planted-" + "value" * 400
    for before in range(990_000, 1_010_000, 499):
        text = secret + "." * (before - len(secret)) + secret + "." * 100_000
        stored = runtime.storable(text, [secret])
        assert "planted" not in stored
        assert stored.endswith(f"[Cut here: the answer had {len(text):,} bytes.]")


def test_a_secret_with_nul_inside_is_hidden() -> None:
    assert runtime.storable("planted\x00-value", ["planted-value"]) == "[hidden]"


def test_secrets_are_not_looked_for_in_what_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def look(text: str, secrets: Any) -> str:
        looked_at.append(len(text))
        return text

    monkeypatch.setattr(runtime, "hide", look)
    runtime.storable("x" * 5_000_000, ["planted-value"])
    assert looked_at == [runtime.MAX_RESULT_BYTES + len("planted-value")]


class TestWithModels:
    """The llm runner with pydantic-ai's own test models: nothing leaves the process."""

    @pytest.fixture
    def use(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[models.Model], None]:
        monkeypatch.setattr(models, "ALLOW_MODEL_REQUESTS", False)

        def put(model: models.Model) -> None:
            monkeypatch.setattr(llm_models, "build", lambda name, clients: model)

        return put

    def test_text(self, use: Any) -> None:
        use(TestModel(custom_output_text="Done."))
        usage = Usage()
        assert run(usage, runner="llm").text == "Done."
        assert usage.llm_calls == 1
        assert usage.input_tokens > 0
        assert usage.output_tokens > 0

    def test_the_model_gets_order_and_limits(self, use: Any) -> None:
        seen: list[AgentInfo] = []

        def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            seen.append(info)
            return ModelResponse(parts=[TextPart(f"{len(messages)} message")])

        use(FunctionModel(answer))
        outcome = run(
            runner="llm", instructions="Be kind.", max_output_tokens=9, timeout_seconds=3.5
        )
        assert outcome.text == "1 message"
        assert seen[0].instructions == "Be kind."
        assert seen[0].model_settings == {"max_tokens": 9, "timeout": 3.5, "max_retries": 0}
        assert seen[0].function_tools == []

    @pytest.mark.parametrize(
        ("reason", "error_type"),
        [("length", "limit_exceeded"), ("content_filter", "request_rejected")],
    )
    def test_an_answer_that_was_stopped_is_paid_for(
        self, use: Any, reason: Literal["length", "content_filter"], error_type: str
    ) -> None:
        def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            spent = RequestUsage(input_tokens=7, output_tokens=3)
            return ModelResponse(parts=[], finish_reason=reason, usage=spent)

        use(FunctionModel(answer))
        usage = Usage()
        assert run(usage, runner="llm").error_type == error_type
        assert (usage.input_tokens, usage.output_tokens, usage.llm_calls) == (7, 3, 1)

    def test_requests_to_real_models_are_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models, "ALLOW_MODEL_REQUESTS", False)
        monkeypatch.setenv("OPENAI_API_KEY", "x")
        assert run(runner="llm", model="openai:gpt-5").error_type == "internal_error"

    def test_a_model_that_raises(self, use: Any) -> None:
        def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            raise ZeroDivisionError

        use(FunctionModel(answer))
        assert run(runner="llm").error_type == "internal_error"


def test_an_agents_secrets_are_in_no_outcome_and_no_log(
    puppet: Callable[[Work], None], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(order: Order, usage: Usage) -> str:
        raise RunFailed(ErrorType.ENDPOINT_FAILED, f"It said {order.secrets['token']}.")

    def crash(order: Order, usage: Usage) -> str:
        raise LookupError(order.secrets["token"])

    def echo(order: Order, usage: Usage) -> str:
        return f"You sent {order.secrets['token']}."

    outcomes = []
    for work in (fail, crash, echo):
        puppet(work)
        outcomes.append(run(secrets={"token": "planted-value"}))
    assert outcomes[0].error_message == "It said [hidden]."
    assert outcomes[2].text == "You sent [hidden]."
    assert "LookupError: [hidden]" in caplog.text
    assert "planted-value" not in caplog.text + repr(outcomes)
    assert "planted-value" not in repr(order(secrets={"token": "planted-value"}))


def test_a_cancelled_run_that_ends_with_an_error_is_cancelled(puppet: Any) -> None:
    async def clumsy() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise RuntimeError("closed") from None
        return ""

    async def cancelled(task: asyncio.Task[Outcome]) -> bool:
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    async def both() -> None:
        wanted = order(runner="puppet", timeout_seconds=60)
        assert await cancelled(asyncio.create_task(runtime.run(wanted, Usage())))

    puppet(lambda order, usage: clumsy())
    asyncio.run(both())
    assert run(timeout_seconds=0.05).error_type == "timed_out"
