"""What can happen to an owner's things, by the names that clients and webhooks know."""

EXECUTIONS = tuple(
    f"execution.{state}"
    for state in (
        *("pending", "running", "waiting", "success", "failed"),
        *("cancelled", "skipped", "missed"),
    )
)
SCHEDULES = tuple(
    f"schedule.{what}" for what in ("created", "updated", "enabled", "disabled", "deleted")
)
NOTIFICATIONS = tuple(
    f"notification.{kind}"
    for kind in ("schedule_paused", "budget_alert", "approval_needed", "hook_disabled")
)
EVENTS = EXECUTIONS + SCHEDULES + NOTIFICATIONS
