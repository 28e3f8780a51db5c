from typing import Literal

ListExecutionsTrigger = Literal["agent_task", "backfill", "manual", "timer"]

LIST_EXECUTIONS_TRIGGER_VALUES: set[ListExecutionsTrigger] = {
    "agent_task",
    "backfill",
    "manual",
    "timer",
}


def check_list_executions_trigger(value: str) -> ListExecutionsTrigger:
    if value in LIST_EXECUTIONS_TRIGGER_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_EXECUTIONS_TRIGGER_VALUES!r}"
    )
