"""Runs that ask before they call a tool: parked with all that they need, and taken up again."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic_ai import ApprovalRequiredToolset, FunctionToolset

from agents import runtime, tools
from agents.orders import Outcome, Usage
from agents.parking import AskedCall, Resumed
from agents.runners import llm_parking
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

SECRET = "planted-secret-value"
CALL = "call-0"


class Tools:
    """One that may be used, and one that has to be approved; `used` says what was done."""

    def __init__(self) -> None:
        self.used: list[str] = []

    async def look(self, at: str) -> str:
        """Look at something."""
        self.used.append(f"look {at}")
        return f"seen {at}"

    async def pay(self, amount: int, to: Any = "bob") -> str:
        """Pay."""
        self.used.append(f"pay {amount} to {to}")
        return f"paid {amount}"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Tools:
    mine = Tools()
    asked = ApprovalRequiredToolset(
        FunctionToolset([mine.look, mine.pay]), lambda ctx, tool, args: tool.name == "pay"
    )
    monkeypatch.setattr(tools, "toolsets", lambda order, desk: [asked])
    return mine


Run = Callable[..., Outcome]


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def run(notes: Notes, given: Tools, scripted_model: ScriptedModel) -> Run:
    def make(usage: Usage | None = None, **changes: Any) -> Outcome:
        return asyncio.run(runtime.run(order(**changes), usage or Usage(), notes))

    return make


def resumed(outcome: Outcome, answers: Mapping[str, str | None]) -> Resumed:
    assert outcome.parked is not None
    return Resumed(outcome.parked.messages, answers)


def asks(model: ScriptedModel, *calls: tuple[str, dict[str, Any]]) -> None:
    model.then(Behaviour(tool_calls=calls))


def test_what_has_to_be_approved_parks_the_run(
    run: Run, given: Tools, notes: Notes, scripted_model: ScriptedModel
) -> None:
    asks(scripted_model, ("look", {"at": "bills"}), ("pay", {"amount": 5}))
    usage = Usage()
    outcome = run(usage)
    assert (outcome.state, outcome.text, outcome.error_type) == ("waiting", "", "")
    assert outcome.parked is not None
    assert outcome.parked.calls == [AskedCall("call-1", "pay", {"amount": 5})]
    assert given.used == ["look bills"]
    assert (usage.llm_calls, usage.tool_calls) == (1, 1)
    (asked,) = notes.of("approval")
    assert asked == {"asked": [{"id": "call-1", "name": "pay", "arguments": {"amount": 5}}]}


def test_an_approved_call_is_made_and_the_run_goes_on(
    run: Run, given: Tools, notes: Notes, scripted_model: ScriptedModel
) -> None:
    asks(scripted_model, ("look", {"at": "bills"}), ("pay", {"amount": 5}))
    outcome = run(command="Pay the bills", instructions="Be quick.")
    scripted_model.then(Behaviour(text="all paid"))
    usage = Usage()
    answer = run(
        usage,
        command="Pay the bills",
        instructions="Be quick.",
        resumed=resumed(outcome, {"call-1": None}),
    )
    assert (answer.state, answer.text) == ("success", "all paid")
    assert given.used == ["look bills", "pay 5 to bob"]
    assert (usage.llm_calls, usage.tool_calls) == (1, 1)
    said = scripted_model.requests[-1]["body"]["messages"]
    assert [message["role"] for message in said] == [
        *("system", "user", "assistant", "tool", "tool"),
    ]
    assert [message["content"] for message in said[-2:]] == ["seen bills", "paid 5"]
    assert notes.of("approval")[-1] == {"id": "call-1", "approved": True}


def test_of_a_denied_call_the_model_is_told(
    run: Run, given: Tools, notes: Notes, scripted_model: ScriptedModel
) -> None:
    asks(scripted_model, ("pay", {"amount": 5}))
    outcome = run()
    scripted_model.then(Behaviour(text="then not"))
    answer = run(resumed=resumed(outcome, {CALL: "Too much."}))
    assert (answer.state, answer.text, given.used) == ("success", "then not", [])
    assert scripted_model.requests[-1]["body"]["messages"][-1]["content"] == "Too much."
    assert notes.of("approval")[-1] == {"id": CALL, "approved": False, "reason": "Too much."}


def test_its_calls_are_numbered_on(run: Run, notes: Notes, scripted_model: ScriptedModel) -> None:
    asks(scripted_model, ("pay", {"amount": 1}))
    run(resumed=resumed(run(), {CALL: None}))
    assert [note["number"] for note in notes.of("model_request")] == [1, 2]


def test_it_may_ask_again(run: Run, given: Tools, scripted_model: ScriptedModel) -> None:
    asks(scripted_model, ("pay", {"amount": 5}))
    first = run()
    asks(scripted_model, ("pay", {"amount": 6}))
    second = run(resumed=resumed(first, {CALL: None}))
    assert (second.state, given.used) == ("waiting", ["pay 5 to bob"])
    scripted_model.then(Behaviour(text="done"))
    assert run(resumed=resumed(second, {CALL: None})).text == "done"
    assert given.used == ["pay 5 to bob", "pay 6 to bob"]


def test_the_calls_before_count(run: Run, scripted_model: ScriptedModel) -> None:
    asks(scripted_model, ("look", {"at": "a"}))
    asks(scripted_model, ("pay", {"amount": 5}))
    outcome = run(max_llm_calls=2)
    answer = run(max_llm_calls=2, resumed=resumed(outcome, {CALL: None}))
    assert (answer.state, answer.error_type) == ("failed", "limit_exceeded")
    assert len(scripted_model.requests) == 2


def test_an_output_schema_holds_as_before(run: Run, scripted_model: ScriptedModel) -> None:
    schema = {
        "type": "object",
        "properties": {"paid": {"type": "boolean"}},
        "required": ["paid"],
    }
    asks(scripted_model, ("pay", {"amount": 5}))
    outcome = run(output_schema=schema)
    scripted_model.then(Behaviour(text='{"paid": true}'))
    answer = run(output_schema=schema, resumed=resumed(outcome, {CALL: None}))
    assert (answer.error_message, answer.text) == ("", '{"paid": true}')


def test_what_nobody_would_read_to_the_end_is_not_asked(
    run: Run, scripted_model: ScriptedModel
) -> None:
    asks(scripted_model, ("pay", {"amount": 5, "to": "x" * llm_parking.LONGEST_ARGUMENTS}))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("tool_refused", False)
    assert "arguments are longer" in outcome.error_message


@pytest.mark.parametrize(
    "ids", [("x" * (llm_parking.LONGEST_ID + 1), "b"), ("same", "same"), ("a\0", "b")]
)
def test_calls_under_ids_that_nobody_can_keep_or_tell_apart(
    run: Run, given: Tools, scripted_model: ScriptedModel, ids: tuple[str, str]
) -> None:
    calls = ("pay", {"amount": 5}), ("pay", {"amount": 6})
    scripted_model.then(Behaviour(tool_calls=calls, call_ids=ids))
    outcome = run()
    assert (outcome.error_type, outcome.parked, given.used) == ("invalid_output", None, [])


def test_ids_may_be_as_long_as_providers_make_them(run: Run, scripted_model: ScriptedModel) -> None:
    id = "x" * llm_parking.LONGEST_ID
    scripted_model.then(Behaviour(tool_calls=[("pay", {"amount": 5})], call_ids=[id]))
    outcome = run()
    assert outcome.parked is not None
    assert [call.id for call in outcome.parked.calls] == [id]


def test_what_cannot_be_kept(
    run: Run, scripted_model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llm_parking, "MAX_MESSAGES_BYTES", 100)
    asks(scripted_model, ("pay", {"amount": 5}))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("limit_exceeded", False)


def test_messages_that_cannot_be_read(run: Run) -> None:
    answer = run(resumed=Resumed(b'[{"kind": "from the future"}]', {CALL: None}))
    assert (answer.error_type, answer.retryable) == ("internal_error", True)
    assert answer.error_message == "What the run has done until now cannot be read any more."


def test_a_secret_is_not_shown_to_those_who_decide(run: Run, scripted_model: ScriptedModel) -> None:
    asks(scripted_model, ("pay", {"amount": 5, "to": f"x{SECRET}y\0"}))
    outcome = run(secrets={"key": SECRET})
    assert outcome.parked is not None
    (call,) = outcome.parked.calls
    assert SECRET not in json.dumps(call.arguments)
    assert "\\u0000" not in json.dumps(call.arguments)


def nested(levels: int) -> Any:
    return [nested(levels - 1)] if levels else "the bottom"


def test_all_of_what_is_approved_is_shown(run: Run, scripted_model: ScriptedModel) -> None:
    to = {"password": "plain", "Authorization": "Bearer plain", "deep": nested(17), "nul": "a\0b"}
    asks(scripted_model, ("pay", {"amount": 2**70, "to": to}))
    outcome = run(secrets={"key": SECRET})
    assert outcome.parked is not None
    (call,) = outcome.parked.calls
    assert call.arguments == {"amount": str(2**70), "to": to | {"nul": "a\\x00b"}}


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (nested(20), "nested deeper than anybody reads (20 levels)"),
        ({SECRET: 1, "[hidden]": 2}, "cannot be told apart"),
    ],
)
def test_what_cannot_be_shown_is_not_asked(
    run: Run, scripted_model: ScriptedModel, to: Any, reason: str
) -> None:
    asks(scripted_model, ("pay", {"amount": 5, "to": to}))
    outcome = run(secrets={"key": SECRET})
    assert (outcome.error_type, outcome.retryable) == ("tool_refused", False)
    assert reason in outcome.error_message


def test_a_secret_of_digits_is_no_number_either(run: Run, scripted_model: ScriptedModel) -> None:
    asks(scripted_model, ("pay", {"amount": 12345678, "to": [1234, 56789012]}))
    outcome = run(secrets={"pin": "1234", "key": "56789012"})
    assert outcome.parked is not None
    (call,) = outcome.parked.calls
    assert call.arguments == {"amount": "[hidden]", "to": ["[hidden]", "[hidden]"]}
