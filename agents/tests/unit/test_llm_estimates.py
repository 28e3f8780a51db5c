"""How many tokens what is sent to a model has, about, and what a failure says of it."""

import pytest
from pydantic_ai import (
    ModelRequest,
    ModelResponse,
    RequestUsage,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from agents.orders import Usage
from agents.runners.llm_estimates import add, offered, tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 1), ("abcd", 2), ("中文", 2), ("\U0001f600", 2), ("\ud800", 1)],
)
def test_three_bytes_are_a_token(text: str, count: int) -> None:
    assert tokens([ModelRequest(parts=[UserPromptPart(text)])]) == tokens([], text) == count


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (RequestUsage(input_tokens=50, output_tokens=20), 70),
        (RequestUsage(input_tokens=1, output_tokens=1), 12),
        (RequestUsage(input_tokens=10**20, output_tokens=20), 12),
        (RequestUsage(input_tokens=50, output_tokens=-20), 12),
    ],
)
def test_a_part_of_an_answer_has_what_was_said_if_that_can_be(
    said: RequestUsage, count: int
) -> None:
    usage = Usage()
    answer = ModelResponse(parts=[TextPart("abcdef")], usage=said)
    assert add(usage, "local", 10, answer) == usage.estimated_tokens == count


def test_calls_of_tools_count() -> None:
    call = ToolCallPart("pay", {"to": "x" * 300})
    assert tokens([ModelResponse(parts=[call])]) > 100


def test_tools_and_the_shape_of_the_answer_are_told() -> None:
    assert offered(ModelRequestParameters()) == ""
    tool = ToolDefinition(name="look", description="Looks.", parameters_json_schema={"a": "中"})
    other = ToolDefinition(name="final", parameters_json_schema={"b": 1})
    told = offered(
        ModelRequestParameters(
            function_tools=[tool],
            output_tools=[other],
            output_object=OutputObjectDefinition(json_schema={"c": 1}),
        )
    )
    assert told == '[["look", "Looks.", {"a": "中"}], ["final", null, {"b": 1}], {"c": 1}]'
