from typing import Literal

NotificationKindEnum = Literal[
    "approval_needed", "budget_alert", "hook_disabled", "schedule_paused"
]

NOTIFICATION_KIND_ENUM_VALUES: set[NotificationKindEnum] = {
    "approval_needed",
    "budget_alert",
    "hook_disabled",
    "schedule_paused",
}


def check_notification_kind_enum(value: str) -> NotificationKindEnum:
    if value in NOTIFICATION_KIND_ENUM_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NOTIFICATION_KIND_ENUM_VALUES!r}"
    )
