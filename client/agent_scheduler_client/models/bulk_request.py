from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.bulk_action_enum import BulkActionEnum, check_bulk_action_enum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.selection_request import SelectionRequest


T = TypeVar("T", bound="BulkRequest")


@_attrs_define
class BulkRequest:
    """What to do with many scheduled commands.

    Attributes:
        action (BulkActionEnum): * `enable` - enable
            * `disable` - disable
            * `delete` - delete
        filter_ (SelectionRequest): Which of one's scheduled commands are meant: those for which all of it is true.
        note (str | Unset): Why they are switched off. Default: ''.
        dry_run (bool | Unset): Only say what would be done: nothing is changed. Default: False.
    """

    action: BulkActionEnum
    filter_: SelectionRequest
    note: str | Unset = ""
    dry_run: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        filter_ = self.filter_.to_dict()

        note = self.note

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
                "filter": filter_,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.selection_request import SelectionRequest  # noqa: PLC0415

        d = dict(src_dict)
        action = check_bulk_action_enum(d.pop("action"))

        filter_ = SelectionRequest.from_dict(d.pop("filter"))

        note = d.pop("note", UNSET)

        dry_run = d.pop("dry_run", UNSET)

        bulk_request = cls(
            action=action,
            filter_=filter_,
            note=note,
            dry_run=dry_run,
        )

        return bulk_request
