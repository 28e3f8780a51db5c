"""Notifications, and the scheduler as a whole."""

from scheduler_project.api.schema.examples import Example

NOTIFICATION = {
    "id": 8,
    "owner": 7,
    "kind": "schedule_paused",
    "schedule": 41,
    "message": "Morning summary was switched off: 5 runs in a row have failed.",
    "created_at": "2030-01-31T07:30:02.710000Z",
    "read_at": None,
}
STOP = {
    "whole_system": False,
    "owner": 7,
    "by_staff": False,
    "note": "the provider is down",
    "stopped_by": "ada",
    "stopped_at": "2030-01-31T09:00:00Z",
}
BEAT = {
    "name": "one/812",
    "started_at": "2030-01-30T22:00:00Z",
    "seen_at": "2030-01-31T09:00:00Z",
    "running": 0,
}
STATUS = {
    "now": "2030-01-31T09:00:01Z",
    "beats": [BEAT],
    "workers": [BEAT | {"name": "celery@one", "running": 3}],
    "queue_depth": 0,
    "pending": 2,
    "running": 3,
    "waiting": 1,
    "oldest_pending_seconds": 0.4,
    "next_due_at": "2030-02-01T06:30:00Z",
    "last_24_hours": {"success": 120, "failed": 2},
    "stops": [],
    "time_zone_data": "2029.2",
}

EXAMPLES = {
    "list_notifications": Example(response=NOTIFICATION),
    "get_notification": Example(response=NOTIFICATION),
    "mark_notification_as_read": Example(
        response=NOTIFICATION | {"read_at": "2030-01-31T09:00:00Z"}
    ),
    "get_scheduler_status": Example(response=STATUS),
    "stop_scheduler": Example({"note": STOP["note"]}, STOP),
    "resume_scheduler": Example({}, {"lifted": True, "stops": []}),
}
