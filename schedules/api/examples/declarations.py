"""Scheduled commands by name, in bulk, and as documents."""

from scheduler_project.api.schema.examples import Example
from schedules.api.examples.commands import ORDER, SCHEDULE

ENTRY = ORDER | {"agent": "On call"}
DOCUMENT = {"version": 1, "scheduled_commands": [ENTRY]}
BULK = {"action": "disable", "filter": {"name_prefix": "Morning"}, "note": "on holiday"}
CHANGED = {
    "action": "disable",
    "dry_run": False,
    "matched": 1,
    "changed": 1,
    "scheduled_commands": [{"id": SCHEDULE["id"], "name": SCHEDULE["name"]}],
}
IMPORTED = {
    "dry_run": False,
    "created": [ORDER["name"]],
    "updated": [],
    "unchanged": [],
    "deleted": [],
}

EXAMPLES = {
    "put_scheduled_command_by_name": Example(ORDER, SCHEDULE),
    "change_scheduled_commands_in_bulk": Example(BULK, CHANGED),
    "export_scheduled_commands": Example(response=DOCUMENT),
    "import_scheduled_commands": Example(DOCUMENT, IMPORTED),
}
