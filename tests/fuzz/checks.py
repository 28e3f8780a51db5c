"""What is checked of each answer: all that schemathesis can, but for what would be wrong here."""

from typing import Any

from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi import checks

# Services check what no JSON Schema can say: that a cron expression is one, that interval and unit
# go together, that a name is free. So what a schema allows may be refused with 400.
CHECKED_BY_SERVICES = {
    *("create_agent", "replace_agent", "update_agent"),
    *("create_scheduled_command", "replace_scheduled_command", "update_scheduled_command"),
    *("create_budget", "replace_budget", "update_budget"),
    *("put_scheduled_command_by_name", "change_scheduled_commands_in_bulk"),
    *("import_scheduled_commands", "create_hook", "replace_hook", "update_hook"),
    *("create_api_key", "start_agent_task"),
}
# DRF takes an empty `format` for none.
EMPTY_IS_NOTHING = {"export_scheduled_commands"}


def excluded(operation: dict[str, Any]) -> list[CheckFunction]:
    """The checks that say nothing about this operation."""
    name = operation["operationId"]
    # Of lists no schema can say whose things a filter names, or which texts are cursors.
    if name in CHECKED_BY_SERVICES or name.startswith("list_"):
        return [checks.positive_data_acceptance]
    return [checks.negative_data_rejection] if name in EMPTY_IS_NOTHING else []
