from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="SignOutRequest")


@_attrs_define
class SignOutRequest:
    """The refresh token that shall be void.

    Attributes:
        refresh (str):
    """

    refresh: str

    def to_dict(self) -> dict[str, Any]:
        refresh = self.refresh

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "refresh": refresh,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        refresh = d.pop("refresh")

        sign_out_request = cls(
            refresh=refresh,
        )

        return sign_out_request
