from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attempt_trigger_enum import AttemptTriggerEnum, check_attempt_trigger_enum

if TYPE_CHECKING:
    from ..models.agent_task import AgentTask


T = TypeVar("T", bound="Attempt")


@_attrs_define
class Attempt:
    """One try of an execution, with the agent task that it ran.

    Attributes:
        number (int):
        trigger (AttemptTriggerEnum): * `timer` - Timer
            * `manual` - Manual
            * `backfill` - Backfill
            * `agent_task` - Agent Task
            * `retry` - Retry
            * `resumed` - Resumed
        worker (str):
        agent_task (AgentTask): One agent run: its command, state, spending, and its result or error.
    """

    number: int
    trigger: AttemptTriggerEnum
    worker: str
    agent_task: AgentTask
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        trigger: str = self.trigger

        worker = self.worker

        agent_task = self.agent_task.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "trigger": trigger,
                "worker": worker,
                "agent_task": agent_task,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_task import AgentTask  # noqa: PLC0415

        d = dict(src_dict)
        number = d.pop("number")

        trigger = check_attempt_trigger_enum(d.pop("trigger"))

        worker = d.pop("worker")

        agent_task = AgentTask.from_dict(d.pop("agent_task"))

        attempt = cls(
            number=number,
            trigger=trigger,
            worker=worker,
            agent_task=agent_task,
        )

        attempt.additional_properties = d
        return attempt

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
