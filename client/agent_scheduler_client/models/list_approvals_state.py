from typing import Literal

ListApprovalsState = Literal["approved", "denied", "expired", "waiting", "withdrawn"]

LIST_APPROVALS_STATE_VALUES: set[ListApprovalsState] = {
    "approved",
    "denied",
    "expired",
    "waiting",
    "withdrawn",
}


def check_list_approvals_state(value: str) -> ListApprovalsState:
    if value in LIST_APPROVALS_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_APPROVALS_STATE_VALUES!r}")
