"""The REST API of agents and their tasks."""

from rest_framework.routers import BaseRouter

from agents.api.views import AgentTaskViewSet, AgentViewSet

__all__ = ["AgentTaskViewSet", "AgentViewSet", "register"]


def register(router: BaseRouter) -> None:
    """Add /api/agents; /api/agent-tasks belongs to schedules, which can start them."""
    router.register("agents", AgentViewSet, basename="agent")
