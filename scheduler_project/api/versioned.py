"""ETag and If-Match."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from scheduler_project import versions


class Versioned:
    """View mixin: what is shown has an ETag; whoever sends it back changes nothing newer."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """The response with the tag of its row's last edit."""
        response: Response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        shown = getattr(response, "data", None)
        if isinstance(shown, dict) and (edited := _instant(shown.get("updated_at"))):
            response["ETag"] = versions.tag(edited)
        return response

    def wanted_versions(self) -> versions.Versions:
        """What If-Match asks for; ValidationError if it is malformed."""
        try:
            return versions.parse(self.request.headers.get("If-Match"))  # type: ignore[attr-defined]
        except ValueError as error:
            raise ValidationError({"If-Match": str(error)}) from error


def _instant(shown: Any) -> datetime | None:
    """As rows.py leaves it, or as DRF writes it."""
    return parse_datetime(shown) if isinstance(shown, str) else shown
