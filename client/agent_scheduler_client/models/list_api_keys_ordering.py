from typing import Literal

ListApiKeysOrdering = Literal["-expires_at", "-id", "expires_at", "id"]

LIST_API_KEYS_ORDERING_VALUES: set[ListApiKeysOrdering] = {
    "-expires_at",
    "-id",
    "expires_at",
    "id",
}


def check_list_api_keys_ordering(value: str) -> ListApiKeysOrdering:
    if value in LIST_API_KEYS_ORDERING_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_API_KEYS_ORDERING_VALUES!r}"
    )
