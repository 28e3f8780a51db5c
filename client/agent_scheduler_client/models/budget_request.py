from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.budget_action_enum import BudgetActionEnum, check_budget_action_enum
from ..models.period_enum import PeriodEnum, check_period_enum
from ..models.unit_enum import UnitEnum, check_unit_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="BudgetRequest")


@_attrs_define
class BudgetRequest:
    """A budget and how it stands; what its fields may say is checked by the services.

    Attributes:
        unit (UnitEnum): * `tokens` - Tokens
            * `dollars` - Dollars
        period (PeriodEnum): * `run` - Run
            * `day` - Day
            * `week` - Week
            * `month` - Month
        amount (str):
        schedule (int | None | Unset): Whose runs it is for; null: all of the owner's runs together.
        action (BudgetActionEnum | Unset): * `skip` - Skip
            * `pause` - Pause
            * `alert` - Alert
    """

    unit: UnitEnum
    period: PeriodEnum
    amount: str
    schedule: int | None | Unset = UNSET
    action: BudgetActionEnum | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        unit: str = self.unit

        period: str = self.period

        amount = self.amount

        schedule: int | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        else:
            schedule = self.schedule

        action: str | Unset = UNSET
        if not isinstance(self.action, Unset):
            action = self.action

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "unit": unit,
                "period": period,
                "amount": amount,
            }
        )
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if action is not UNSET:
            field_dict["action"] = action

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        unit = check_unit_enum(d.pop("unit"))

        period = check_period_enum(d.pop("period"))

        amount = d.pop("amount")

        def _parse_schedule(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        _action = d.pop("action", UNSET)
        action: BudgetActionEnum | Unset
        if isinstance(_action, Unset):
            action = UNSET
        else:
            action = check_budget_action_enum(_action)

        budget_request = cls(
            unit=unit,
            period=period,
            amount=amount,
            schedule=schedule,
            action=action,
        )

        return budget_request
