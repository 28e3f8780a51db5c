"""The tools of a run, called by a model that does as it is told."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai import (
    ApprovalRequired,
    BinaryContent,
    CallDeferred,
    ModelRetry,
    RunContext,
    Tool,
    ToolFailed,
    ToolReturn,
)
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import runtime, threads, tools
from agents.context import BlockingDesk, Context
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.memory import LONGEST_KEY, LONGEST_VALUE, MAX_KEYS
from agents.orders import Outcome, Usage
from agents.runners import llm_models
from agents.tests.conftest import order
from agents.tests.desks import MemoryDesk
from agents.tools import toolbox
from agents.tools.current_time import told
from agents.tools.results import LONGEST, bounded

Ask = Callable[..., Outcome]


class Model:
    """Makes the calls of a script, one after the other, then answers with the last result."""

    def __init__(self, *calls: tuple[str, dict[str, Any]]) -> None:
        self.calls = list(calls)
        self.results: list[Any] = []
        self.offered: list[str] = []

    def __call__(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.offered = sorted(tool.name for tool in info.function_tools)
        if len(messages) > 1:
            self.results.append(getattr(messages[-1].parts[0], "content", None))
        if self.calls:
            return ModelResponse([ToolCallPart(*self.calls.pop(0))])
        return ModelResponse([TextPart(str(self.results[-1]) if self.results else "done")])


def ask(
    patch: pytest.MonkeyPatch, model: Model, desk: MemoryDesk | None = None, **changes: Any
) -> Outcome:
    """One run of the llm runner with this model."""
    patch.setattr(llm_models, "build", lambda name, clients: FunctionModel(model))
    values = {"max_llm_calls": 20} | changes
    return asyncio.run(runtime.run(order(**values), Usage(), desk or MemoryDesk()))


# --- Tools of a third party
def sync_plain(word: str) -> str:
    """Says the word and the thread."""
    return f"{word} {threading.current_thread().name.split('-')[0]}"


def sync_context(ctx: RunContext[Context[BlockingDesk]], key: str) -> str:
    """Remembers a key."""
    ctx.deps.desk.remember(key, "kept")
    return f"{ctx.deps.desk.recall(key)} {ctx.deps.idempotency_key}"


async def async_context(ctx: RunContext[Context[Desk]]) -> str:
    """Says what was before."""
    return str(await ctx.deps.desk.previous_result())


ready = Tool(sync_plain, name="another_name", description="Ready-made.")
act: list[Callable[[], Any]] = []


def acting() -> Any:
    """Does what the test says."""
    return act[-1]()


async def acting_async() -> Any:
    """Does what the test says."""
    return act[-1]()


MINE = ("sync_plain", "sync_context", "async_context", "ready", "acting", "acting_async")


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    for name in (*MINE, "missing"):
        tools.registry.register(name, f"{__name__}.{name}")
    yield
    for name in (*MINE, "missing"):
        tools.registry.unregister(name)


# --- What is offered
def test_only_what_is_named_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    wanted = {"current_time": "allow", "memory": "deny", "previous_result": "ask"}
    assert ask(monkeypatch, model, tools=wanted).text == "done"
    assert model.offered == ["current_time", "previous_result"]
    assert tools.toolsets(order(), MemoryDesk()) == []
    assert tools.toolsets(order(tools={"memory": "deny"}), MemoryDesk()) == []


def test_a_denied_tool_cannot_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, model = MemoryDesk(), Model(("memory", {"action": "set", "key": "a", "value": "b"}))
    ask(monkeypatch, model, desk, tools={"current_time": "allow", "memory": "deny"})
    assert "Unknown tool name: 'memory'" in str(model.results)
    assert desk.kept == {}


def test_a_tool_to_be_asked_for_parks_the_run_when_it_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = Model(("memory", {"action": "set", "key": "a", "value": "b"}))
    desk = MemoryDesk()
    outcome = ask(monkeypatch, model, desk, tools={"memory": "ask"})
    assert (outcome.state, outcome.parked and outcome.parked.calls[0].tool) == ("waiting", "memory")
    assert desk.kept == {}


def test_a_tool_may_itself_want_an_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    act.append(lambda: _raise(ApprovalRequired()))
    outcome = ask(monkeypatch, Model(("acting", {})), tools={"acting": "allow"})
    assert outcome.state == "waiting"


def test_a_tool_cannot_put_its_answer_off(monkeypatch: pytest.MonkeyPatch) -> None:
    act.append(lambda: _raise(CallDeferred()))
    outcome = ask(monkeypatch, Model(("acting", {})), tools={"acting": "allow"})
    assert (outcome.error_type, outcome.retryable) == ("tool_refused", False)
    assert "'acting' cannot answer while the run goes on" in outcome.error_message


@pytest.mark.parametrize("name", ["missing", "uninstalled"])
def test_a_tool_that_is_not_here(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    outcome = ask(monkeypatch, Model(), tools={name: "allow"})
    assert (outcome.error_type, outcome.retryable) == ("tool_refused", False)
    assert f"tool {name!r}" in outcome.error_message


# --- Tools of third parties
def test_context_threads_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(
        ("sync_plain", {"word": "hi"}),
        ("sync_context", {"key": "k"}),
        ("async_context", {}),
        ("ready", {"word": "yes"}),
    )
    desk = MemoryDesk(previous="yesterday")
    ask(monkeypatch, model, desk, tools=dict.fromkeys(MINE, "allow"))
    key = str(order().execution_id)
    assert model.results == ["hi agents", f"kept {key}", "yesterday", "yes agents"]
    assert desk.kept == {"k": "kept"}
    assert ready.name == "another_name"


def test_a_tool_that_blocks_does_not_stop_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, gate = threading.Event(), threading.Event()

    def block() -> str:
        begun.set()
        return "went on" if gate.wait(30) else "stuck"

    act.append(block)
    monkeypatch.setattr(
        llm_models, "build", lambda name, clients: FunctionModel(Model(("acting", {})))
    )

    async def beside() -> Outcome:
        run = asyncio.create_task(runtime.run(order(tools={"acting": "allow"}), Usage()))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        gate.set()
        return await run

    assert asyncio.run(beside()).text == "went on"


def test_a_tool_that_hangs_is_recorded_within_the_run_s_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = threading.Event()
    act.append(lambda: gate.wait(30))
    begin = time.monotonic()
    model = Model(("acting", {}))
    outcome = ask(monkeypatch, model, tools={"acting": "allow"}, timeout_seconds=0.5)
    assert time.monotonic() - begin < 10
    assert outcome.error_type == "timed_out"
    gate.set()


def test_a_tool_that_hangs_is_named_and_does_not_keep_others_from_a_thread(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pool, gate = threads.Threads(1), threading.Event()
    monkeypatch.setattr(threads, "_shared", lambda: pool)
    act.append(lambda: gate.wait(30))
    hang = lambda: ask(  # noqa: E731
        monkeypatch, Model(("acting", {})), tools={"acting": "allow"}, timeout_seconds=0.5
    )
    hang()
    assert "The tool 'acting' goes on although its run has ended" in caplog.text
    model, wanted = Model(("sync_plain", {"word": "hi"})), {"sync_plain": "allow"}
    assert ask(monkeypatch, model, tools=wanted).text == "hi agents"
    hang()
    outcome = ask(monkeypatch, Model(("sync_plain", {"word": "hi"})), tools=wanted)
    assert (outcome.error_type, outcome.retryable) == ("tool_failed", True)
    assert outcome.error_message.startswith("The tool 'sync_plain' cannot be called: 2 calls")
    gate.set()


@pytest.mark.parametrize("name", ["acting", "acting_async"])
@pytest.mark.parametrize(
    "error",
    [
        *(ValueError("planted-secret"), TimeoutError(), SystemExit(1), asyncio.CancelledError()),
        *(StopIteration(), KeyError("x")),
    ],
)
def test_an_unexpected_exception_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    error: BaseException,
) -> None:
    act.append(lambda: _raise(error))
    with caplog.at_level(logging.ERROR):
        outcome = ask(
            monkeypatch,
            Model((name, {})),
            tools={name: "allow"},
            secrets={"key": "planted-secret"},
        )
    assert (outcome.error_type, outcome.retryable) == ("tool_failed", True)
    assert f"The tool {name!r} failed (" in outcome.error_message
    assert "in _raise" in caplog.text
    assert "planted" not in outcome.error_message + caplog.text


@pytest.mark.parametrize("name", ["acting", "acting_async"])
@pytest.mark.parametrize("error", [ModelRetry("Try again."), ToolFailed("Try again.")])
def test_what_a_tool_tells_the_model(
    monkeypatch: pytest.MonkeyPatch, name: str, error: Exception
) -> None:
    act.append(lambda: _raise(error))
    model = Model((name, {}))
    assert ask(monkeypatch, model, tools={name: "allow"}).state == "success"
    assert "Try again." in str(model.results)


def test_bad_arguments_are_the_models_to_put_right(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(("sync_plain", {"word": {}}), ("sync_plain", {"word": "right"}))
    assert ask(monkeypatch, model, tools={"sync_plain": "allow"}).text == "right agents"
    assert "string" in str(model.results[0])


def test_a_tool_may_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    act.append(lambda: _raise(RunFailed(ErrorType.TOOL_REFUSED, "Not on Sundays.")))
    outcome = ask(monkeypatch, Model(("acting", {})), tools={"acting": "allow"})
    assert (outcome.error_type, outcome.error_message) == ("tool_refused", "Not on Sundays.")


def test_results_are_bounded_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    act.append(lambda: "planted-secret" + "x" * 30_000)
    model = Model(("acting", {}))
    ask(monkeypatch, model, tools={"acting": "allow"}, secrets={"key": "planted-secret"})
    assert model.results[0].startswith("[hidden]xxx")
    assert model.results[0].endswith("x\n[Cut here: the result had 30,008 characters.]")
    assert len(model.results[0]) < LONGEST + 100


@pytest.mark.parametrize("kind", [ModelRetry, ToolFailed])
def test_failures_told_to_the_model_are_bounded_and_clean(
    monkeypatch: pytest.MonkeyPatch, kind: type[ModelRetry] | type[ToolFailed]
) -> None:
    act.append(lambda: _raise(kind("planted-secret" + "x" * 300_000)))
    model = Model(("acting", {}))
    ask(monkeypatch, model, tools={"acting": "allow"}, secrets={"key": "planted-secret"})
    said = str(model.results[0])
    assert "[hidden]xxx" in said
    assert "planted" not in said
    assert len(said) < LONGEST + 200


def _raise(error: BaseException) -> None:
    raise error


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)


@given(JSON)
def test_short_results_stay_as_they_are(value: Any) -> None:
    assert bounded(value, []) == value


@given(st.text(min_size=4, max_size=20), st.sampled_from(["text", "list", "object"]))
def test_no_secret_is_in_a_result(secret: str, kind: str) -> None:
    value = {"text": f"a{secret}b", "list": [secret], "object": {"k": {"v": secret}}}[kind]
    assert secret not in str(bounded(value, [secret])).replace("[hidden]", "")


@pytest.mark.parametrize("secret", ["--- KEY ---\nMIIab/c+d\n---", 'pa"ss\\word-1234'])
def test_no_secret_is_in_the_json_of_a_page(secret: str) -> None:
    page = {"status": 200, "text": json.dumps({"echo": json.dumps({"sent": secret})})}
    shown = json.loads(bounded(page, [secret]))["text"]
    assert json.loads(json.loads(shown)["echo"]) == {"sent": "[hidden]"}


def test_binary_parts_are_left_out() -> None:
    image = BinaryContent(b"x" * 50_000, media_type="image/png")
    assert bounded(image, []) == "[Left out: 50,000 bytes of image/png.]"
    assert bounded(["text", image], [])[0] == "text"
    kept = bounded(ToolReturn("y" * 30_000, content=[image]), [])
    assert kept.content is None
    assert len(kept.return_value) < LONGEST + 100


# --- Our own
@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-03-01T06:30:00", "Europe/Berlin", ("2026-03-01T07:30:00+01:00", "Sunday")),
        ("2026-07-01T22:30:59", "Europe/Berlin", ("2026-07-02T00:30:59+02:00", "Thursday")),
        ("2026-03-01T00:00:00", "UTC", ("2026-03-01T00:00:00+00:00", "Sunday")),
    ],
)
def test_the_time(instant: str, zone: str, expected: tuple[str, str]) -> None:
    found = told(datetime.fromisoformat(instant).replace(tzinfo=UTC), zone)
    assert (found["time"], found["weekday"], found["timezone"]) == (*expected, zone)


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(sorted(available_timezones())))
def test_the_time_is_the_instant_in_any_zone(instant: datetime, zone: str) -> None:
    try:
        said = datetime.fromisoformat(told(instant, zone)["time"])
    except OverflowError:  # the first and the last day that there are
        return
    assert abs(said - instant) < timedelta(seconds=1)


def test_current_time_is_of_the_schedules_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(("current_time", {}))
    ask(monkeypatch, model, tools={"current_time": "allow"}, timezone="Asia/Kathmandu")
    assert model.results[0]["time"].endswith("+05:45")


def test_previous_result(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"previous_result": "allow"}
    calls = [("previous_result", dict[str, Any]())]
    assert ask(monkeypatch, Model(*calls), MemoryDesk("42"), tools=wanted).text == "42"
    text = ask(monkeypatch, Model(*calls), MemoryDesk(), tools=wanted).text
    assert text == "There is no earlier answer."


def remember(patch: pytest.MonkeyPatch, desk: MemoryDesk, *calls: dict[str, Any]) -> list[Any]:
    model = Model(*(("memory", call) for call in calls))
    ask(patch, model, desk, tools={"memory": "allow"})
    return model.results


def test_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = MemoryDesk(b="2")
    assert remember(
        monkeypatch,
        desk,
        {"action": "get", "key": "a"},
        {"action": "set", "key": "a", "value": "1"},
        {"action": "get", "key": "a"},
        {"action": "list"},
        {"action": "set", "key": "b", "value": ""},
    ) == ["There is no note 'a'.", "Written.", "1", ["a", "b"], "Deleted."]
    assert desk.kept == {"a": "1"}


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ({"key": ""}, "Give a key"),
        ({"key": "x" * (LONGEST_KEY + 1)}, "at most 100"),
        ({"key": "\x00"}, "NUL"),
        ({"key": "a", "value": "x" * (LONGEST_VALUE + 1)}, "at most 10000"),
        ({"key": "a", "value": "\x00"}, "NUL"),
        ({"key": "new", "value": "x"}, "100 notes"),
    ],
)
def test_memory_has_limits(
    monkeypatch: pytest.MonkeyPatch, call: dict[str, Any], hint: str
) -> None:
    desk = MemoryDesk(**{f"k{n}": "v" for n in range(MAX_KEYS)})
    before = dict(desk.kept)
    (said,) = remember(monkeypatch, desk, {"action": "set"} | call)
    assert hint in said
    assert desk.kept == before


def test_what_the_desk_does_not_take_is_told_to_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(MemoryDesk):
        async def remember(self, key: str, value: str) -> None:
            raise ValueError("Another run has just taken the last place.")

    (said,) = remember(monkeypatch, Full(), {"action": "set", "key": "a", "value": "b"})
    assert "the last place" in said


def test_a_full_memory_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = MemoryDesk(**{f"k{n}": "v" for n in range(MAX_KEYS)})
    results = remember(
        monkeypatch,
        desk,
        {"action": "set", "key": "k1", "value": "x" * LONGEST_VALUE},
        {"action": "set", "key": "k2", "value": ""},
        {"action": "set", "key": "y" * LONGEST_KEY, "value": "new"},
    )
    assert results == ["Written.", "Deleted.", "Written."]
    assert len(desk.kept) == MAX_KEYS


def test_two_writes_at_once_keep_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) > 1:
            return ModelResponse([TextPart("done")])
        keys = ("a", "b", "c")
        calls = [{"action": "set", "key": key, "value": "x"} for key in keys]
        return ModelResponse([ToolCallPart("memory", call) for call in calls])

    class SlowDesk(MemoryDesk):
        async def remember(self, key: str, value: str) -> None:
            await asyncio.sleep(0)
            await super().remember(key, value)

    desk = SlowDesk(**{f"k{n}": "v" for n in range(MAX_KEYS - 1)})
    monkeypatch.setattr(llm_models, "build", lambda name, clients: FunctionModel(answer))
    asyncio.run(runtime.run(order(tools={"memory": "allow"}), Usage(), desk))
    assert len(desk.kept) == MAX_KEYS


# --- What agents may say
@pytest.mark.parametrize(
    ("given_tools", "hint"),
    [
        ([], "such as"),
        ({"curent_time": "allow"}, "Did you mean current_time?"),
        ({"x": "allow"}, "there is: "),
        ({"memory": "alow"}, "not 'alow'. Did you mean allow?"),
        ({"memory": True}, "allow, ask or deny, not True."),
        ({"memory": ["allow"]}, "allow, ask or deny"),
    ],
)
def test_refused(given_tools: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=r"tool|memory") as caught:
        tools.check(given_tools)
    assert hint in str(caught.value)


def test_allowed() -> None:
    tools.check({})
    tools.check({"memory": "deny", "current_time": "allow", "http_fetch": "ask"})


def test_building_a_run_s_tools_is_cheap() -> None:
    """Schemas are made once; 1,000 runs take far less than the second that one of each took."""
    wanted = order(tools=dict.fromkeys(tools.OWN, "allow"))
    tools.toolsets(wanted, MemoryDesk())
    made = toolbox._made.cache_info().misses
    begin = time.process_time()
    for _ in range(1_000):
        tools.toolsets(wanted, MemoryDesk())
    assert time.process_time() - begin < 1
    assert toolbox._made.cache_info().misses == made
