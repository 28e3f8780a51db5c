from typing import Literal

ListExecutionsState = Literal[
    "cancelled", "failed", "missed", "pending", "running", "skipped", "success", "waiting"
]

LIST_EXECUTIONS_STATE_VALUES: set[ListExecutionsState] = {
    "cancelled",
    "failed",
    "missed",
    "pending",
    "running",
    "skipped",
    "success",
    "waiting",
}


def check_list_executions_state(value: str) -> ListExecutionsState:
    if value in LIST_EXECUTIONS_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_EXECUTIONS_STATE_VALUES!r}")
