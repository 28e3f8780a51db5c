from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.budget_action_enum import BudgetActionEnum, check_budget_action_enum
from ..models.period_enum import PeriodEnum, check_period_enum
from ..models.unit_enum import UnitEnum, check_unit_enum

T = TypeVar("T", bound="Budget")


@_attrs_define
class Budget:
    """A budget and how it stands; what its fields may say is checked by the services.

    Attributes:
        id (int):
        owner (int):
        schedule (int | None): Whose runs it is for; null: all of the owner's runs together.
        unit (UnitEnum): * `tokens` - Tokens
            * `dollars` - Dollars
        period (PeriodEnum): * `run` - Run
            * `day` - Day
            * `week` - Week
            * `month` - Month
        amount (str):
        action (BudgetActionEnum): * `skip` - Skip
            * `pause` - Pause
            * `alert` - Alert
        spent (str): In its period, estimates included; 0 for budgets of each run.
        reserved (str): Held back for runs that are going on.
        left (str): What the next run may spend at most.
        window_start (datetime.datetime | None): Since when spending counts, by whole hours; null for budgets of each
            run.
        alerted_at (datetime.datetime | None):
        created_at (datetime.datetime):
        updated_at (datetime.datetime):
    """

    id: int
    owner: int
    schedule: int | None
    unit: UnitEnum
    period: PeriodEnum
    amount: str
    action: BudgetActionEnum
    spent: str
    reserved: str
    left: str
    window_start: datetime.datetime | None
    alerted_at: datetime.datetime | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        owner = self.owner

        schedule: int | None
        schedule = self.schedule

        unit: str = self.unit

        period: str = self.period

        amount = self.amount

        action: str = self.action

        spent = self.spent

        reserved = self.reserved

        left = self.left

        window_start: None | str
        if isinstance(self.window_start, datetime.datetime):
            window_start = self.window_start.isoformat()
        else:
            window_start = self.window_start

        alerted_at: None | str
        if isinstance(self.alerted_at, datetime.datetime):
            alerted_at = self.alerted_at.isoformat()
        else:
            alerted_at = self.alerted_at

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner": owner,
                "schedule": schedule,
                "unit": unit,
                "period": period,
                "amount": amount,
                "action": action,
                "spent": spent,
                "reserved": reserved,
                "left": left,
                "window_start": window_start,
                "alerted_at": alerted_at,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        owner = d.pop("owner")

        def _parse_schedule(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        schedule = _parse_schedule(d.pop("schedule"))

        unit = check_unit_enum(d.pop("unit"))

        period = check_period_enum(d.pop("period"))

        amount = d.pop("amount")

        action = check_budget_action_enum(d.pop("action"))

        spent = d.pop("spent")

        reserved = d.pop("reserved")

        left = d.pop("left")

        def _parse_window_start(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                window_start_type_0 = datetime.datetime.fromisoformat(data)

                return window_start_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        window_start = _parse_window_start(d.pop("window_start"))

        def _parse_alerted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                alerted_at_type_0 = datetime.datetime.fromisoformat(data)

                return alerted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        alerted_at = _parse_alerted_at(d.pop("alerted_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        budget = cls(
            id=id,
            owner=owner,
            schedule=schedule,
            unit=unit,
            period=period,
            amount=amount,
            action=action,
            spent=spent,
            reserved=reserved,
            left=left,
            window_start=window_start,
            alerted_at=alerted_at,
            created_at=created_at,
            updated_at=updated_at,
        )

        budget.additional_properties = d
        return budget

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
