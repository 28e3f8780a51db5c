from typing import Literal

ListScheduledCommandsScheduleType = Literal["cron", "interval", "manual", "once"]

LIST_SCHEDULED_COMMANDS_SCHEDULE_TYPE_VALUES: set[ListScheduledCommandsScheduleType] = {
    "cron",
    "interval",
    "manual",
    "once",
}


def check_list_scheduled_commands_schedule_type(value: str) -> ListScheduledCommandsScheduleType:
    if value in LIST_SCHEDULED_COMMANDS_SCHEDULE_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_SCHEDULED_COMMANDS_SCHEDULE_TYPE_VALUES!r}"
    )
