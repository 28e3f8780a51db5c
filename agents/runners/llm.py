"""Runs by a language model: any provider that pydantic-ai knows, or the local endpoint."""

from collections.abc import Mapping
from typing import Any

from pydantic_ai.exceptions import FallbackExceptionGroup
from pydantic_ai.models import Model

from agents import tools
from agents.desk import Desk
from agents.errors import RunFailed
from agents.model_names import resolve
from agents.orders import Order, Usage
from agents.parking import Parked
from agents.runners import llm_agents, llm_chain, llm_clients, llm_events, llm_models, llm_plain
from agents.runners.llm_errors import explain
from agents.runners.llm_meter import Meter


class LlmRunner:
    """Asks a model; see agents.runners.Runner for the contract."""

    def check_model(self, model: str) -> None:
        """ValueError with a sentence if an agent cannot name this model."""
        llm_models.check(model)

    def check_options(self, options: Mapping[str, Any]) -> None:
        """ValueError with a sentence unless it is {} or {"stream": ...}.

        A streamed answer can be read while it grows, and costs a worker twice as much.
        """
        stream = options.get("stream", False)
        if set(options) - {"stream"} or not isinstance(stream, bool):
            raise ValueError('This runner has no options but {"stream": true}.')

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """The model's answer; RunFailed with the reason if there is none."""
        meter = Meter(order, usage, desk)
        usage.model = resolve(order.model)
        try:
            return await self._ask(meter, llm_chain.build(meter, await llm_clients.of_this_loop()))
        except FallbackExceptionGroup as error:
            raise llm_chain.combined(error.exceptions) from error
        except RunFailed:
            raise
        except Parked as parked:
            # Asked for, not made: whoever makes them counts them.
            usage.tool_calls -= len(parked.calls)
            desk.note("approval", llm_events.asked(parked.calls))
            raise
        except Exception as error:
            if reason := explain(error, usage.model, order.secrets.values()):
                raise reason from error
            raise

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        await llm_clients.close()

    async def _ask(self, meter: Meter, model: Model) -> str:
        order = meter.order
        toolsets = tools.toolsets(order, meter.desk)
        if toolsets or order.resumed or order.output_schema is not None:
            return await llm_agents.answer(meter, model, toolsets)
        return await llm_plain.answer(meter, model)
