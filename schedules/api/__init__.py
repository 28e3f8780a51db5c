"""The REST API of schedules and their ledger."""

from rest_framework.routers import BaseRouter

from schedules.api.agent_tasks import AgentTaskViewSet
from schedules.api.approvals import ApprovalViewSet
from schedules.api.budgets import BudgetViewSet
from schedules.api.executions import ExecutionViewSet
from schedules.api.notifications import NotificationViewSet
from schedules.api.scheduled_commands import ScheduledCommandViewSet


def register(router: BaseRouter) -> None:
    """Add this app's addresses to the API's router."""
    router.register("scheduled-commands", ScheduledCommandViewSet, basename="scheduled-command")
    router.register("executions", ExecutionViewSet, basename="execution")
    router.register("notifications", NotificationViewSet, basename="notification")
    router.register("agent-tasks", AgentTaskViewSet, basename="agent-task")
    router.register("approvals", ApprovalViewSet, basename="approval")
    router.register("budgets", BudgetViewSet, basename="budget")
