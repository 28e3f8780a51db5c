"""What is stored: schedules, the ledger of their executions, plain tasks, and who is alive."""

from schedules.models.execution import STATE_CHOICES, Attempt, Execution
from schedules.models.node import Node
from schedules.models.plain_task import PlainTask
from schedules.models.schedule import Schedule

__all__ = ["STATE_CHOICES", "Attempt", "Execution", "Node", "PlainTask", "Schedule"]
