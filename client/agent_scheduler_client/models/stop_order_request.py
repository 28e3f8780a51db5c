from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="StopOrderRequest")


@_attrs_define
class StopOrderRequest:
    """Whose runs shall stand still, and why.

    Attributes:
        whole_system (bool | Unset): Everybody's, not only one's own: for staff with a permission. Default: False.
        note (str | Unset):  Default: ''.
    """

    whole_system: bool | Unset = False
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        whole_system = self.whole_system

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if whole_system is not UNSET:
            field_dict["whole_system"] = whole_system
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        whole_system = d.pop("whole_system", UNSET)

        note = d.pop("note", UNSET)

        stop_order_request = cls(
            whole_system=whole_system,
            note=note,
        )

        return stop_order_request
