"""What drf-spectacular cannot find out by itself; imported by urls.py."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class SessionCookie(OpenApiAuthenticationExtension):
    """BrowserAuthentication in the schema: the session's cookie."""

    target_class = "scheduler_project.api.authentication.BrowserAuthentication"
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The OpenAPI security scheme."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
