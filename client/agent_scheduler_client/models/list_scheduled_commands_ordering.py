from typing import Literal

ListScheduledCommandsOrdering = Literal[
    "-created_at",
    "-id",
    "-last_run_at",
    "-name",
    "-next_run_at",
    "created_at",
    "id",
    "last_run_at",
    "name",
    "next_run_at",
]

LIST_SCHEDULED_COMMANDS_ORDERING_VALUES: set[ListScheduledCommandsOrdering] = {
    "-created_at",
    "-id",
    "-last_run_at",
    "-name",
    "-next_run_at",
    "created_at",
    "id",
    "last_run_at",
    "name",
    "next_run_at",
}


def check_list_scheduled_commands_ordering(value: str) -> ListScheduledCommandsOrdering:
    if value in LIST_SCHEDULED_COMMANDS_ORDERING_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_SCHEDULED_COMMANDS_ORDERING_VALUES!r}"
    )
