from typing import Literal

AgentTaskStateEnum = Literal[
    "cancelled", "failed", "parked", "pending", "running", "success", "waiting"
]

AGENT_TASK_STATE_ENUM_VALUES: set[AgentTaskStateEnum] = {
    "cancelled",
    "failed",
    "parked",
    "pending",
    "running",
    "success",
    "waiting",
}


def check_agent_task_state_enum(value: str) -> AgentTaskStateEnum:
    if value in AGENT_TASK_STATE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {AGENT_TASK_STATE_ENUM_VALUES!r}")
