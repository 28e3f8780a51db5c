from typing import Literal

ExecutionTriggerEnum = Literal["agent_task", "backfill", "manual", "timer"]

EXECUTION_TRIGGER_ENUM_VALUES: set[ExecutionTriggerEnum] = {
    "agent_task",
    "backfill",
    "manual",
    "timer",
}


def check_execution_trigger_enum(value: str) -> ExecutionTriggerEnum:
    if value in EXECUTION_TRIGGER_ENUM_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {EXECUTION_TRIGGER_ENUM_VALUES!r}"
    )
