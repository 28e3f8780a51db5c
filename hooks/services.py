"""What API and admin call: every write to a hook that is not a courier's goes through here.

Bad input raises ValidationError with a sentence for each field; a request that does not fit what
is stored raises Conflict.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from accounts.owners import lock_owner
from agents import net
from hooks import secrets, switching, wants
from hooks.models import Delivery, Hook
from scheduler_project.database import fetch
from scheduler_project.errors import Conflict
from scheduler_project.text import problem_with
from scheduler_project.versions import Versions, check

FIELDS = ("name", "url", "events", "schedule_id", "enabled")
FORMER_SECRET_SIGNS_FOR = timedelta(days=1)
OWN_SCHEDULE = "SELECT 1 FROM schedules_schedule WHERE id = %s AND owner_id = %s"


@transaction.atomic
def create_hook(*, owner: AbstractBaseUser, fields: Mapping[str, Any]) -> tuple[Hook, str]:
    """A new hook of this owner, of some of FIELDS; and its secret, which nobody is told again."""
    secret = secrets.new()
    hook = Hook(owner_id=owner.pk, secret=secrets.sealed(secret), **fields)
    check_hook(hook, FIELDS)
    _check_room(owner)
    hook.save(force_insert=True)
    return hook, secret


@transaction.atomic
def update_hook(*, hook: Hook, changes: Mapping[str, Any], versions: Versions = None) -> Hook:
    """Change a hook; Stale if it is of none of these versions by now.

    Where nothing differs, nothing is written. What waits already is sent to the new URL. Switched
    off, it drops what waits; switched on, its failures are forgotten.
    """
    current = _locked(hook)
    check(current, versions)
    was_enabled, before = current.enabled, [getattr(current, name) for name in changes]
    for name, value in changes.items():
        setattr(current, name, value)
    check_hook(current, changes)
    if before == [getattr(current, name) for name in changes]:
        return current
    if current.enabled and not was_enabled:
        current.disabled_reason, current.consecutive_failures = "", 0
        current.failing_since = None
    elif was_enabled and not current.enabled:
        switching.drop([current.pk])
    return _saved(current)


def delete_hook(*, hook: Hook) -> None:
    """Delete a hook, with its deliveries."""
    hook.delete()


@transaction.atomic
def rotate_secret(*, hook: Hook, versions: Versions = None) -> tuple[Hook, str]:
    """Give it a new secret, which nobody is told again; the former one signs for another day.

    Stale if the hook is of none of these versions by now: somebody else has given it one.
    """
    current, secret = _locked(hook), secrets.new()
    check(current, versions)
    current.former_secret = current.secret
    current.former_until = Now() + FORMER_SECRET_SIGNS_FOR
    current.secret = secrets.sealed(secret)
    return _saved(current), secret


@transaction.atomic
def ping(*, hook: Hook) -> Delivery:
    """Send an event that nothing has caused, to try it out."""
    _locked_and_on(hook)
    # The clock of the database tells when it was.
    return Delivery.objects.create(hook=hook, event=wants.PING, data={})


@transaction.atomic
def redeliver(*, delivery: Delivery) -> Delivery:
    """Send once more, under the same webhook-id, what has come to its end; with all its attempts.

    The fence keeps counting: what a courier of an earlier attempt still has to say is not heard.
    """
    _locked_and_on(delivery.hook)
    again = Delivery.objects.filter(pk=delivery.pk, state__in=Delivery.OVER)
    pending = Delivery.State.PENDING
    if not again.update(state=pending, failures=0, due_at=Now(), finished_at=None):
        raise Conflict("It is still to be sent: look again when that has come to its end.")
    delivery.refresh_from_db()
    return delivery


def _locked(hook: Hook) -> Hook:
    """The hook as it is now. no_key: changes that it wants to hear of are not held up."""
    current = Hook.objects.select_for_update(no_key=True).filter(pk=hook.pk).first()
    if current is None:
        raise Conflict("The webhook has been deleted in the meantime.")
    return current


def _locked_and_on(hook: Hook) -> None:
    if not _locked(hook).enabled:
        raise Conflict("The webhook is switched off: switch it on first.")


def _saved(hook: Hook) -> Hook:
    hook.updated_at = Now()
    hook.save()
    hook.refresh_from_db()
    return hook


def check_hook(hook: Hook, names: Collection[str]) -> None:
    """ValidationError with a sentence for each of these fields that a hook cannot have.

    Of these only: another one that is good no more stands in nobody's way.
    """
    found = {name: problem(hook) for name, problem in PROBLEMS.items() if name in names}
    if problems := {SHOWN.get(name, name): found[name] for name in found if found[name]}:
        raise ValidationError(problems)
    hook.events = wants.tidy(hook.events)


def _problem_with_name(hook: Hook) -> str | None:
    return problem_with(hook.name, 100) or (None if hook.name.strip() else "Give it a name.")


def _problem_with_url(hook: Hook) -> str | None:
    """Where its host leads is looked up when something is sent."""
    try:
        net.check_url(hook.url)
    except net.Refused as error:
        return str(error)
    return None


def _problem_with_schedule(hook: Hook) -> str | None:
    if hook.schedule_id is None or fetch(OWN_SCHEDULE, (hook.schedule_id, hook.owner_id)):
        return None
    return f"The webhook's owner has no schedule with the id {hook.schedule_id}."


PROBLEMS: Mapping[str, Callable[[Hook], str | None]] = {
    "name": _problem_with_name,
    "url": _problem_with_url,
    "events": lambda hook: wants.problem_with(hook.events),
    "schedule_id": _problem_with_schedule,
}
SHOWN = {"schedule_id": "schedule"}
"""What a field is called outside, where that is not its name."""


def _check_room(owner: AbstractBaseUser) -> None:
    """Under a lock: two requests at once must not both take the last place."""
    lock_owner(owner.pk)
    most = settings.MAX_HOOKS_PER_OWNER
    if Hook.objects.filter(owner_id=owner.pk).count() >= most:
        raise ValidationError(f"You have {most} webhooks, the most that are allowed: delete one.")
