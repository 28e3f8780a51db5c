"""What goes into a run and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, Self
from uuid import UUID

from agents.errors import ErrorType
from agents.parking import Parked, Resumed
from scheduler_project.text import valid

# Of one run, which has never come near. The ledger adds up so many for years.
MOST_TOKENS, MOST_CALLS, MOST_DOLLARS = 10**12, 10**5, Decimal(10**6)
TOKENS = (
    *("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"),
    "estimated_tokens",
)
CALLS = ("llm_calls", "tool_calls")
LONGEST_MODEL = 200


@dataclass(frozen=True)
class Order:
    """One agent run to be made; everything it needs, so that running reads no database."""

    task_id: UUID
    execution_id: UUID
    """The same in all attempts: with it a tool tells a repetition from a new order."""
    attempt: int
    runner: str
    model: str
    instructions: str
    command: str
    max_output_tokens: int
    """Per model call."""
    max_llm_calls: int
    """Per run."""
    timeout_seconds: float
    timezone: str = "UTC"
    """Of the schedule."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the runner needs, as its own check let it through."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The agent's secret values by name; they go into no event, log or error."""
    fallback_models: Sequence[str] = ()
    output_schema: Mapping[str, Any] | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    """Tools by name, with "allow", "ask" or "deny"; one that is not there is denied."""
    mcp_servers: Sequence[Mapping[str, Any]] = ()
    max_tokens: int | None = None
    """What the budgets leave to this run, input and output together."""
    max_cost: Decimal | None = None
    """The same in US dollars."""
    owner_id: int | None = None
    """Whose run it is."""
    resumed: Resumed | None = None
    """Where it goes on, if it was parked until somebody had decided."""

    @property
    def idempotency_key(self) -> str:
        """What a side effect is to be done once for: the same in every attempt.

        For services that take an Idempotency-Key; a worker that dies after the effect and
        before its record makes the next attempt ask for it again, under this key.
        """
        return str(self.execution_id)


@dataclass
class Usage:
    """What a run has spent so far.

    It belongs to the caller and is filled while the run goes on, so that the spending
    stays known when the run is cancelled or times out.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of the input tokens, those read from the provider's cache."""
    reasoning_tokens: int = 0
    """Of the output tokens, those spent on thinking."""
    llm_calls: int = 0
    tool_calls: int = 0
    cost: Decimal | None = Decimal(0)
    """In US dollars; None once a model was used whose price is not known."""
    estimated_tokens: int = 0
    """Of calls that did not come back, or of which the provider did not say, besides the above."""
    estimated_cost: Decimal = Decimal(0)
    """The same in US dollars."""
    model: str = ""
    """The model that was used, also where the order left the choice to the deployment."""

    def storable(self) -> Self:
        """The same as the database can keep it, and add it up, whatever a runner has put there."""
        tokens = {name: _count(getattr(self, name), MOST_TOKENS) for name in TOKENS}
        calls = {name: _count(getattr(self, name), MOST_CALLS) for name in CALLS}
        return replace(
            self,
            **tokens,
            **calls,
            cost=_dollars(self.cost),
            estimated_cost=_dollars(self.estimated_cost) or Decimal(0),
            model=valid(str(self.model))[:LONGEST_MODEL],
        )


def _count(number: Any, most: int) -> int:
    if not isinstance(number, int | float) or number != number:
        return 0
    return int(min(max(number, 0), most))


def _dollars(amount: Any) -> Decimal | None:
    """None, which is not known, for what is no amount."""
    if not isinstance(amount, int | float | Decimal) or not Decimal(amount).is_finite():
        return None
    return min(max(Decimal(amount), Decimal(0)), MOST_DOLLARS)


@dataclass(frozen=True)
class Outcome:
    """How a run ended, or that it waits for somebody's decision."""

    state: Literal["success", "failed", "waiting"]
    text: str = ""
    error_type: str = ""
    error_message: str = ""
    retryable: bool = False
    parked: Parked | None = None

    @classmethod
    def success(cls, text: str) -> Self:
        """The run ended with this answer."""
        return cls(state="success", text=text)

    @classmethod
    def failure(cls, error_type: ErrorType, message: str) -> Self:
        """The run failed; `message` is one sentence for the owner."""
        return cls(
            state="failed",
            error_type=error_type.value,
            error_message=message,
            retryable=error_type.retryable,
        )
