from typing import Literal

BudgetActionEnum = Literal["alert", "pause", "skip"]

BUDGET_ACTION_ENUM_VALUES: set[BudgetActionEnum] = {
    "alert",
    "pause",
    "skip",
}


def check_budget_action_enum(value: str) -> BudgetActionEnum:
    if value in BUDGET_ACTION_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BUDGET_ACTION_ENUM_VALUES!r}")
