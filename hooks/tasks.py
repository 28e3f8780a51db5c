"""A courier in every worker process, from its first moment to its last; Celery looks here."""

from typing import Any

from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings

from hooks.courier import Courier

_courier: Courier | None = None


@worker_ready.connect
def start(**_: Any) -> None:
    """The worker takes messages from now on."""
    global _courier
    _courier = Courier(settings.DELIVERIES_AT_ONCE)


@worker_shutting_down.connect
def close(**_: Any) -> None:
    """SIGTERM: take nothing new."""
    if _courier:
        _courier.close()


@worker_shutdown.connect
def drain(**_: Any) -> None:
    """Let what is on its way arrive, or give it back."""
    if _courier:
        _courier.drain(settings.WORKER_GRACE_SECONDS)
