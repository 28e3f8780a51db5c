"""Hooks, what happens to their owners, and what has become of their deliveries."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User

from feed.models import Change
from hooks import claims, results, services
from hooks.claimed import Claimed, Result
from hooks.models import Delivery, Hook
from scheduler_project.database import fetch

URL = "https://example.com/hook"


def hook_of(owner: User, **fields: Any) -> Hook:
    """A hook that wants everything, unless told otherwise."""
    values = {"name": "hook", "url": URL, "events": ["*"]} | fields
    return services.create_hook(owner=owner, fields=values)[0]


def happen(owner: User, *events: str, **facts: Any) -> list[Change]:
    """These events of the owner's, by one statement."""
    return Change.objects.bulk_create(Change(owner=owner, event=e, **facts) for e in events)


def outbox(hook: Hook) -> list[str]:
    """The events that are, or were, to be sent to it."""
    return list(hook.deliveries.order_by("id").values_list("event", flat=True))


def states(hook: Hook) -> list[str]:
    """How its deliveries stand."""
    return list(hook.deliveries.order_by("id").values_list("state", flat=True))


def make_due() -> None:
    """The time of everything that waits has come; the lease of what is on its way is over."""
    fetch("UPDATE hooks_delivery SET due_at = now() WHERE due_at IS NOT NULL")


def failed(claimed: Claimed, **fields: Any) -> Result:
    """An attempt that came to nothing."""
    return Result(claimed, "The receiver answered 500.", 500, **fields)


def attempt(result_of: Callable[[Claimed], Result] = failed, most: int = 100) -> list[Result]:
    """One attempt of all that is due, with that result; returns what could not be recorded."""
    return results.record([result_of(claimed) for claimed in claims.take(most)])


def delivered(claimed: Claimed) -> Result:
    """An attempt that came through."""
    return Result(claimed, status=204)


def only(hook: Hook) -> Delivery:
    """Its one delivery."""
    return Delivery.objects.get(hook=hook)
