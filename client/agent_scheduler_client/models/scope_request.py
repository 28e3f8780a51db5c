from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ScopeRequest")


@_attrs_define
class ScopeRequest:
    """Whose runs are meant.

    Attributes:
        whole_system (bool | Unset): Everybody's, not only one's own: for staff with a permission. Default: False.
    """

    whole_system: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        whole_system = self.whole_system

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if whole_system is not UNSET:
            field_dict["whole_system"] = whole_system

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        whole_system = d.pop("whole_system", UNSET)

        scope_request = cls(
            whole_system=whole_system,
        )

        return scope_request
