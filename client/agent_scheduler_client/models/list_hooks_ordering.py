from typing import Literal

ListHooksOrdering = Literal[
    "-created_at", "-id", "-name", "-updated_at", "created_at", "id", "name", "updated_at"
]

LIST_HOOKS_ORDERING_VALUES: set[ListHooksOrdering] = {
    "-created_at",
    "-id",
    "-name",
    "-updated_at",
    "created_at",
    "id",
    "name",
    "updated_at",
}


def check_list_hooks_ordering(value: str) -> ListHooksOrdering:
    if value in LIST_HOOKS_ORDERING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_HOOKS_ORDERING_VALUES!r}")
