from typing import Literal

ListBudgetsUnit = Literal["dollars", "tokens"]

LIST_BUDGETS_UNIT_VALUES: set[ListBudgetsUnit] = {
    "dollars",
    "tokens",
}


def check_list_budgets_unit(value: str) -> ListBudgetsUnit:
    if value in LIST_BUDGETS_UNIT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_BUDGETS_UNIT_VALUES!r}")
