from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.execution_state_enum import ExecutionStateEnum, check_execution_state_enum
from ..models.execution_trigger_enum import (
    ExecutionTriggerEnum,
    check_execution_trigger_enum,
)

if TYPE_CHECKING:
    from ..models.attempt import Attempt


T = TypeVar("T", bound="ExecutionDetail")


@_attrs_define
class ExecutionDetail:
    """A row of the ledger with its orders, its full result and its attempts.

    Attributes:
        id (UUID):
        schedule (int | None):
        schedule_name (str):
        agent (int | None):
        trigger (ExecutionTriggerEnum): * `timer` - Timer
            * `manual` - Manual
            * `backfill` - Backfill
            * `agent_task` - Agent Task
        scheduled_for (datetime.datetime):
        coalesced_count (int): Earlier occurrences that this row also accounts for.
        state (ExecutionStateEnum): * `pending` - Pending
            * `running` - Running
            * `waiting` - Waiting
            * `success` - Success
            * `failed` - Failed
            * `cancelled` - Cancelled
            * `skipped` - Skipped
            * `missed` - Missed
        reason (str):
        queued_at (datetime.datetime):
        started_at (datetime.datetime | None):
        finished_at (datetime.datetime | None):
        cancel_requested_at (datetime.datetime | None):
        lateness_seconds (float | None): From the planned time to the start of the first attempt.
        duration_seconds (float | None): Seconds from the start to the end.
        attempt (int): The fence: every write of a worker carries it.
        max_attempts (int):
        worker (str):
        input_tokens (int):
        output_tokens (int):
        cached_tokens (int):
        reasoning_tokens (int):
        llm_calls (int):
        tool_calls (int):
        cost (None | str): In US dollars, as far as known.
        estimated_tokens (int): Of calls that did not come back, of providers that do not say, and of lost workers: an
            estimate, besides the tokens above.
        estimated_cost (str): In US dollars, besides `cost`: of those, and where the cost is not known.
        result_summary (str):
        error_type (str):
        error_message (str):
        command (str):
        timeout_seconds (int):
        retry_backoff_seconds (int):
        result (str): The full answer of the last attempt.
        attempts (list[Attempt]):
    """

    id: UUID
    schedule: int | None
    schedule_name: str
    agent: int | None
    trigger: ExecutionTriggerEnum
    scheduled_for: datetime.datetime
    coalesced_count: int
    state: ExecutionStateEnum
    reason: str
    queued_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    cancel_requested_at: datetime.datetime | None
    lateness_seconds: float | None
    duration_seconds: float | None
    attempt: int
    max_attempts: int
    worker: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    llm_calls: int
    tool_calls: int
    cost: None | str
    estimated_tokens: int
    estimated_cost: str
    result_summary: str
    error_type: str
    error_message: str
    command: str
    timeout_seconds: int
    retry_backoff_seconds: int
    result: str
    attempts: list[Attempt]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        schedule: int | None
        schedule = self.schedule

        schedule_name = self.schedule_name

        agent: int | None
        agent = self.agent

        trigger: str = self.trigger

        scheduled_for = self.scheduled_for.isoformat()

        coalesced_count = self.coalesced_count

        state: str = self.state

        reason = self.reason

        queued_at = self.queued_at.isoformat()

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

        cancel_requested_at: None | str
        if isinstance(self.cancel_requested_at, datetime.datetime):
            cancel_requested_at = self.cancel_requested_at.isoformat()
        else:
            cancel_requested_at = self.cancel_requested_at

        lateness_seconds: float | None
        lateness_seconds = self.lateness_seconds

        duration_seconds: float | None
        duration_seconds = self.duration_seconds

        attempt = self.attempt

        max_attempts = self.max_attempts

        worker = self.worker

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        cached_tokens = self.cached_tokens

        reasoning_tokens = self.reasoning_tokens

        llm_calls = self.llm_calls

        tool_calls = self.tool_calls

        cost: None | str
        cost = self.cost

        estimated_tokens = self.estimated_tokens

        estimated_cost = self.estimated_cost

        result_summary = self.result_summary

        error_type = self.error_type

        error_message = self.error_message

        command = self.command

        timeout_seconds = self.timeout_seconds

        retry_backoff_seconds = self.retry_backoff_seconds

        result = self.result

        attempts = []
        for attempts_item_data in self.attempts:
            attempts_item = attempts_item_data.to_dict()
            attempts.append(attempts_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "schedule": schedule,
                "schedule_name": schedule_name,
                "agent": agent,
                "trigger": trigger,
                "scheduled_for": scheduled_for,
                "coalesced_count": coalesced_count,
                "state": state,
                "reason": reason,
                "queued_at": queued_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "cancel_requested_at": cancel_requested_at,
                "lateness_seconds": lateness_seconds,
                "duration_seconds": duration_seconds,
                "attempt": attempt,
                "max_attempts": max_attempts,
                "worker": worker,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "cached_tokens": cached_tokens,
                "reasoning_tokens": reasoning_tokens,
                "llm_calls": llm_calls,
                "tool_calls": tool_calls,
                "cost": cost,
                "estimated_tokens": estimated_tokens,
                "estimated_cost": estimated_cost,
                "result_summary": result_summary,
                "error_type": error_type,
                "error_message": error_message,
                "command": command,
                "timeout_seconds": timeout_seconds,
                "retry_backoff_seconds": retry_backoff_seconds,
                "result": result,
                "attempts": attempts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt import Attempt  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_schedule(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        schedule = _parse_schedule(d.pop("schedule"))

        schedule_name = d.pop("schedule_name")

        def _parse_agent(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        agent = _parse_agent(d.pop("agent"))

        trigger = check_execution_trigger_enum(d.pop("trigger"))

        scheduled_for = datetime.datetime.fromisoformat(d.pop("scheduled_for"))

        coalesced_count = d.pop("coalesced_count")

        state = check_execution_state_enum(d.pop("state"))

        reason = d.pop("reason")

        queued_at = datetime.datetime.fromisoformat(d.pop("queued_at"))

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

        def _parse_cancel_requested_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cancel_requested_at_type_0 = datetime.datetime.fromisoformat(data)

                return cancel_requested_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        cancel_requested_at = _parse_cancel_requested_at(d.pop("cancel_requested_at"))

        def _parse_lateness_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        lateness_seconds = _parse_lateness_seconds(d.pop("lateness_seconds"))

        def _parse_duration_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_seconds = _parse_duration_seconds(d.pop("duration_seconds"))

        attempt = d.pop("attempt")

        max_attempts = d.pop("max_attempts")

        worker = d.pop("worker")

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

        estimated_tokens = d.pop("estimated_tokens")

        estimated_cost = d.pop("estimated_cost")

        result_summary = d.pop("result_summary")

        error_type = d.pop("error_type")

        error_message = d.pop("error_message")

        command = d.pop("command")

        timeout_seconds = d.pop("timeout_seconds")

        retry_backoff_seconds = d.pop("retry_backoff_seconds")

        result = d.pop("result")

        attempts = []
        _attempts = d.pop("attempts")
        for attempts_item_data in _attempts:
            attempts_item = Attempt.from_dict(attempts_item_data)

            attempts.append(attempts_item)

        execution_detail = cls(
            id=id,
            schedule=schedule,
            schedule_name=schedule_name,
            agent=agent,
            trigger=trigger,
            scheduled_for=scheduled_for,
            coalesced_count=coalesced_count,
            state=state,
            reason=reason,
            queued_at=queued_at,
            started_at=started_at,
            finished_at=finished_at,
            cancel_requested_at=cancel_requested_at,
            lateness_seconds=lateness_seconds,
            duration_seconds=duration_seconds,
            attempt=attempt,
            max_attempts=max_attempts,
            worker=worker,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached_tokens,
            reasoning_tokens=reasoning_tokens,
            llm_calls=llm_calls,
            tool_calls=tool_calls,
            cost=cost,
            estimated_tokens=estimated_tokens,
            estimated_cost=estimated_cost,
            result_summary=result_summary,
            error_type=error_type,
            error_message=error_message,
            command=command,
            timeout_seconds=timeout_seconds,
            retry_backoff_seconds=retry_backoff_seconds,
            result=result,
            attempts=attempts,
        )

        execution_detail.additional_properties = d
        return execution_detail

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
