from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.agent_task_state_enum import (
    AgentTaskStateEnum,
    check_agent_task_state_enum,
)

if TYPE_CHECKING:
    from ..models.event import Event


T = TypeVar("T", bound="EventPage")


@_attrs_define
class EventPage:
    """Events of a run, and whether there will be more.

    Attributes:
        events (list[Event]):
        next_ (int): The `after` to go on with.
        final (bool): The run has ended, and these were the last.
        state (AgentTaskStateEnum): * `pending` - Pending
            * `running` - Running
            * `waiting` - Waiting
            * `success` - Success
            * `failed` - Failed
            * `cancelled` - Cancelled
            * `parked` - Parked
    """

    events: list[Event]
    next_: int
    final: bool
    state: AgentTaskStateEnum
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        next_ = self.next_

        final = self.final

        state: str = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "events": events,
                "next": next_,
                "final": final,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event import Event  # noqa: PLC0415

        d = dict(src_dict)
        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = Event.from_dict(events_item_data)

            events.append(events_item)

        next_ = d.pop("next")

        final = d.pop("final")

        state = check_agent_task_state_enum(d.pop("state"))

        event_page = cls(
            events=events,
            next_=next_,
            final=final,
            state=state,
        )

        event_page.additional_properties = d
        return event_page

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
