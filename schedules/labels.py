"""States as coloured labels of lists and pages (pure)."""

COLOURS = {
    "pending": "primary",
    "running": "info",
    "waiting": "warning",
    "success": "success",
    "failed": "danger",
    "cancelled": "secondary",
    "skipped": "warning",
    "missed": "warning",
    "parked": "warning",
}
"""Of each state of executions and agent tasks, as django-unfold calls the kinds of its labels."""
