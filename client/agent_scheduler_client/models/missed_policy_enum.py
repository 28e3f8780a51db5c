from typing import Literal

MissedPolicyEnum = Literal["all", "latest", "none"]

MISSED_POLICY_ENUM_VALUES: set[MissedPolicyEnum] = {
    "all",
    "latest",
    "none",
}


def check_missed_policy_enum(value: str) -> MissedPolicyEnum:
    if value in MISSED_POLICY_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MISSED_POLICY_ENUM_VALUES!r}")
