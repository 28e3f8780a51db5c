from typing import Literal

ExecutionStateEnum = Literal[
    "cancelled", "failed", "missed", "pending", "running", "skipped", "success", "waiting"
]

EXECUTION_STATE_ENUM_VALUES: set[ExecutionStateEnum] = {
    "cancelled",
    "failed",
    "missed",
    "pending",
    "running",
    "skipped",
    "success",
    "waiting",
}


def check_execution_state_enum(value: str) -> ExecutionStateEnum:
    if value in EXECUTION_STATE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXECUTION_STATE_ENUM_VALUES!r}")
