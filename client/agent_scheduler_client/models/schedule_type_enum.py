from typing import Literal

ScheduleTypeEnum = Literal["cron", "interval", "manual", "once"]

SCHEDULE_TYPE_ENUM_VALUES: set[ScheduleTypeEnum] = {
    "cron",
    "interval",
    "manual",
    "once",
}


def check_schedule_type_enum(value: str) -> ScheduleTypeEnum:
    if value in SCHEDULE_TYPE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEDULE_TYPE_ENUM_VALUES!r}")
