from typing import Literal

EventsEnum = Literal[
    "*",
    "execution.*",
    "execution.cancelled",
    "execution.failed",
    "execution.missed",
    "execution.pending",
    "execution.running",
    "execution.skipped",
    "execution.success",
    "execution.waiting",
    "notification.*",
    "notification.approval_needed",
    "notification.budget_alert",
    "notification.hook_disabled",
    "notification.schedule_paused",
    "schedule.*",
    "schedule.created",
    "schedule.deleted",
    "schedule.disabled",
    "schedule.enabled",
    "schedule.updated",
]

EVENTS_ENUM_VALUES: set[EventsEnum] = {
    "*",
    "execution.*",
    "execution.cancelled",
    "execution.failed",
    "execution.missed",
    "execution.pending",
    "execution.running",
    "execution.skipped",
    "execution.success",
    "execution.waiting",
    "notification.*",
    "notification.approval_needed",
    "notification.budget_alert",
    "notification.hook_disabled",
    "notification.schedule_paused",
    "schedule.*",
    "schedule.created",
    "schedule.deleted",
    "schedule.disabled",
    "schedule.enabled",
    "schedule.updated",
}


def check_events_enum(value: str) -> EventsEnum:
    if value in EVENTS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVENTS_ENUM_VALUES!r}")
