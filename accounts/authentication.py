"""Who makes a request: `Authorization: Bearer`, with an access token or an API key (`asch_...`)."""

from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, User
from rest_framework import permissions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts import keys
from accounts.models import ApiKey
from scheduler_project.lookup import one


class KeyAuthentication(BaseAuthentication):
    """Signs requests in by their API key; it stands before the class that reads JWTs."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, ApiKey] | None:
        """The key's owner and the key; None without one. A key that may only read cannot write."""
        text = bearer(get_authorization_header(request))
        if text is None or not text.startswith(keys.PREFIX):
            return None
        key = key_of(text)
        if key.scope == ApiKey.Scope.READ and request.method not in permissions.SAFE_METHODS:
            raise PermissionDenied("This API key may only read.")
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="api"'


def key_of(text: str) -> ApiKey:
    """The API key of that text; AuthenticationFailed for one that is not good."""
    key = keys.find(text)
    if key is None:
        raise AuthenticationFailed("The API key is not valid, has expired or was revoked.")
    return key


class _Users:
    """What simplejwt asks for the user of a token."""

    DoesNotExist = User.DoesNotExist

    @property
    def objects(self) -> Self:
        return self

    def get(self, id: str) -> User:
        """The user; User.DoesNotExist."""
        user = one(User, id=int(id))
        if user is None:
            raise User.DoesNotExist
        return user


class TokenAuthentication(JWTAuthentication):
    """Access tokens. Each request looks its user up: a token ends with a change of password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user_model = _Users()  # type: ignore[assignment]


class NotByKey(permissions.BasePermission):
    """For what a key must not do, as it could make itself another one that outlives it."""

    message = "An API key cannot do this: sign in with your password."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request came in another way."""
        return not isinstance(request.auth, ApiKey)


def bearer(header: bytes) -> str | None:
    """What stands behind `Bearer` in an Authorization header."""
    kind, _, rest = header.partition(b" ")
    return rest.strip().decode("latin-1") if kind.lower() == b"bearer" else None
