"""What somebody has shown to come in for longer than a request, and whether it still counts."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from math import inf
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from accounts import keys
from accounts.authentication import TokenAuthentication, key_of
from accounts.models import ApiKey


@dataclass(frozen=True, eq=False)
class Ticket:
    """An access token, an API key or a session of this user.

    It is good as long as the user is active, `ends` (seconds since 1970) is not past, and what it
    names is there: this password (as it is stored), this API key, this session.
    """

    user: Any
    ends: float = inf
    password: str | None = None
    key: int | None = None
    session: str | None = None


def by_token(token: str) -> Ticket:
    """The ticket of an API key or access token; APIException for one that is not good."""
    if token.startswith(keys.PREFIX):
        key = key_of(token)
        return Ticket(key.owner, key=key.pk)
    jwt = TokenAuthentication()
    validated = jwt.get_validated_token(token.encode())
    user = jwt.get_user(validated)
    return Ticket(user, ends=validated["exp"], password=user.password)


def by_session(user: Any, session: str) -> Ticket:
    """The ticket of a user who is logged in with the session of this key."""
    return Ticket(user, password=user.password, session=session)


def good(tickets: Collection[Ticket]) -> set[Ticket]:
    """Those that still count, however many there are, in three statements."""
    users = get_user_model()._default_manager.filter(pk__in={t.user.pk for t in tickets})
    passwords = dict(users.filter(is_active=True).values_list("pk", "password"))
    valid = ApiKey.objects.filter(pk__in={t.key for t in tickets if t.key}, expires_at__gt=Now())
    known = set(valid.values_list("pk", flat=True))
    sessions = Session.objects.filter(session_key__in={t.session for t in tickets if t.session})
    open_ones = set(sessions.filter(expire_date__gt=Now()).values_list("pk", flat=True))
    now = time.time()
    return {
        ticket
        for ticket in tickets
        if ticket.user.pk in passwords
        and now < ticket.ends
        and ticket.password in (None, passwords[ticket.user.pk])
        and (ticket.key is None or ticket.key in known)
        and (ticket.session is None or ticket.session in open_ones)
    }
