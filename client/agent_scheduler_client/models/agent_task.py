from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.agent_task_state_enum import (
    AgentTaskStateEnum,
    check_agent_task_state_enum,
)

T = TypeVar("T", bound="AgentTask")


@_attrs_define
class AgentTask:
    """One agent run: its command, state, spending, and its result or error.

    Attributes:
        id (UUID):
        owner (int):
        agent (int | None):
        command (str):
        model (str):
        state (AgentTaskStateEnum): * `pending` - Pending
            * `running` - Running
            * `waiting` - Waiting
            * `success` - Success
            * `failed` - Failed
            * `cancelled` - Cancelled
            * `parked` - Parked
        created_at (datetime.datetime):
        started_at (datetime.datetime | None):
        finished_at (datetime.datetime | None):
        input_tokens (int):
        output_tokens (int):
        cached_tokens (int): Of the input tokens, those read from the provider's cache.
        reasoning_tokens (int): Of the output tokens, those spent on thinking.
        llm_calls (int):
        tool_calls (int):
        cost (None | str): In US dollars; empty where the price of a model that was used is not known.
        error_type (str):
        error_message (str):
        result (str):
    """

    id: UUID
    owner: int
    agent: int | None
    command: str
    model: str
    state: AgentTaskStateEnum
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    llm_calls: int
    tool_calls: int
    cost: None | str
    error_type: str
    error_message: str
    result: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner = self.owner

        agent: int | None
        agent = self.agent

        command = self.command

        model = self.model

        state: str = self.state

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        cached_tokens = self.cached_tokens

        reasoning_tokens = self.reasoning_tokens

        llm_calls = self.llm_calls

        tool_calls = self.tool_calls

        cost: None | str
        cost = self.cost

        error_type = self.error_type

        error_message = self.error_message

        result = self.result

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner": owner,
                "agent": agent,
                "command": command,
                "model": model,
                "state": state,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "cached_tokens": cached_tokens,
                "reasoning_tokens": reasoning_tokens,
                "llm_calls": llm_calls,
                "tool_calls": tool_calls,
                "cost": cost,
                "error_type": error_type,
                "error_message": error_message,
                "result": result,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        owner = d.pop("owner")

        def _parse_agent(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        agent = _parse_agent(d.pop("agent"))

        command = d.pop("command")

        model = d.pop("model")

        state = check_agent_task_state_enum(d.pop("state"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        input_tokens = d.pop("input_tokens")

        output_tokens = d.pop("output_tokens")

        cached_tokens = d.pop("cached_tokens")

        reasoning_tokens = d.pop("reasoning_tokens")

        llm_calls = d.pop("llm_calls")

        tool_calls = d.pop("tool_calls")

        def _parse_cost(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cost = _parse_cost(d.pop("cost"))

        error_type = d.pop("error_type")

        error_message = d.pop("error_message")

        result = d.pop("result")

        agent_task = cls(
            id=id,
            owner=owner,
            agent=agent,
            command=command,
            model=model,
            state=state,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached_tokens,
            reasoning_tokens=reasoning_tokens,
            llm_calls=llm_calls,
            tool_calls=tool_calls,
            cost=cost,
            error_type=error_type,
            error_message=error_message,
            result=result,
        )

        agent_task.additional_properties = d
        return agent_task

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
