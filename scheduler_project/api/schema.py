"""What drf-spectacular cannot find out by itself; imported by urls.py."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from accounts.idempotency import HEADER, LONGEST_KEY, Idempotent
from scheduler_project.api.versioned import Versioned


class SessionCookie(OpenApiAuthenticationExtension):
    """BrowserAuthentication in the schema: the session's cookie."""

    target_class = "scheduler_project.api.authentication.BrowserAuthentication"
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The OpenAPI security scheme."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class BearerKey(OpenApiAuthenticationExtension):
    """KeyAuthentication in the schema: an API key where a token could be."""

    target_class = "accounts.authentication.KeyAuthentication"
    name = "apiKeyAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "asch_..."}


class Schema(AutoSchema):
    """Headers that many operations share."""

    def get_override_parameters(self) -> list[Any]:
        """Idempotency-Key on every POST that heeds it, If-Match on edits."""
        found = super().get_override_parameters()
        if self.method == "POST" and isinstance(self.view, Idempotent):
            return [*found, IDEMPOTENCY_KEY]
        if self.method in {"PUT", "PATCH"} and isinstance(self.view, Versioned):
            return [*found, IF_MATCH]
        return found


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what was read: 412 if somebody else has changed it since.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=(
        "Any text of your own, one for each thing to be done. The same request with the same key "
        "gets the same answer, for a day, and is carried out once; another request gets 422."
    ),
    pattern=f"^[ -~]{{1,{LONGEST_KEY}}}$",
)
