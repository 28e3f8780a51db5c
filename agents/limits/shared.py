"""The limits of all processes together: what is asked of Redis."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis.asyncio.client import Pipeline

from agents import news
from agents.limits.asks import POLL_SECONDS, Answer, Ask
from agents.limits.backoff import MAX_PAUSE_SECONDS
from agents.limits.rules import MICROSECONDS
from agents.limits.scripts import ENTER, LOOK, PAUSE

# How much later than it said somebody who waits may come and still be next.
PATIENCE_SECONDS = 0.5


@dataclass(frozen=True)
class Found:
    """What Redis has answered."""

    answers: Sequence[Answer]
    pauses: Mapping[str, float]
    """Models that must not be asked, and for how many seconds."""
    heard: bool = True
    """Whether Redis has answered; if not, what it was told may have been done or not."""


class Shared:
    """A conversation with Redis: one question at a time, and one round trip for each."""

    def __init__(self) -> None:
        self._client = news.connect()

    async def exchange(self, asks: Sequence[Ask], pauses: Mapping[str, float], look: bool) -> Found:
        """Answers to the asks in their order, and the pauses of all workers if `look` is set.

        `pauses` are made known to all workers, in seconds by model. RedisError if Redis does not
        answer, or does not want to; what was asked may have been done all the same.
        """
        pipeline = self._client.pipeline(transaction=False)
        for model, seconds in pauses.items():
            _add(pipeline, PAUSE, [_pauses()], model, _micro(seconds), _micro(MAX_PAUSE_SECONDS))
        for ask in asks:
            _add(pipeline, ENTER, _keys(ask), json.dumps(_said(ask)))
        if look:
            _add(pipeline, LOOK, [_pauses()])
        found = await pipeline.execute()
        news.heed_cancellation()
        answers = found[len(pauses) : len(pauses) + len(asks)]
        return Found(
            [_answer(ask, *answer) for ask, answer in zip(asks, answers, strict=True)],
            _by_model(found[-1]) if look else {},
        )

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


def lease() -> float:
    """Seconds after which the slots of a process that is silent are free: as long as its runs."""
    return float(settings.LEASE_SECONDS)


def _add(pipeline: Pipeline, script: str, keys: Sequence[str], *values: Any) -> None:
    # The whole text each time: a Redis that has been flushed or restarted knows no scripts.
    pipeline.eval(script, len(keys), *keys, *values)


def _prefix() -> str:
    """Installations that share a Redis differ in their queue."""
    return f"{settings.CELERY_TASK_DEFAULT_QUEUE}:model-limits"


def _pauses() -> str:
    return f"{_prefix()}:pauses"


def _keys(ask: Ask) -> list[str]:
    kinds = ("slots", "rate", "waiting")
    return [_pauses(), *(f"{_prefix()}:{kind}:{x.key}" for x in ask.limits for kind in kinds)]


def _said(ask: Ask) -> dict[str, Any]:
    return {
        "model": ask.model,
        "waiter": ask.waiter,
        "released": ask.released,
        "renewed": ask.renewed,
        "whole": ask.whole,
        "wanted": ask.wanted,
        "waited": ask.waited,
        "lease": _micro(lease()),
        "poll": _micro(POLL_SECONDS),
        "patience": _micro(PATIENCE_SECONDS),
        "limits": [
            {"concurrency": x.concurrency, "interval": x.interval, "tolerance": x.tolerance}
            for x in ask.limits
        ],
    }


def _answer(ask: Ask, begun: int, wait: int, paused: int, blocking: int) -> Answer:
    return Answer(
        begun=begun,
        wait=wait / MICROSECONDS,
        paused=paused / MICROSECONDS,
        limit=ask.limits[blocking - 1] if blocking else None,
    )


def _by_model(found: Sequence[Any]) -> Mapping[str, float]:
    return {found[i]: found[i + 1] / MICROSECONDS for i in range(0, len(found), 2)}


def _micro(seconds: float) -> int:
    return round(seconds * MICROSECONDS)
