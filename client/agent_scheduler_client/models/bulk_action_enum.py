from typing import Literal

BulkActionEnum = Literal["delete", "disable", "enable"]

BULK_ACTION_ENUM_VALUES: set[BulkActionEnum] = {
    "delete",
    "disable",
    "enable",
}


def check_bulk_action_enum(value: str) -> BulkActionEnum:
    if value in BULK_ACTION_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BULK_ACTION_ENUM_VALUES!r}")
