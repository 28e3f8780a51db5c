"""JWT sign-in: username and password for a pair of tokens, a refresh token for an access token."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from scheduler_project.api.serializers import StrictSerializer


class CredentialsSerializer(StrictSerializer, TokenObtainPairSerializer):
    """Username and password in."""


class RefreshSerializer(StrictSerializer, TokenRefreshSerializer):
    """A refresh token in, an access token out."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The access token; InvalidToken (401) also when its user is gone."""
        try:
            return super().validate(attrs)
        except ObjectDoesNotExist as error:
            raise InvalidToken("The user of this token no longer exists.") from error


class TokenPairSerializer(serializers.Serializer):
    """The answer to a sign-in."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class AccessTokenSerializer(serializers.Serializer):
    """The answer to a refresh."""

    access = serializers.CharField()


@extend_schema(responses=TokenPairSerializer)
class TokenView(TokenObtainPairView):
    """Sign in: `username` and `password` for an access and a refresh token."""

    serializer_class = CredentialsSerializer


@extend_schema(responses=AccessTokenSerializer)
class RefreshView(TokenRefreshView):
    """A new access token for a refresh token."""

    serializer_class = RefreshSerializer
