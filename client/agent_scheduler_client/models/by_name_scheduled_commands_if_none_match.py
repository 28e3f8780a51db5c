from typing import Literal

ByNameScheduledCommandsIfNoneMatch = Literal["*"]

BY_NAME_SCHEDULED_COMMANDS_IF_NONE_MATCH_VALUES: set[ByNameScheduledCommandsIfNoneMatch] = {
    "*",
}


def check_by_name_scheduled_commands_if_none_match(
    value: str,
) -> ByNameScheduledCommandsIfNoneMatch:
    if value in BY_NAME_SCHEDULED_COMMANDS_IF_NONE_MATCH_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {BY_NAME_SCHEDULED_COMMANDS_IF_NONE_MATCH_VALUES!r}"
    )
