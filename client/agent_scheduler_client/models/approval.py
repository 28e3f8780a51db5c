from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.approval_state_enum import ApprovalStateEnum, check_approval_state_enum

T = TypeVar("T", bound="Approval")


@_attrs_define
class Approval:
    """A call that somebody has to approve, and what became of that.

    Attributes:
        id (int):
        owner (int):
        execution (UUID):
        attempt (int):
        schedule (int | None):
        schedule_name (str):
        tool (str):
        arguments (Any):
        state (ApprovalStateEnum): * `waiting` - Waiting
            * `approved` - Approved
            * `denied` - Denied
            * `expired` - Expired
            * `withdrawn` - Withdrawn
        asked_at (datetime.datetime):
        expires_at (datetime.datetime | None): A call that nobody has decided by then is denied.
        note (str): For the model, where it is denied.
        decided_by (str):
        decided_at (datetime.datetime | None):
    """

    id: int
    owner: int
    execution: UUID
    attempt: int
    schedule: int | None
    schedule_name: str
    tool: str
    arguments: Any
    state: ApprovalStateEnum
    asked_at: datetime.datetime
    expires_at: datetime.datetime | None
    note: str
    decided_by: str
    decided_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        owner = self.owner

        execution = str(self.execution)

        attempt = self.attempt

        schedule: int | None
        schedule = self.schedule

        schedule_name = self.schedule_name

        tool = self.tool

        arguments = self.arguments

        state: str = self.state

        asked_at = self.asked_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        note = self.note

        decided_by = self.decided_by

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner": owner,
                "execution": execution,
                "attempt": attempt,
                "schedule": schedule,
                "schedule_name": schedule_name,
                "tool": tool,
                "arguments": arguments,
                "state": state,
                "asked_at": asked_at,
                "expires_at": expires_at,
                "note": note,
                "decided_by": decided_by,
                "decided_at": decided_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        owner = d.pop("owner")

        execution = UUID(d.pop("execution"))

        attempt = d.pop("attempt")

        def _parse_schedule(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        schedule = _parse_schedule(d.pop("schedule"))

        schedule_name = d.pop("schedule_name")

        tool = d.pop("tool")

        arguments = d.pop("arguments")

        state = check_approval_state_enum(d.pop("state"))

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        note = d.pop("note")

        decided_by = d.pop("decided_by")

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        approval = cls(
            id=id,
            owner=owner,
            execution=execution,
            attempt=attempt,
            schedule=schedule,
            schedule_name=schedule_name,
            tool=tool,
            arguments=arguments,
            state=state,
            asked_at=asked_at,
            expires_at=expires_at,
            note=note,
            decided_by=decided_by,
            decided_at=decided_at,
        )

        approval.additional_properties = d
        return approval

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
