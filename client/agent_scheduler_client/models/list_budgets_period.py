from typing import Literal

ListBudgetsPeriod = Literal["day", "month", "run", "week"]

LIST_BUDGETS_PERIOD_VALUES: set[ListBudgetsPeriod] = {
    "day",
    "month",
    "run",
    "week",
}


def check_list_budgets_period(value: str) -> ListBudgetsPeriod:
    if value in LIST_BUDGETS_PERIOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_BUDGETS_PERIOD_VALUES!r}")
