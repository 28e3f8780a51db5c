from typing import Literal

ByEnum = Literal["day", "hour", "model", "owner", "schedule"]

BY_ENUM_VALUES: set[ByEnum] = {
    "day",
    "hour",
    "model",
    "owner",
    "schedule",
}


def check_by_enum(value: str) -> ByEnum:
    if value in BY_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BY_ENUM_VALUES!r}")
