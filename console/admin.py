"""What owners find on their console, and what they may do with it."""

from accounts.admin import ApiKeyAdmin
from accounts.models import ApiKey
from agents.admin import AgentAdmin, SpendingAdmin
from agents.models import Agent, AgentTask, Budget, Spending
from console.owners import owned
from console.restyled import restyle
from console.sites import owners
from hooks.admin import DeliveryAdmin, HookAdmin
from hooks.models import Delivery, Hook
from journal.admin import EntryAdmin
from journal.models import Entry
from schedules.admin import ScheduleAdmin
from schedules.agent_task_admin import StartingAdmin
from schedules.approval_admin import ApprovalAdmin
from schedules.budget_admin import BudgetAdmin
from schedules.ledger_admin import ExecutionAdmin
from schedules.models import Approval, Execution, Notification, Schedule
from schedules.operations_admin import NotificationAdmin

ALL = ("view", "add", "change", "delete")

restyle()
owners.register(Schedule, owned(ScheduleAdmin, ALL))
owners.register(Execution, owned(ExecutionAdmin, ["view", "act"]))
owners.register(Approval, owned(ApprovalAdmin, ["view", "act"]))
owners.register(Notification, owned(NotificationAdmin, ["view"]))
owners.register(Agent, owned(AgentAdmin, ALL))
owners.register(AgentTask, owned(StartingAdmin, ["view", "add"]))
owners.register(Spending, owned(SpendingAdmin, ["view"]))
owners.register(Budget, owned(BudgetAdmin, ALL))
owners.register(ApiKey, owned(ApiKeyAdmin, ["view", "delete"]))
owners.register(Hook, owned(HookAdmin, ["view", "act", "delete"]))
owners.register(Delivery, owned(DeliveryAdmin, ["view", "act"], "hook__owner"))
owners.register(Entry, owned(EntryAdmin, ["view"]))
