from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.by_enum import ByEnum, check_by_enum

if TYPE_CHECKING:
    from ..models.group import Group
    from ..models.sums import Sums


T = TypeVar("T", bound="Spending")


@_attrs_define
class Spending:
    """What was spent from one instant to another.

    Attributes:
        by (ByEnum): * `day` - day
            * `hour` - hour
            * `owner` - owner
            * `schedule` - schedule
            * `model` - model
        since (datetime.datetime):
        until (datetime.datetime):
        total (Sums): What some runs have spent.
        results (list[Group]):
    """

    by: ByEnum
    since: datetime.datetime
    until: datetime.datetime
    total: Sums
    results: list[Group]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        by: str = self.by

        since = self.since.isoformat()

        until = self.until.isoformat()

        total = self.total.to_dict()

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "by": by,
                "since": since,
                "until": until,
                "total": total,
                "results": results,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.group import Group  # noqa: PLC0415
        from ..models.sums import Sums  # noqa: PLC0415

        d = dict(src_dict)
        by = check_by_enum(d.pop("by"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        total = Sums.from_dict(d.pop("total"))

        results = []
        _results = d.pop("results")
        for results_item_data in _results:
            results_item = Group.from_dict(results_item_data)

            results.append(results_item)

        spending = cls(
            by=by,
            since=since,
            until=until,
            total=total,
            results=results,
        )

        spending.additional_properties = d
        return spending

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
