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
    *("create_api_key", "start_agent_task"),
}
# Nor can one say whose things a filter may name.
FILTERED_BY_REFERENCE = {"list_agent_tasks", "list_executions", "list_scheduled_commands"}


def excluded(operation: dict[str, Any]) -> list[CheckFunction]:
    """The checks that say nothing about this operation."""
    if operation["operationId"] in CHECKED_BY_SERVICES | FILTERED_BY_REFERENCE:
        return [checks.positive_data_acceptance]
    return []
