"""What API, admin and commands call: every write to a schedule goes through here.

Bad input raises ValidationError with a sentence for each field; a request that does
not fit what is stored raises Conflict.
"""

from schedules.services.again import run_again, run_each_again
from schedules.services.agent_tasks import check_agent_task, start_agent_task
from schedules.services.approvals import decide_approval, decide_approvals
from schedules.services.backfilling import backfill
from schedules.services.budgets import (
    check_budget,
    create_budget,
    delete_budget,
    update_budget,
)
from schedules.services.cancelling import cancel_execution, cancel_executions, cancel_runs
from schedules.services.declarations import put_schedule
from schedules.services.definitions import (
    create_schedule,
    delete_schedule,
    disable_schedule,
    enable_schedule,
    update_schedule,
)
from schedules.services.imports import import_schedules
from schedules.services.notifications import mark_as_read
from schedules.services.running import Start, run_each, run_now, started
from schedules.services.selections import change_each, change_schedules
from schedules.services.stopping import resume, standing_stops, stop

__all__ = [
    "Start",
    "backfill",
    "cancel_execution",
    "cancel_executions",
    "cancel_runs",
    "change_each",
    "change_schedules",
    "check_agent_task",
    "check_budget",
    "create_budget",
    "create_schedule",
    "decide_approval",
    "decide_approvals",
    "delete_budget",
    "delete_schedule",
    "disable_schedule",
    "enable_schedule",
    "import_schedules",
    "mark_as_read",
    "put_schedule",
    "resume",
    "run_again",
    "run_each",
    "run_each_again",
    "run_now",
    "standing_stops",
    "start_agent_task",
    "started",
    "stop",
    "update_budget",
    "update_schedule",
]
