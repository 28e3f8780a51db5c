from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.event_kind_enum import EventKindEnum, check_event_kind_enum

T = TypeVar("T", bound="Event")


@_attrs_define
class Event:
    """One thing that happened in a run.

    Attributes:
        number (int):
        at (datetime.datetime):
        kind (EventKindEnum): * `model_request` - Model Request
            * `model_response` - Model Response
            * `text` - Text
            * `tool_call` - Tool Call
            * `tool_result` - Tool Result
            * `retry` - Retry
            * `approval` - Approval
            * `webhook` - Webhook
        data (Any):
    """

    number: int
    at: datetime.datetime
    kind: EventKindEnum
    data: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        at = self.at.isoformat()

        kind: str = self.kind

        data = self.data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "at": at,
                "kind": kind,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        kind = check_event_kind_enum(d.pop("kind"))

        data = d.pop("data")

        event = cls(
            number=number,
            at=at,
            kind=kind,
            data=data,
        )

        event.additional_properties = d
        return event

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
