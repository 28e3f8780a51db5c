from typing import Literal

IntervalUnitEnum = Literal["days", "hours", "minutes", "seconds"]

INTERVAL_UNIT_ENUM_VALUES: set[IntervalUnitEnum] = {
    "days",
    "hours",
    "minutes",
    "seconds",
}


def check_interval_unit_enum(value: str) -> IntervalUnitEnum:
    if value in INTERVAL_UNIT_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INTERVAL_UNIT_ENUM_VALUES!r}")
