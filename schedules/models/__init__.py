"""What is stored: schedules and their past, the ledger, plain tasks, stops, who is alive."""

from schedules.models.approval import Approval, Parking
from schedules.models.definition import Definition
from schedules.models.execution import STATE_CHOICES, Attempt, Execution
from schedules.models.node import Node
from schedules.models.notification import Notification
from schedules.models.plain_task import PlainTask
from schedules.models.schedule import Schedule
from schedules.models.stop import Stop
from schedules.models.tally import Tally

__all__ = [
    "STATE_CHOICES",
    "Approval",
    "Attempt",
    "Definition",
    "Execution",
    "Node",
    "Notification",
    "Parking",
    "PlainTask",
    "Schedule",
    "Stop",
    "Tally",
]
