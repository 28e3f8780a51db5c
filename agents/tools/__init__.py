"""The tools that agents may be given."""

from typing import TYPE_CHECKING, Any

from agents.desk import Desk
from agents.orders import Order

if TYPE_CHECKING:
    from pydantic_ai.toolsets import AbstractToolset


def toolsets(order: Order, desk: Desk) -> "list[AbstractToolset[Any]]":
    """What this run's model may use: there are no tools yet."""
    return []
