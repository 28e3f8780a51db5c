"""The ways to sign in, as the schema names them; imported by urls.py, as it registers itself."""

from typing import Any

from django.conf import settings
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class SessionCookie(OpenApiAuthenticationExtension):
    """BrowserAuthentication in the schema: the session's cookie."""

    target_class = "scheduler_project.api.authentication.BrowserAuthentication"
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The OpenAPI security scheme."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class BearerToken(SimpleJWTScheme):
    """TokenAuthentication in the schema: an access token."""

    target_class = "accounts.authentication.TokenAuthentication"


class BearerKey(OpenApiAuthenticationExtension):
    """KeyAuthentication in the schema: an API key where a token could be."""

    target_class = "accounts.authentication.KeyAuthentication"
    name = "apiKeyAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "asch_..."}
