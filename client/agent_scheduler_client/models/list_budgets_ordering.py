from typing import Literal

ListBudgetsOrdering = Literal[
    "-amount", "-created_at", "-id", "-updated_at", "amount", "created_at", "id", "updated_at"
]

LIST_BUDGETS_ORDERING_VALUES: set[ListBudgetsOrdering] = {
    "-amount",
    "-created_at",
    "-id",
    "-updated_at",
    "amount",
    "created_at",
    "id",
    "updated_at",
}


def check_list_budgets_ordering(value: str) -> ListBudgetsOrdering:
    if value in LIST_BUDGETS_ORDERING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_BUDGETS_ORDERING_VALUES!r}")
