"""The model calls of one run: what they may cost, what they have cost, and their trace."""

import time
from dataclasses import dataclass, field

from pydantic_ai import ModelMessage, ModelResponse
from pydantic_ai.models import ModelRequestParameters

from agents import prices
from agents.desk import Desk
from agents.errors import ErrorType, RunFailed
from agents.orders import Order, Usage
from agents.runners import llm_estimates, llm_events


@dataclass
class Meter:
    """Asked before each model call, told after it; every model of a run shares one."""

    order: Order
    usage: Usage
    desk: Desk
    begun: int = 0
    """Calls, also those that failed."""
    room: int = 0
    """Tokens that the answer to the latest call may have."""
    before: int = 0
    """Calls that the run had made before it was parked."""
    problem: str = ""
    """How the latest answer does not follow the output schema."""
    _said: int = 0
    """Tokens of all that was said until the latest answer."""
    _shown: int = 0
    """Characters of the streamed answer that were noted."""
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float:
        """What remains of the run's timeout."""
        return self._began + self.order.timeout_seconds - time.monotonic()

    _messages: list[ModelMessage] = field(default_factory=list)
    """Of the latest call."""
    _parameters: ModelRequestParameters = field(default_factory=ModelRequestParameters)
    """Of the same."""

    def begin(
        self, model: str, messages: list[ModelMessage], parameters: ModelRequestParameters
    ) -> None:
        """A call is about to be made; RunFailed if the run may make none."""
        self._messages, self._parameters = messages, parameters
        self.room = self._room(model)
        self.begun += 1
        self._shown = 0
        self.usage.model = model
        self.desk.note(
            "model_request", llm_events.request(model, self.before + self.begun, messages)
        )

    def again(self, model: str) -> bool:
        """Whether the latest call may be made once more, after one that may have cost something."""
        try:
            self.room = self._room(model)
        except RunFailed:
            return False
        return True

    def end(self, model: str, response: ModelResponse) -> None:
        """A call was answered: add up what it cost, before anything else can happen.

        RunFailed if the budget had too little room for the answer.
        """
        spent, usage = llm_estimates.believable(response.usage), self.usage
        usage.llm_calls += 1
        said = spent.input_tokens + spent.output_tokens
        if spent.unmeasured_requests:
            said = llm_estimates.add(usage, model, self._asked(), response)
        self._said = said
        usage.input_tokens += spent.input_tokens
        usage.output_tokens += spent.output_tokens
        usage.cached_tokens += spent.cache_read_tokens
        usage.reasoning_tokens += spent.output_reasoning_tokens
        cost = prices.cost(model, spent)
        usage.cost = None if usage.cost is None or cost is None else usage.cost + cost
        shown = None if cost is None else str(cost)
        self.desk.note("model_response", llm_events.response(model, response, shown))
        if response.finish_reason == "length" and self.room < self.order.max_output_tokens:
            raise RunFailed(
                ErrorType.BUDGET_EXCEEDED,
                f"The answer of {model} was cut off at {self.room:,} tokens, all that the run's "
                "budget had left for it.",
            )

    def lost(self, model: str, error: BaseException, received: ModelResponse | None) -> None:
        """A call did not come back, or not to its end: it may have cost something all the same."""
        if not llm_estimates.costs_nothing(error):
            llm_estimates.add(self.usage, model, self._asked(), received)

    def retry(self, reason: str) -> None:
        """Something is tried again, or another way."""
        self.desk.note("retry", {"reason": llm_events.cut(reason)})

    def text(self, delta: str) -> None:
        """The model's answer has grown; beyond LONGEST nobody watches it."""
        if self._shown < llm_events.LONGEST:
            self.desk.note("text", {"text": llm_events.cut(delta)})
        self._shown += len(delta)

    def _room(self, model: str) -> int:
        order, usage = self.order, self.usage
        if self.before + usage.llm_calls >= order.max_llm_calls:
            raise RunFailed(
                ErrorType.LIMIT_EXCEEDED,
                "The run needed more model calls than the agent's max_llm_calls allows.",
            )
        if order.max_tokens is None and order.max_cost is None:
            return order.max_output_tokens
        asked = self._asked()
        rooms = (
            *(order.max_output_tokens, self._room_by_tokens(asked)),
            self._room_by_cost(model, asked),
        )
        return min(room for room in rooms if room is not None)

    def _asked(self) -> int:
        """Tokens of the prompt, about: all that was said before, and what comes with it."""
        if self._said:
            return self._said + llm_estimates.tokens(self._messages[-1:])
        offered = llm_estimates.offered(self._parameters)
        return llm_estimates.tokens(self._messages, self.order.instructions, offered)

    def _room_by_tokens(self, asked: int) -> int | None:
        limit, usage = self.order.max_tokens, self.usage
        spent = usage.input_tokens + usage.output_tokens + usage.estimated_tokens
        if limit is None:
            return None
        if (room := limit - spent - asked) > 0:
            return room
        raise RunFailed(
            ErrorType.BUDGET_EXCEEDED,
            f"The run has used {spent:,} tokens, and its next call has a prompt of about "
            f"{asked:,}; its budget leaves it {limit:,}.",
        )

    def _room_by_cost(self, model: str, asked: int) -> int | None:
        limit, cost = self.order.max_cost, self.usage.cost
        if limit is None:
            return None
        if cost is None or not prices.known(model):
            raise RunFailed(
                ErrorType.BUDGET_EXCEEDED,
                f"The run has a budget in dollars, and the price of {model} is not known: "
                "add it to the deployment's MODEL_PRICES.",
            )
        cost += self.usage.estimated_cost
        room = prices.longest_answer(model, limit - cost, asked)
        if room is None or room > 0:
            return room
        raise RunFailed(
            ErrorType.BUDGET_EXCEEDED,
            f"The run has cost ${cost:.6f}, and what is left does not pay for its next call; "
            f"its budget leaves it ${limit:.6f}.",
        )
