from typing import Literal

ListAgentTasksState = Literal[
    "cancelled", "failed", "parked", "pending", "running", "success", "waiting"
]

LIST_AGENT_TASKS_STATE_VALUES: set[ListAgentTasksState] = {
    "cancelled",
    "failed",
    "parked",
    "pending",
    "running",
    "success",
    "waiting",
}


def check_list_agent_tasks_state(value: str) -> ListAgentTasksState:
    if value in LIST_AGENT_TASKS_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_AGENT_TASKS_STATE_VALUES!r}"
    )
