"""Answers that follow an output schema, through the scripted model."""

import asyncio
import json
from typing import Any

import pytest

from agents import runtime
from agents.orders import Outcome, Usage
from agents.tests.conftest import Notes, order
from tests.scripted_behaviour import Behaviour
from tests.scripted_model import ScriptedModel

SCHEMA = {
    "type": "object",
    "properties": {"count": {"type": "integer", "minimum": 1}},
    "required": ["count"],
}


def run(usage: Usage | None = None, notes: Notes | None = None, **changes: Any) -> Outcome:
    wanted = order(output_schema=SCHEMA, **changes)
    return asyncio.run(runtime.run(wanted, usage or Usage(), notes or Notes()))


def test_the_answer_is_json(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text='{"count": 3, "why": "Grüße"}'))
    outcome = run()
    assert outcome.state == "success"
    assert outcome.text == '{"count": 3, "why": "Grüße"}'


def test_the_provider_gets_the_schema(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text='{"count": 3}'))
    run()
    (request,) = scripted_model.requests
    asked = request["body"]["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["schema"]["properties"]["count"]["type"] == "integer"


@pytest.mark.parametrize("first", ['{"count": 0}', '{"count": "many"}', "{}", "three", "[3]"])
def test_a_bad_answer_is_repaired_once(scripted_model: ScriptedModel, first: str) -> None:
    scripted_model.then(Behaviour(text=first))
    scripted_model.then(Behaviour(text='{"count": 3}'))
    usage, notes = Usage(), Notes()
    assert run(usage, notes).text == '{"count": 3}'
    assert usage.llm_calls == 2
    assert notes.kinds == [
        *("model_request", "model_response", "retry"),
        *("model_request", "model_response"),
    ]
    told = json.dumps(scripted_model.requests[1]["body"]["messages"])
    assert first.replace('"', '\\"') in told


def test_an_answer_that_never_validates(scripted_model: ScriptedModel) -> None:
    for _ in range(3):
        scripted_model.then(Behaviour(text='{"count": 0}'))
    usage = Usage()
    outcome = run(usage)
    assert (outcome.state, outcome.error_type) == ("failed", "invalid_output")
    assert outcome.retryable
    assert outcome.error_message == (
        "The answer of local:scripted does not follow the output schema: "
        "0 is less than the minimum of 1 (at $.count)."
    )
    assert len(scripted_model.requests) == usage.llm_calls == 2


def test_an_answer_that_is_never_json(scripted_model: ScriptedModel) -> None:
    outcome = run(command="say hello")
    assert outcome.error_type == "invalid_output"
    assert outcome.error_message.endswith("does not follow the output schema.")
    assert len(scripted_model.requests) == 2


def test_no_room_for_the_answer(scripted_model: ScriptedModel) -> None:
    scripted_model.then(Behaviour(text='{"count"', finish_reason="length"))
    outcome = run()
    assert (outcome.error_type, outcome.retryable) == ("limit_exceeded", False)


def test_references_are_followed(scripted_model: ScriptedModel) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/x"}},
        "$defs": {"x": {"const": 7}},
    }
    for answer in ('{"a": 8}', '{"a": 7}'):
        scripted_model.then(Behaviour(text=answer))
    outcome = asyncio.run(runtime.run(order(output_schema=schema), Usage()))
    assert outcome.text == '{"a": 7}'


def test_two_schemas_do_not_mix(scripted_model: ScriptedModel) -> None:
    async def both() -> list[Outcome]:
        other = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
        orders = [
            order('say {"count": 1, "name": 2}', output_schema=SCHEMA),
            order('say {"count": "x", "name": "y"}', output_schema=other),
        ]
        return await asyncio.gather(*(runtime.run(each, Usage()) for each in orders))

    assert [outcome.state for outcome in asyncio.run(both())] == ["success", "success"]
