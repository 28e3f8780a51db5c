"""Examples of each operation, for the API's description."""

from scheduler_project.api.schema.examples import Example

GIVEN = {
    "name": "on call",
    "url": "https://hooks.example.com/agents",
    "events": ["execution.failed", "notification.*"],
}
HOOK = GIVEN | {
    "id": 4,
    "owner": 7,
    "schedule": None,
    "enabled": True,
    "disabled_reason": "",
    "consecutive_failures": 0,
    "failing_since": None,
    "former_until": None,
    "created_at": "2030-01-31T07:30:00Z",
    "updated_at": "2030-01-31T07:30:00Z",
}
NEW = HOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
DELIVERY = {
    "id": 218,
    "hook": 4,
    "event": "execution.failed",
    "data": {
        "sequence": 1041,
        "execution": "01993c2e-7a00-7d11-8b4e-5a7f0e9c2b61",
        "schedule": 12,
        "name": "overnight alerts",
        "attempt": 1,
        "reason": "attempt 1 of 1 failed: timed_out",
    },
    "occurred_at": "2030-01-31T07:31:00Z",
    "state": "delivered",
    "attempt": 1,
    "failures": 0,
    "due_at": None,
    "sent_at": "2030-01-31T07:31:01Z",
    "finished_at": "2030-01-31T07:31:01Z",
    "status": 204,
    "error": "",
    "answer": "",
    "duration_ms": 84,
}

EXAMPLES = {
    "list_hooks": Example(response=HOOK),
    "create_hook": Example(GIVEN, NEW),
    "get_hook": Example(response=HOOK),
    "replace_hook": Example(GIVEN, HOOK),
    "update_hook": Example({"enabled": False}, HOOK | {"enabled": False}),
    "delete_hook": Example(),
    "rotate_hook": Example(response=NEW),
    "test_hook": Example(response=DELIVERY | {"event": "ping", "data": {}}),
    "list_deliveries": Example(response=DELIVERY),
    "get_delivery": Example(response=DELIVERY),
    "redeliver_delivery": Example(response=DELIVERY),
}
