from typing import Literal

ListBudgetsAction = Literal["alert", "pause", "skip"]

LIST_BUDGETS_ACTION_VALUES: set[ListBudgetsAction] = {
    "alert",
    "pause",
    "skip",
}


def check_list_budgets_action(value: str) -> ListBudgetsAction:
    if value in LIST_BUDGETS_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_BUDGETS_ACTION_VALUES!r}")
