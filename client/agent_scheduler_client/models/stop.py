from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Stop")


@_attrs_define
class Stop:
    """A stop that stands.

    Attributes:
        whole_system (bool): Whether it holds everybody up.
        owner (int | None): Whose runs stand still; empty: everybody's.
        by_staff (bool): Only staff can lift it; else the owner can. Default: True.
        note (str): Why.
        stopped_by (str):
        stopped_at (datetime.datetime):
    """

    whole_system: bool
    owner: int | None
    note: str
    stopped_by: str
    stopped_at: datetime.datetime
    by_staff: bool = True
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        whole_system = self.whole_system

        owner: int | None
        owner = self.owner

        by_staff = self.by_staff

        note = self.note

        stopped_by = self.stopped_by

        stopped_at = self.stopped_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "whole_system": whole_system,
                "owner": owner,
                "by_staff": by_staff,
                "note": note,
                "stopped_by": stopped_by,
                "stopped_at": stopped_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        whole_system = d.pop("whole_system")

        def _parse_owner(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        owner = _parse_owner(d.pop("owner"))

        by_staff = d.pop("by_staff")

        note = d.pop("note")

        stopped_by = d.pop("stopped_by")

        stopped_at = datetime.datetime.fromisoformat(d.pop("stopped_at"))

        stop = cls(
            whole_system=whole_system,
            owner=owner,
            by_staff=by_staff,
            note=note,
            stopped_by=stopped_by,
            stopped_at=stopped_at,
        )

        stop.additional_properties = d
        return stop

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
