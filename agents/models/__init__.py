"""Agents, their runs, and what is kept of those."""

from agents.models.agent import Agent
from agents.models.agent_task import AgentTask
from agents.models.budget import Budget, Spending
from agents.models.event import AgentTaskEvent
from agents.models.memory import Memory

__all__ = ["Agent", "AgentTask", "AgentTaskEvent", "Budget", "Memory", "Spending"]
