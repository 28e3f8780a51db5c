"""A runner that does nothing."""

from collections.abc import Mapping
from typing import Any

from agents.desk import Desk
from agents.orders import Order, Usage


class NoOp:
    """Answers at once; see agents.runners.Runner for the contract."""

    def check_model(self, model: str) -> None:
        """Any is fine."""

    def check_options(self, options: Mapping[str, Any]) -> None:
        """Any are fine."""

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """Nothing."""
        return ""

    async def close(self) -> None:
        """Nothing is open."""
