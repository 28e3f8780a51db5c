"""Scheduled commands."""

from typing import Any

from scheduler_project.api.schema.examples import Example
from schedules.api.examples.ledger import DETAIL, ROW

ORDER: dict[str, Any] = {
    "name": "Morning summary",
    "agent": 12,
    "command": "Summarise the overnight alerts.",
    "schedule_type": "cron",
    "cron_expression": "30 7 * * MON-FRI",
    "timezone": "Europe/Berlin",
}
SCHEDULE = {
    "id": 41,
    "owner": 7,
    **ORDER,
    "description": "",
    "interval_value": None,
    "interval_unit": "",
    "run_at": None,
    "start_at": None,
    "end_at": None,
    "max_runs": None,
    "enabled": True,
    "note": "",
    "overlap_policy": "skip",
    "missed_policy": "latest",
    "misfire_grace_seconds": 300,
    "max_attempts": 1,
    "retry_backoff_seconds": 30,
    "timeout_seconds": 300,
    "jitter_seconds": 0,
    "pause_after_failures": 5,
    "next_run_at": "2030-02-01T06:30:00Z",
    "last_run_at": "2030-01-31T06:30:00Z",
    "last_state": "success",
    "run_count": 19,
    "consecutive_failures": 0,
    "upcoming": ["2030-02-01T06:30:00Z", "2030-02-04T06:30:00Z"],
    "created_at": "2030-01-04T16:12:09.114000Z",
    "updated_at": "2030-01-04T16:12:09.114000Z",
}
OFF = SCHEDULE | {"enabled": False, "note": "on holiday", "next_run_at": None, "upcoming": []}

EXAMPLES = {
    "list_scheduled_commands": Example(response=SCHEDULE),
    "create_scheduled_command": Example(ORDER, SCHEDULE),
    "get_scheduled_command": Example(response=SCHEDULE),
    "replace_scheduled_command": Example(ORDER, SCHEDULE),
    "update_scheduled_command": Example({"cron_expression": "30 7 * * MON-FRI"}, SCHEDULE),
    "enable_scheduled_command": Example(response=SCHEDULE),
    "disable_scheduled_command": Example({"note": "on holiday"}, OFF),
    "execute_scheduled_command": Example(response=DETAIL),
    "backfill_scheduled_command": Example(
        {"since": "2030-01-07T00:00:00+01:00", "until": "2030-01-11T23:59:59+01:00"},
        {"executions": [ROW["id"]], "left_out": 4},
    ),
    "list_executions_of_scheduled_command": Example(response=ROW),
}
