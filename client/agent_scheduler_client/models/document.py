from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.entry import Entry


T = TypeVar("T", bound="Document")


@_attrs_define
class Document:
    """Scheduled commands by name; what an entry leaves out has its default.

    Attributes:
        version (int):  Default: 1.
        scheduled_commands (list[Entry]):
    """

    scheduled_commands: list[Entry]
    version: int = 1
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        scheduled_commands = []
        for scheduled_commands_item_data in self.scheduled_commands:
            scheduled_commands_item = scheduled_commands_item_data.to_dict()
            scheduled_commands.append(scheduled_commands_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "scheduled_commands": scheduled_commands,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry import Entry  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        scheduled_commands = []
        _scheduled_commands = d.pop("scheduled_commands")
        for scheduled_commands_item_data in _scheduled_commands:
            scheduled_commands_item = Entry.from_dict(scheduled_commands_item_data)

            scheduled_commands.append(scheduled_commands_item)

        document = cls(
            version=version,
            scheduled_commands=scheduled_commands,
        )

        document.additional_properties = d
        return document

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
