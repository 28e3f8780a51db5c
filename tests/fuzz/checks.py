"""What is checked of each answer: all that schemathesis can, but for what would be wrong here."""

from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi import checks

# Services check what no JSON Schema can say: that a cron expression is one, that interval and unit
# go together, that a name is free, that a text is more than spaces. So what a schema allows may be
# refused with 400.
CHECKED_BY_SERVICES = {
    *("create_agent", "replace_agent", "update_agent"),
    *("create_scheduled_command", "replace_scheduled_command", "update_scheduled_command"),
    *("create_budget", "replace_budget", "update_budget"),
    *("put_scheduled_command_by_name", "change_scheduled_commands_in_bulk"),
    *("import_scheduled_commands", "backfill_scheduled_command"),
    *("create_hook", "replace_hook", "update_hook"),
    *("create_api_key", "start_agent_task", "sign_in"),
}


def excluded(case: Case) -> list[CheckFunction]:
    """The checks that say nothing about this request."""
    return [
        check
        for check, does in (
            (checks.positive_data_acceptance, _may_be_refused(case)),
            (checks.negative_data_rejection, _leaves_out(case)),
        )
        if does
    ]


def _may_be_refused(case: Case) -> bool:
    # Of lists no schema can say whose things a filter names, or which texts are cursors.
    name = case.operation.definition.raw["operationId"]
    return name in CHECKED_BY_SERVICES or name.startswith("list_") or _has_nul(case)


def _has_nul(case: Case) -> bool:
    # No text of any operation may have one; the description does not say so a hundred times.
    return "\\x00" in repr((case.body, case.query, case.path_parameters))


def _leaves_out(case: Case) -> bool:
    # `?state=` is what a form sends for no state: the filter is not used.
    return "" in (case.query or {}).values()
