from typing import Literal

UnitEnum = Literal["dollars", "tokens"]

UNIT_ENUM_VALUES: set[UnitEnum] = {
    "dollars",
    "tokens",
}


def check_unit_enum(value: str) -> UnitEnum:
    if value in UNIT_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UNIT_ENUM_VALUES!r}")
