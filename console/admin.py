"""What owners find on their console, and what they may do with it."""

from accounts.models import ApiKey
from agents.admin import AgentAdmin, SpendingAdmin
from agents.models import Agent, AgentTask, Budget, Spending
from console.own_budgets import OwnBudgetsAdmin
from console.own_hooks import OwnHooksAdmin
from console.own_keys import OwnKeysAdmin
from console.own_notifications import OwnNotificationsAdmin
from console.own_stops import OwnStopsAdmin
from console.owners import owned
from console.restyled import restyle
from console.sites import owners
from hooks.admin import DeliveryAdmin
from hooks.models import Delivery, Hook
from journal.admin import EntryAdmin
from journal.models import Entry
from schedules.admin import ScheduleAdmin
from schedules.agent_task_admin import StartingAdmin
from schedules.approval_admin import ApprovalAdmin
from schedules.ledger_admin import ExecutionAdmin
from schedules.models import Approval, Execution, Notification, Schedule, Stop

ALL = ("view", "add", "change", "delete")
# One's own are few enough to be sorted by anything.
SORTED = ["name", "schedule_type", "enabled", "next_run_at", "last_run_at", "last"]

restyle()
owners.register(Schedule, owned(ScheduleAdmin, ALL, sortable_by=SORTED))
owners.register(Execution, owned(ExecutionAdmin, ["view", "act"]))
owners.register(Approval, owned(ApprovalAdmin, ["view", "act"]))
owners.register(Notification, owned(OwnNotificationsAdmin, ["view", "act"]))
owners.register(Agent, owned(AgentAdmin, ALL))
owners.register(AgentTask, owned(StartingAdmin, ["view", "add"]))
owners.register(Spending, owned(SpendingAdmin, ["view"]))
owners.register(Budget, owned(OwnBudgetsAdmin, ALL))
owners.register(ApiKey, owned(OwnKeysAdmin, ["view", "add", "delete"]))
owners.register(Hook, owned(OwnHooksAdmin, [*ALL, "act"]))
owners.register(Delivery, owned(DeliveryAdmin, ["view", "act"], "hook__owner"))
owners.register(Stop, owned(OwnStopsAdmin, ["view", "act"]))
owners.register(Entry, owned(EntryAdmin, ["view"]))
