from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bulk_action_enum import BulkActionEnum, check_bulk_action_enum

if TYPE_CHECKING:
    from ..models.changed import Changed


T = TypeVar("T", bound="BulkAnswer")


@_attrs_define
class BulkAnswer:
    """What was done, or would be.

    Attributes:
        action (BulkActionEnum): * `enable` - enable
            * `disable` - disable
            * `delete` - delete
        dry_run (bool):
        matched (int): How many the filter describes.
        changed (int): How many of them were changed; the others were on, or off, already.
        scheduled_commands (list[Changed]): Which: the first 100, by id.
    """

    action: BulkActionEnum
    dry_run: bool
    matched: int
    changed: int
    scheduled_commands: list[Changed]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        dry_run = self.dry_run

        matched = self.matched

        changed = self.changed

        scheduled_commands = []
        for scheduled_commands_item_data in self.scheduled_commands:
            scheduled_commands_item = scheduled_commands_item_data.to_dict()
            scheduled_commands.append(scheduled_commands_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "dry_run": dry_run,
                "matched": matched,
                "changed": changed,
                "scheduled_commands": scheduled_commands,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.changed import Changed  # noqa: PLC0415

        d = dict(src_dict)
        action = check_bulk_action_enum(d.pop("action"))

        dry_run = d.pop("dry_run")

        matched = d.pop("matched")

        changed = d.pop("changed")

        scheduled_commands = []
        _scheduled_commands = d.pop("scheduled_commands")
        for scheduled_commands_item_data in _scheduled_commands:
            scheduled_commands_item = Changed.from_dict(scheduled_commands_item_data)

            scheduled_commands.append(scheduled_commands_item)

        bulk_answer = cls(
            action=action,
            dry_run=dry_run,
            matched=matched,
            changed=changed,
            scheduled_commands=scheduled_commands,
        )

        bulk_answer.additional_properties = d
        return bulk_answer

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
