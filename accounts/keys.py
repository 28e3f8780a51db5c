"""API keys: made, found by what a request brings, revoked."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiKey
from accounts.owners import lock_owner
from scheduler_project.text import problem_with

PREFIX = "asch_"
SHAPE = re.compile(rf"{PREFIX}([0-9a-f]{{12}})_([\w-]{{43}})", re.ASCII)
USUAL_LIFE, LONGEST_LIFE = timedelta(days=90), timedelta(days=366)
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def issue(
    *,
    owner: AbstractBaseUser,
    name: str,
    scope: str = ApiKey.Scope.READ,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key of this owner, and its text, which nobody is told again.

    It expires after USUAL_LIFE unless another time is given. ValidationError by field.
    """
    check(name, expires_at)
    public, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with transaction.atomic():
        _check_room(owner)
        key = ApiKey.objects.create(
            owner_id=owner.pk,
            name=name.strip(),
            scope=scope,
            public=public,
            hashed=_hash(secret),
            expires_at=expires_at or timezone.now() + USUAL_LIFE,
        )
    return key, f"{PREFIX}{public}_{secret}"


def find(text: str) -> ApiKey | None:
    """The key of that text, with its owner, if it is good at this moment."""
    found = SHAPE.fullmatch(text)
    if not found:
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USE_IS_NOTED_EVERY)
    keys = ApiKey.objects.select_related("owner").annotate(unnoted=unnoted)
    key = keys.filter(public=found[1], expires_at__gt=Now(), owner__is_active=True).first()
    if key is None or not compare_digest(key.hashed, _hash(found[2])):
        return None
    if key.unnoted:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=Now())
    return key


def revoke(key: ApiKey) -> None:
    """From now on it opens nothing."""
    key.delete()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def check(name: str, expires_at: datetime | None) -> None:
    """ValidationError with a sentence for each of the two that a key cannot have."""
    problems = {}
    if problem := problem_with(name, 100):
        problems["name"] = problem
    elif not name.strip():
        problems["name"] = "Say what the key is for."
    now = timezone.now()
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        problems["expires_at"] = f"Choose a time within the next {LONGEST_LIFE.days} days."
    if problems:
        raise ValidationError(problems)


def _check_room(owner: AbstractBaseUser) -> None:
    """Under a lock: two requests at once must not both take the last place."""
    lock_owner(owner.pk)
    most = settings.MAX_API_KEYS_PER_OWNER
    if ApiKey.objects.filter(owner_id=owner.pk).count() >= most:
        raise ValidationError(
            f"You have {most} API keys, the most that are allowed: revoke one first."
        )
