from typing import Literal

GetSpendingBy = Literal["day", "hour", "model", "owner", "schedule"]

GET_SPENDING_BY_VALUES: set[GetSpendingBy] = {
    "day",
    "hour",
    "model",
    "owner",
    "schedule",
}


def check_get_spending_by(value: str) -> GetSpendingBy:
    if value in GET_SPENDING_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_SPENDING_BY_VALUES!r}")
