"""Celery's entry points: the task that carries an execution's id, and the worker's life."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import (
    worker_init,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from django.conf import settings

from agents import runners
from scheduler_project import collector
from schedules import applicants, broker, dispatch, open_files, worker

logger = logging.getLogger(__name__)


@shared_task(name=broker.TASK, ignore_result=True)
def run(*execution_ids: str) -> None:
    """Run executions; without an id (fired by a stock beat) make one dispatch pass."""
    if not execution_ids:
        dispatch.tick()
    elif left := worker.engine().submit(*_ids(execution_ids)):
        # This worker is busy, or leaving: another one shall have them at once.
        broker.give_back(left)


def _ids(texts: Iterable[object]) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(str(text))
        except ValueError:
            logger.warning("Dropped from a message, as it is no execution: %.100r", text)


@worker_init.connect
def load(**_: Any) -> None:
    """Import what runs need, and make room for them, before the first message is taken."""
    open_files.allow(settings.WORKER_SLOTS)
    runners.load_all()
    applicants.load_prices()
    collector.spare()


@worker_ready.connect
def start(**_: Any) -> None:
    """Report this worker before its first run."""
    worker.engine()


@worker_shutting_down.connect
def close(**_: Any) -> None:
    """SIGTERM: take nothing new, so that Celery's threads come to their end."""
    if engine := worker.running_engine():
        engine.close()


@worker_shutdown.connect
def drain(**_: Any) -> None:
    """Celery has stopped consuming: let runs finish, or hand them back."""
    if engine := worker.running_engine():
        engine.drain(settings.WORKER_GRACE_SECONDS)
