"""The model calls of one run: what they may cost, what they have cost, and their trace."""

import time
from dataclasses import dataclass, field

from pydantic_ai import ModelMessage, ModelResponse

from agents import prices
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Order, Usage
from agents.runners import llm_events


@dataclass
class Meter:
    """Asked before each model call, told after it; every model of a run shares one."""

    order: Order
    usage: Usage
    desk: Desk
    begun: int = 0
    """Calls, also those that failed."""
    problem: str = ""
    """How the latest answer does not follow the output schema."""
    _shown: int = 0
    """Characters of the streamed answer that were noted."""
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float:
        """What remains of the run's timeout."""
        return self._began + self.order.timeout_seconds - time.monotonic()

    def begin(self, model: str, messages: list[ModelMessage]) -> None:
        """A call is about to be made; RunFailed if the run may make none."""
        self._check(model)
        self.begun += 1
        self._shown = 0
        self.usage.model = model
        self.desk.note("model_request", llm_events.request(model, self.begun, messages))

    def end(self, model: str, response: ModelResponse) -> None:
        """A call was answered: add up what it cost, before anything else can happen."""
        spent, usage = response.usage, self.usage
        usage.llm_calls += 1
        usage.input_tokens += spent.input_tokens
        usage.output_tokens += spent.output_tokens
        usage.cached_tokens += spent.cache_read_tokens
        usage.reasoning_tokens += spent.output_reasoning_tokens
        cost = prices.cost(model, spent)
        usage.cost = None if usage.cost is None or cost is None else usage.cost + cost
        shown = None if cost is None else str(cost)
        self.desk.note("model_response", llm_events.response(model, response, shown))

    def retry(self, reason: str) -> None:
        """Something is tried again, or another way."""
        self.desk.note("retry", {"reason": llm_events.cut(reason)})

    def text(self, delta: str) -> None:
        """The model's answer has grown; beyond LONGEST nobody watches it."""
        if self._shown < llm_events.LONGEST:
            self.desk.note("text", {"text": llm_events.cut(delta)})
        self._shown += len(delta)

    def _check(self, model: str) -> None:
        order, usage = self.order, self.usage
        if usage.llm_calls >= order.max_llm_calls:
            raise RunFailed(
                ErrorType.LIMIT_EXCEEDED,
                "The run needed more model calls than the agent's max_llm_calls allows.",
            )
        spent = usage.input_tokens + usage.output_tokens
        if order.max_tokens is not None and spent >= order.max_tokens:
            raise RunFailed(
                ErrorType.BUDGET_EXCEEDED,
                f"The run has used {spent:,} tokens; its budget leaves it {order.max_tokens:,}.",
            )
        if order.max_cost is not None:
            self._check_cost(model)

    def _check_cost(self, model: str) -> None:
        limit, cost = self.order.max_cost, self.usage.cost
        assert limit is not None
        if cost is None or not prices.known(model):
            raise RunFailed(
                ErrorType.BUDGET_EXCEEDED,
                f"The run has a budget in dollars, and the price of {model} is not known: "
                "add it to the deployment's MODEL_PRICES.",
            )
        if cost >= limit:
            raise RunFailed(
                ErrorType.BUDGET_EXCEEDED,
                f"The run has cost ${cost:.6f}; its budget leaves it ${limit:.6f}.",
            )
