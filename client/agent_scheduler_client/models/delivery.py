from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_state_enum import DeliveryStateEnum, check_delivery_state_enum

T = TypeVar("T", bound="Delivery")


@_attrs_define
class Delivery:
    """One event that was, or is to be, sent to a webhook.

    Attributes:
        id (int):
        hook (int):
        event (str):
        data (Any):
        occurred_at (datetime.datetime):
        state (DeliveryStateEnum): * `pending` - Pending
            * `sending` - Sending
            * `delivered` - Delivered
            * `failed` - Failed
            * `dropped` - Dropped
        attempt (int): The fence: what a courier records carries it.
        failures (int): Attempts that failed, since it was last sent again by hand.
        due_at (datetime.datetime | None):
        sent_at (datetime.datetime | None):
        finished_at (datetime.datetime | None):
        status (int | None):
        error (str):
        answer (str):
        duration_ms (int | None):
    """

    id: int
    hook: int
    event: str
    data: Any
    occurred_at: datetime.datetime
    state: DeliveryStateEnum
    attempt: int
    failures: int
    due_at: datetime.datetime | None
    sent_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    status: int | None
    error: str
    answer: str
    duration_ms: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        hook = self.hook

        event = self.event

        data = self.data

        occurred_at = self.occurred_at.isoformat()

        state: str = self.state

        attempt = self.attempt

        failures = self.failures

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        sent_at: None | str
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        status: int | None
        status = self.status

        error = self.error

        answer = self.answer

        duration_ms: int | None
        duration_ms = self.duration_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "hook": hook,
                "event": event,
                "data": data,
                "occurred_at": occurred_at,
                "state": state,
                "attempt": attempt,
                "failures": failures,
                "due_at": due_at,
                "sent_at": sent_at,
                "finished_at": finished_at,
                "status": status,
                "error": error,
                "answer": answer,
                "duration_ms": duration_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        hook = d.pop("hook")

        event = d.pop("event")

        data = d.pop("data")

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        state = check_delivery_state_enum(d.pop("state"))

        attempt = d.pop("attempt")

        failures = d.pop("failures")

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))

        def _parse_sent_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sent_at_type_0 = datetime.datetime.fromisoformat(data)

                return sent_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        sent_at = _parse_sent_at(d.pop("sent_at"))

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

        def _parse_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status = _parse_status(d.pop("status"))

        error = d.pop("error")

        answer = d.pop("answer")

        def _parse_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        delivery = cls(
            id=id,
            hook=hook,
            event=event,
            data=data,
            occurred_at=occurred_at,
            state=state,
            attempt=attempt,
            failures=failures,
            due_at=due_at,
            sent_at=sent_at,
            finished_at=finished_at,
            status=status,
            error=error,
            answer=answer,
            duration_ms=duration_ms,
        )

        delivery.additional_properties = d
        return delivery

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
