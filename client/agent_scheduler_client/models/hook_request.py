from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.events_enum import EventsEnum, check_events_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="HookRequest")


@_attrs_define
class HookRequest:
    """A webhook, without its secret.

    Attributes:
        name (str):
        url (str): Where events are sent, by POST.
        events (list[EventsEnum]): What is sent to it: events by name, all of a kind such as `execution.*`, or `*` for
            everything.
        schedule (int | None | Unset): Only what this schedule and its runs do; null: all that is the owner's.
        enabled (bool | Unset):
    """

    name: str
    url: str
    events: list[EventsEnum]
    schedule: int | None | Unset = UNSET
    enabled: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        events = []
        for events_item_data in self.events:
            events_item: str = events_item_data
            events.append(events_item)

        schedule: int | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        else:
            schedule = self.schedule

        enabled = self.enabled

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "url": url,
                "events": events,
            }
        )
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = check_events_enum(events_item_data)

            events.append(events_item)

        def _parse_schedule(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        enabled = d.pop("enabled", UNSET)

        hook_request = cls(
            name=name,
            url=url,
            events=events,
            schedule=schedule,
            enabled=enabled,
        )

        return hook_request
