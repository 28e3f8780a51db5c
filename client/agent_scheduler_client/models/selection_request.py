from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.schedule_type_enum import ScheduleTypeEnum, check_schedule_type_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="SelectionRequest")


@_attrs_define
class SelectionRequest:
    """Which of one's scheduled commands are meant: those for which all of it is true.

    Attributes:
        all_ (bool | Unset): Every one; has to be said where nothing else is.
        enabled (bool | Unset):
        schedule_type (ScheduleTypeEnum | Unset): * `cron` - Cron
            * `interval` - Interval
            * `once` - Once
            * `manual` - Manual
        agent (int | Unset):
        name_prefix (str | Unset): How their names begin.
        search (str | Unset): Somewhere in name or description.
        ids (list[int] | Unset):
    """

    all_: bool | Unset = UNSET
    enabled: bool | Unset = UNSET
    schedule_type: ScheduleTypeEnum | Unset = UNSET
    agent: int | Unset = UNSET
    name_prefix: str | Unset = UNSET
    search: str | Unset = UNSET
    ids: list[int] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        all_ = self.all_

        enabled = self.enabled

        schedule_type: str | Unset = UNSET
        if not isinstance(self.schedule_type, Unset):
            schedule_type = self.schedule_type

        agent = self.agent

        name_prefix = self.name_prefix

        search = self.search

        ids: list[int] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = self.ids

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if all_ is not UNSET:
            field_dict["all"] = all_
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if schedule_type is not UNSET:
            field_dict["schedule_type"] = schedule_type
        if agent is not UNSET:
            field_dict["agent"] = agent
        if name_prefix is not UNSET:
            field_dict["name_prefix"] = name_prefix
        if search is not UNSET:
            field_dict["search"] = search
        if ids is not UNSET:
            field_dict["ids"] = ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        all_ = d.pop("all", UNSET)

        enabled = d.pop("enabled", UNSET)

        _schedule_type = d.pop("schedule_type", UNSET)
        schedule_type: ScheduleTypeEnum | Unset
        if isinstance(_schedule_type, Unset):
            schedule_type = UNSET
        else:
            schedule_type = check_schedule_type_enum(_schedule_type)

        agent = d.pop("agent", UNSET)

        name_prefix = d.pop("name_prefix", UNSET)

        search = d.pop("search", UNSET)

        ids = cast(list[int], d.pop("ids", UNSET))

        selection_request = cls(
            all_=all_,
            enabled=enabled,
            schedule_type=schedule_type,
            agent=agent,
            name_prefix=name_prefix,
            search=search,
            ids=ids,
        )

        return selection_request
