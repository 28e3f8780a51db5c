from typing import Literal

OverlapPolicyEnum = Literal["allow", "buffer_all", "buffer_one", "cancel_other", "skip"]

OVERLAP_POLICY_ENUM_VALUES: set[OverlapPolicyEnum] = {
    "allow",
    "buffer_all",
    "buffer_one",
    "cancel_other",
    "skip",
}


def check_overlap_policy_enum(value: str) -> OverlapPolicyEnum:
    if value in OVERLAP_POLICY_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OVERLAP_POLICY_ENUM_VALUES!r}")
