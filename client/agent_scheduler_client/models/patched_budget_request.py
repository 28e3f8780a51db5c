from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.budget_action_enum import BudgetActionEnum, check_budget_action_enum
from ..models.period_enum import PeriodEnum, check_period_enum
from ..models.unit_enum import UnitEnum, check_unit_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedBudgetRequest")


@_attrs_define
class PatchedBudgetRequest:
    """A budget and how it stands; what its fields may say is checked by the services.

    Attributes:
        schedule (int | None | Unset): Whose runs it is for; null: all of the owner's runs together.
        unit (UnitEnum | Unset): * `tokens` - Tokens
            * `dollars` - Dollars
        period (PeriodEnum | Unset): * `run` - Run
            * `day` - Day
            * `week` - Week
            * `month` - Month
        amount (str | Unset):
        action (BudgetActionEnum | Unset): * `skip` - Skip
            * `pause` - Pause
            * `alert` - Alert
    """

    schedule: int | None | Unset = UNSET
    unit: UnitEnum | Unset = UNSET
    period: PeriodEnum | Unset = UNSET
    amount: str | Unset = UNSET
    action: BudgetActionEnum | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        schedule: int | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        else:
            schedule = self.schedule

        unit: str | Unset = UNSET
        if not isinstance(self.unit, Unset):
            unit = self.unit

        period: str | Unset = UNSET
        if not isinstance(self.period, Unset):
            period = self.period

        amount = self.amount

        action: str | Unset = UNSET
        if not isinstance(self.action, Unset):
            action = self.action

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if unit is not UNSET:
            field_dict["unit"] = unit
        if period is not UNSET:
            field_dict["period"] = period
        if amount is not UNSET:
            field_dict["amount"] = amount
        if action is not UNSET:
            field_dict["action"] = action

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_schedule(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        _unit = d.pop("unit", UNSET)
        unit: UnitEnum | Unset
        if isinstance(_unit, Unset):
            unit = UNSET
        else:
            unit = check_unit_enum(_unit)

        _period = d.pop("period", UNSET)
        period: PeriodEnum | Unset
        if isinstance(_period, Unset):
            period = UNSET
        else:
            period = check_period_enum(_period)

        amount = d.pop("amount", UNSET)

        _action = d.pop("action", UNSET)
        action: BudgetActionEnum | Unset
        if isinstance(_action, Unset):
            action = UNSET
        else:
            action = check_budget_action_enum(_action)

        patched_budget_request = cls(
            schedule=schedule,
            unit=unit,
            period=period,
            amount=amount,
            action=action,
        )

        return patched_budget_request
