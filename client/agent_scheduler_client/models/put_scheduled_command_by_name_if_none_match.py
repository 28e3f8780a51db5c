from typing import Literal

PutScheduledCommandByNameIfNoneMatch = Literal["*"]

PUT_SCHEDULED_COMMAND_BY_NAME_IF_NONE_MATCH_VALUES: set[PutScheduledCommandByNameIfNoneMatch] = {
    "*",
}


def check_put_scheduled_command_by_name_if_none_match(
    value: str,
) -> PutScheduledCommandByNameIfNoneMatch:
    if value in PUT_SCHEDULED_COMMAND_BY_NAME_IF_NONE_MATCH_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PUT_SCHEDULED_COMMAND_BY_NAME_IF_NONE_MATCH_VALUES!r}"
    )
