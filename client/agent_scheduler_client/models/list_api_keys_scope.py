from typing import Literal

ListApiKeysScope = Literal["read", "write"]

LIST_API_KEYS_SCOPE_VALUES: set[ListApiKeysScope] = {
    "read",
    "write",
}


def check_list_api_keys_scope(value: str) -> ListApiKeysScope:
    if value in LIST_API_KEYS_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_API_KEYS_SCOPE_VALUES!r}")
