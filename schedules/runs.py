"""One claimed run: its agent task in flight, and what the ledger shall say of it."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from uuid import UUID

from django.db import DatabaseError, InterfaceError, transaction

from agents import runtime, secrets
from agents.errors import ErrorType
from agents.models import Agent
from agents.records import Finished
from scheduler_project.errors import is_unreachable
from schedules import busy, claims, conclusions
from schedules.busy import Busy
from schedules.conclusions import Conclusion
from schedules.desks import DatabaseDesk
from schedules.models import Execution
from schedules.tracing import Tracing

logger = logging.getLogger(__name__)


class Stop(Enum):
    """Why a run is stopped from outside."""

    CANCELLED = "cancelled"
    HANDED_BACK = "handed back by a worker that was shutting down"
    HALTED = "stopped with everything else: it starts again when the stop is lifted"
    LOST = "lost"


@dataclass(frozen=True)
class Job:
    """A claimed execution and the agent that shall do it; None once that was deleted."""

    claimed: claims.Claimed
    agent: Agent | None


class Unsure(Exception):  # noqa: N818
    """The answer to a claim's COMMIT was lost: `jobs` are ours if they stand."""

    def __init__(self, jobs: Mapping[UUID, Job]) -> None:
        super().__init__("The answer to the commit was lost.")
        self.jobs = jobs


def take(ids: Sequence[UUID], worker: str) -> Mapping[UUID, Job | Busy]:
    """Claim what is free of `ids`, with the agents it needs, by execution; both or neither.

    Busy for what could start, but somebody holds a row of it. Unsure when the connection broke
    at the commit; broken before it, nothing is claimed.
    """
    jobs: Mapping[UUID, Job] = {}
    try:
        with transaction.atomic():
            jobs = _jobs(claims.claim(ids, worker))
            # Before the commit: a claim must not be forgotten over this question.
            left = busy.claimable([id for id in ids if id not in jobs])
    except (DatabaseError, InterfaceError) as error:
        # A server that says why has undone it.
        if jobs and is_unreachable(error):
            raise Unsure(jobs) from error
        raise
    return {**jobs, **{id: Busy() for id in left}}


def _jobs(claimed: Sequence[claims.Claimed]) -> Mapping[UUID, Job]:
    agents = Agent.objects.in_bulk({c.agent_id for c in claimed if c.agent_id})
    return {c.id: Job(c, agents.get(c.agent_id or 0)) for c in claimed}


class Overslept(Exception):  # noqa: N818
    """The lease was over before the run had begun."""


class Run:
    """A job under way on the current event loop.

    Its lease goes on until `held_until`, a time of the monotonic clock that its heartbeat puts off.
    """

    def __init__(self, job: Job, tracing: Tracing, held_until: float) -> None:
        self.job = job
        self._tracing = tracing
        self.held_until = held_until
        self.desk: DatabaseDesk | None = None
        """None until it begins."""
        self._usage = runtime.Usage()
        self._stopped: Stop | None = None
        self._work = asyncio.create_task(self._outcome())

    @property
    def lost(self) -> bool:
        """Whether this run belongs to somebody else by now."""
        return self._stopped == Stop.LOST

    @property
    def over(self) -> bool:
        """Whether it has come to its end, and waits at most for that to be recorded."""
        return self._work.done()

    def stop(self, why: Stop) -> None:
        """Break the run off; losing it outranks every other reason."""
        if self._stopped is None:
            self._work.cancel()
        if self._stopped is None or why == Stop.LOST:
            self._stopped = why

    async def _outcome(self) -> runtime.Outcome:
        agent, claimed = self.job.agent, self.job.claimed
        if agent is None:
            return runtime.Outcome.failure(ErrorType.AGENT_DELETED, "Its agent was deleted.")
        assert claimed.agent_task_id is not None
        try:
            opened = secrets.opened(agent.secrets)
        except ValueError as error:
            return runtime.Outcome.failure(ErrorType.BAD_CREDENTIALS, str(error))
        # In a busy loop it is a while since the worker looked, and it may have been frozen in it.
        # From here to the agent's first step nothing else has its turn.
        if time.monotonic() > self.held_until:
            raise Overslept
        self.desk = self._tracing.desk(claimed, opened.values())
        return await runtime.run(
            runtime.Order(
                task_id=claimed.agent_task_id,
                execution_id=claimed.id,
                attempt=claimed.attempt,
                runner=agent.runner,
                model=agent.model,
                instructions=agent.instructions,
                command=claimed.command,
                max_output_tokens=agent.max_output_tokens,
                max_llm_calls=agent.max_llm_calls,
                timeout_seconds=claimed.timeout_seconds,
                timezone=claimed.timezone,
                options=agent.options,
                secrets=opened,
                fallback_models=agent.fallback_models,
                output_schema=agent.output_schema,
                tools=agent.tools,
                mcp_servers=agent.mcp_servers,
                max_tokens=claimed.max_tokens,
                max_cost=claimed.max_cost,
                owner_id=claimed.owner_id,
                resumed=claimed.resumed,
            ),
            self._usage,
            self.desk,
        )

    async def conclusion(self) -> Conclusion | None:
        """Wait for the end; None for a run that is no longer ours to write about."""
        try:
            outcome = await self._work
        except asyncio.CancelledError:
            return self._broken_off()
        except Overslept:
            logger.warning("Not started, as its lease has run out: %s", self.job.claimed.id)
            return None
        if self._stopped and outcome.state == "failed":
            # What breaks off in the middle may well end with an error.
            return self._broken_off()
        if outcome.state == "success":
            return conclusions.succeeded(self.job.claimed, self._finished(outcome))
        if outcome.parked:
            return conclusions.parked(
                self.job.claimed,
                self._finished(outcome),
                outcome.parked,
                keep_task=self._keeps_task,
            )
        return conclusions.failed(
            self.job.claimed, self._finished(outcome), retryable=outcome.retryable
        )

    @property
    def _keeps_task(self) -> bool:
        """Whoever started an agent task by itself keeps its id."""
        return self.job.claimed.trigger == Execution.Trigger.AGENT_TASK

    def _broken_off(self) -> Conclusion | None:
        if self._stopped == Stop.CANCELLED:
            return conclusions.cancelled(self.job.claimed, self._finished())
        if self._stopped in (Stop.HANDED_BACK, Stop.HALTED):
            return conclusions.handed_back(
                self.job.claimed,
                self._finished(),
                reason=self._stopped.value,
                keep_task=self._keeps_task,
            )
        if self._stopped == Stop.LOST:
            return None
        # Not by us: something inside the run cancelled itself.
        broken = runtime.Outcome.failure(ErrorType.INTERNAL_ERROR, "The run was broken off.")
        return conclusions.failed(self.job.claimed, self._finished(broken), retryable=True)

    def _finished(self, outcome: runtime.Outcome | None = None) -> Finished:
        task_id, usage = self.job.claimed.agent_task_id, self._usage.storable()
        assert task_id is not None
        return Finished(
            task_id=task_id,
            state=outcome.state if outcome else "cancelled",
            result=outcome.text if outcome else "",
            model=usage.model,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            llm_calls=usage.llm_calls,
            tool_calls=usage.tool_calls,
            cost=usage.cost,
            estimated_tokens=usage.estimated_tokens,
            estimated_cost=usage.estimated_cost,
            error_type=outcome.error_type if outcome else "",
            error_message=outcome.error_message if outcome else "",
        )

    def unstorable(self, conclusion: Conclusion) -> Conclusion | None:
        """What to record instead of an outcome that the database refuses; None if that was it.

        It is the text of it that cannot be stored: what the run has spent counts all the same.
        """
        if conclusion.task.error_type == ErrorType.INTERNAL_ERROR:
            return None
        task = replace(
            conclusion.task,
            result="",
            error_type=ErrorType.INTERNAL_ERROR.value,
            error_message="The run ended, but its result could not be stored.",
        )
        return conclusions.failed(self.job.claimed, task, retryable=False)


async def close_clients() -> None:
    """Close what the runtime keeps open on this event loop."""
    await runtime.close()
