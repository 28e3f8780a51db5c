"""Runs that want to start under a budget, and what they will need."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import cached_property
from uuid import UUID

from django.conf import settings

from agents import prices, runners
from agents.budgets import NOTHING, SMALLEST, Money, Request
from schedules import db
from schedules.states import FINAL, State, sources
from schedules.stops import MAY_START

# How far back a schedule's history is read: past many runs that never started, but not for ever.
ROWS, RUNS = 100, 20
# Of a model, in the reason of a run that was skipped.
LONGEST_NAME = 40


@dataclass(frozen=True)
class Applicant:
    """A pending execution, locked, that no worker has yet."""

    id: UUID
    owner_id: int
    schedule_id: int | None
    spent_tokens: int
    spent_cost: Decimal
    runner: str | None
    """None where its agent is gone."""
    model: str
    fallback_models: str
    """JSON"""
    max_output_tokens: int
    size: int
    """Bytes of its instructions, its command and its output schema, three for each digit, which may
    be a token of its own; tools are known to its run."""
    usual_input: int
    usual_output: int
    """Tokens that nine in ten of its schedule's latest runs did with; 0 without any."""

    def request(self, *, priced: bool) -> Request:
        """What it needs; in dollars only if it is to be `priced`."""
        if self.runner is None or not runners.spends(self.runner):
            return Request(NOTHING, NOTHING)
        asked = prices.tokens_of(self.size)
        usual = (self.usual_input, self.usual_output)
        sizes = (max(asked, usual[0]), usual[1] if any(usual) else self.max_output_tokens)
        likely = self._money(sizes, priced)
        return Request(
            likely=likely,
            least=self._money((asked, 0), priced),
            spent=Money(Decimal(self.spent_tokens), self.spent_cost),
            unpriced=self._unpriced if priced and likely.dollars is None else "",
        )

    def _money(self, tokens: tuple[int, int], priced: bool) -> Money:
        return Money(Decimal(sum(tokens)), self._cost(tokens) if priced else None)

    def _cost(self, tokens: tuple[int, int]) -> Decimal | None:
        """By the most expensive of its models; None when one of them has no known price."""
        costs = [prices.estimate(model, *tokens) for model in self._models]
        known = [cost for cost in costs if cost is not None]
        if len(known) < len(costs):
            return None
        return max(known).quantize(SMALLEST["dollars"], ROUND_UP)

    @property
    def _unpriced(self) -> str:
        """The first of its models that has no known price, not longer than its sentence allows."""
        names = (name for name in self._models if prices.estimate(name, 0, 0) is None)
        name = next(names, "")
        return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."

    @cached_property
    def _models(self) -> list[str]:
        # What else runs on without a model only its runner knows: that has no price.
        default = settings.AGENT_MODEL if self.runner == "llm" else f"{self.runner} without a model"
        return [self.model or default, *json.loads(self.fallback_models)]


def load_prices() -> None:
    """Read the list of prices now, which takes half a second on an idle machine.

    The first claim that needs one would do so with its locks in hand, and where it took longer
    than IDLE_IN_TRANSACTION_SECONDS the server would end its connection.
    """
    prices.known("openai:gpt-5")


# What could be claimed at this moment; SKIP LOCKED, as a claim does.
LOCK = f"""
WITH free AS (
    SELECT * FROM schedules_execution
    WHERE id = ANY(%(ids)s::uuid[]) AND {MAY_START}
      AND (schedule_id IS NULL OR schedule_id = ANY(%(schedules)s::bigint[]))
    ORDER BY id FOR UPDATE SKIP LOCKED)
SELECT e.id, e.owner_id, e.schedule_id, e.input_tokens + e.output_tokens + e.estimated_tokens,
    coalesce(e.cost, 0) + e.estimated_cost, a.runner, coalesce(a.model, ''),
    coalesce(a.fallback_models, '[]')::text,
    coalesce(a.max_output_tokens, 0),
    octet_length(said.text)
        + 2 * (length(said.text) - length(translate(said.text, '0123456789', ''))),
    coalesce(usual.input, 0), coalesce(usual.output, 0)
FROM free e
LEFT JOIN agents_agent a ON a.id = e.agent_id
CROSS JOIN LATERAL (
    SELECT concat(a.instructions, e.command, a.output_schema::text) AS text) said
LEFT JOIN LATERAL (
    SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY run.input_tokens) AS input,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY run.output_tokens) AS output
    FROM (SELECT * FROM (
              SELECT * FROM schedules_execution earlier WHERE earlier.schedule_id = e.schedule_id
              ORDER BY earlier.id DESC LIMIT {ROWS}) latest
          WHERE state = ANY(%(final)s) AND input_tokens + output_tokens > 0
          ORDER BY id DESC LIMIT {RUNS}) run) usual ON true
ORDER BY e.id
"""


def lock(ids: Sequence[UUID], schedules: Sequence[int]) -> list[Applicant]:
    """Those of `ids` that could be claimed now, oldest first; nobody else can claim them.

    Of these schedules, which the caller has locked, or of none.
    """
    facts = {
        "ids": list(ids),
        "schedules": list(schedules),
        "free": [state.value for state in sources(State.RUNNING)],
        "final": [state.value for state in FINAL],
    }
    return [Applicant(*row) for row in db.fetch(LOCK, facts)]
