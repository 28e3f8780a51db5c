"""JWT: a name and a password for a pair of tokens, a refresh token for the next pair, an end to it.

A refresh token is good once: whoever copies one finds it used up, or has its owner find it so.
Changing the password, and deactivating the user, voids all tokens at once.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.serializers import (
    TokenBlacklistSerializer,
    TokenObtainPairSerializer,
    TokenRefreshSerializer,
)
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.utils import get_md5_hash_password
from rest_framework_simplejwt.views import (
    TokenBlacklistView,
    TokenObtainPairView,
    TokenRefreshView,
)

from scheduler_project.api.parameters import KnownParameters
from scheduler_project.api.serializers import StrictSerializer
from scheduler_project.api.throttles import SignIn

LONGEST_PASSWORD = 4096
USED = "This refresh token is void: it was used, or signed out. Sign in again."


class CredentialsSerializer(StrictSerializer, TokenObtainPairSerializer):
    """Username and password in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As the base does it, with fields as long as there can be any."""
        super().__init__(*args, **kwargs)
        self.fields[self.username_field] = serializers.CharField(max_length=150)
        self.fields["password"] = serializers.CharField(
            max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """A pair of tokens; what has expired of the user's earlier ones is forgotten."""
        pair = super().validate(attrs)
        # As after any other sign-in: its time is noted, wrong passwords before it are forgiven.
        user_logged_in.send(type(self.user), request=self.context["request"], user=self.user)
        OutstandingToken.objects.filter(user=self.user, expires_at__lt=timezone.now()).delete()
        return pair


class RefreshSerializer(StrictSerializer, TokenRefreshSerializer):
    """A refresh token in, the next pair out."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The pair; InvalidToken (401) also when the user is gone or has another password."""
        token = RefreshToken(attrs["refresh"])
        try:
            with transaction.atomic():
                self._lock(token)
                return super().validate(attrs)
        except ObjectDoesNotExist as error:
            raise InvalidToken("The user of this token no longer exists.") from error

    def _lock(self, token: RefreshToken) -> None:
        """Of requests that come with one token at once, each looks after the one before has ended.

        Without it several find the token unused, and each gets a pair of its own.
        """
        jti = token[api_settings.JTI_CLAIM]
        known = OutstandingToken.objects.select_for_update(of=("self",)).select_related("user")
        row = known.filter(jti=jti).first()
        if row is None:
            raise InvalidToken(USED)
        if row.user is None:
            raise InvalidToken("The user of this token no longer exists.")
        hashed = get_md5_hash_password(row.user.password)
        if token.get(api_settings.REVOKE_TOKEN_CLAIM) != hashed:
            raise InvalidToken("The password has been changed: sign in again.")


class SignOutSerializer(StrictSerializer, TokenBlacklistSerializer):
    """The refresh token that shall be void."""


class TokenPairSerializer(serializers.Serializer):
    """The answer to a sign-in and to a refresh."""

    access = serializers.CharField()
    refresh = serializers.CharField()


@extend_schema_view(post=extend_schema(operation_id="sign_in", responses=TokenPairSerializer))
class TokenView(KnownParameters, TokenObtainPairView):
    """Sign in: `username` and `password` for an access and a refresh token."""

    serializer_class = CredentialsSerializer
    throttle_classes = [SignIn]

    def get_serializer_context(self) -> dict[str, Any]:
        """With Django's own request, on which django-axes notes that somebody is locked out."""
        return {**super().get_serializer_context(), "request": self.request._request}


@extend_schema_view(
    post=extend_schema(operation_id="refresh_tokens", responses=TokenPairSerializer)
)
class RefreshView(KnownParameters, TokenRefreshView):
    """The next pair for a refresh token, which is good once."""

    serializer_class = RefreshSerializer
    throttle_classes = [SignIn]


class SignOutView(KnownParameters, TokenBlacklistView):
    """Sign out: the refresh token is void; the access token ends within five minutes."""

    serializer_class = SignOutSerializer
    throttle_classes = [SignIn]

    @extend_schema(operation_id="sign_out", request=SignOutSerializer, responses={204: None})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The refresh token is void from now on; 401 for one that is so already."""
        super().post(request, *args, **kwargs)
        return Response(status=status.HTTP_204_NO_CONTENT)
