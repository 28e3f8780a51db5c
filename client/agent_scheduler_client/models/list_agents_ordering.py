from typing import Literal

ListAgentsOrdering = Literal[
    "-created_at", "-id", "-name", "-updated_at", "created_at", "id", "name", "updated_at"
]

LIST_AGENTS_ORDERING_VALUES: set[ListAgentsOrdering] = {
    "-created_at",
    "-id",
    "-name",
    "-updated_at",
    "created_at",
    "id",
    "name",
    "updated_at",
}


def check_list_agents_ordering(value: str) -> ListAgentsOrdering:
    if value in LIST_AGENTS_ORDERING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_AGENTS_ORDERING_VALUES!r}")
