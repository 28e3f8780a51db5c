from typing import Literal

ApprovalStateEnum = Literal["approved", "denied", "expired", "waiting", "withdrawn"]

APPROVAL_STATE_ENUM_VALUES: set[ApprovalStateEnum] = {
    "approved",
    "denied",
    "expired",
    "waiting",
    "withdrawn",
}


def check_approval_state_enum(value: str) -> ApprovalStateEnum:
    if value in APPROVAL_STATE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPROVAL_STATE_ENUM_VALUES!r}")
