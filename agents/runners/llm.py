"""Runs by a language model: any provider that pydantic-ai knows, or the local endpoint."""

from pydantic_ai import Agent, ModelSettings, RunUsage, UsageLimits

from agents import model_names
from agents.desk import Desk
from agents.orders import Order, Usage
from agents.runners import llm_clients, llm_models
from agents.runners.llm_errors import explain

# Of one model call, on connection errors, 429 (after the Retry-After) and 5xx.
CALL_RETRIES = 1
# How often the model is asked again after an answer that cannot be used.
OUTPUT_RETRIES = 1


class LlmRunner:
    """Asks a model; see agents.runners.Runner for the contract."""

    def check_model(self, model: str) -> None:
        """ValueError with a sentence if an agent cannot name this model."""
        llm_models.check(model)

    async def run(self, order: Order, usage: Usage, desk: Desk) -> str:
        """The model's answer; RunFailed with the reason if there is none."""
        usage.model = model_names.resolve(order.model)
        try:
            return await self._ask(order, usage)
        except Exception as error:
            if reason := explain(error, usage.model):
                raise reason from error
            raise

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        await llm_clients.close()

    async def _ask(self, order: Order, usage: Usage) -> str:
        model = llm_models.build(usage.model, await llm_clients.of_this_loop())
        agent = Agent(model, instructions=order.instructions or None, retries=OUTPUT_RETRIES)
        spent = RunUsage()
        try:
            async with agent.iter(
                order.command,
                model_settings=_settings(order),
                usage=spent,
                usage_limits=UsageLimits(request_limit=order.max_llm_calls),
                infer_name=False,
            ) as steps:
                async for _ in steps:
                    _add_up(spent, usage)
            assert steps.result is not None
            return steps.result.output
        finally:
            _add_up(spent, usage)


def _settings(order: Order) -> ModelSettings:
    return ModelSettings(
        max_tokens=order.max_output_tokens,
        timeout=order.timeout_seconds,
        max_retries=CALL_RETRIES,
    )


def _add_up(spent: RunUsage, usage: Usage) -> None:
    usage.input_tokens = spent.input_tokens
    usage.output_tokens = spent.output_tokens
    usage.llm_calls = spent.requests
