from typing import Literal

AttemptTriggerEnum = Literal["agent_task", "backfill", "manual", "resumed", "retry", "timer"]

ATTEMPT_TRIGGER_ENUM_VALUES: set[AttemptTriggerEnum] = {
    "agent_task",
    "backfill",
    "manual",
    "resumed",
    "retry",
    "timer",
}


def check_attempt_trigger_enum(value: str) -> AttemptTriggerEnum:
    if value in ATTEMPT_TRIGGER_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ATTEMPT_TRIGGER_ENUM_VALUES!r}")
