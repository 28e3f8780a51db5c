from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entry_request import EntryRequest


T = TypeVar("T", bound="DocumentRequest")


@_attrs_define
class DocumentRequest:
    """Scheduled commands by name; what an entry leaves out has its default.

    Attributes:
        scheduled_commands (list[EntryRequest]):
        version (int | Unset):  Default: 1.
    """

    scheduled_commands: list[EntryRequest]
    version: int | Unset = 1

    def to_dict(self) -> dict[str, Any]:
        scheduled_commands = []
        for scheduled_commands_item_data in self.scheduled_commands:
            scheduled_commands_item = scheduled_commands_item_data.to_dict()
            scheduled_commands.append(scheduled_commands_item)

        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "scheduled_commands": scheduled_commands,
            }
        )
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_request import EntryRequest  # noqa: PLC0415

        d = dict(src_dict)
        scheduled_commands = []
        _scheduled_commands = d.pop("scheduled_commands")
        for scheduled_commands_item_data in _scheduled_commands:
            scheduled_commands_item = EntryRequest.from_dict(scheduled_commands_item_data)

            scheduled_commands.append(scheduled_commands_item)

        version = d.pop("version", UNSET)

        document_request = cls(
            scheduled_commands=scheduled_commands,
            version=version,
        )

        return document_request
