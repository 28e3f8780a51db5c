"""ETag and If-Match."""

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
        if isinstance(shown, dict) and isinstance(edited := shown.get("updated_at"), str):
            edited_at = parse_datetime(edited)
            assert edited_at is not None
            response["ETag"] = versions.tag(edited_at)
        return response

    def wanted_versions(self) -> versions.Versions:
        """What If-Match asks for; ValidationError if it is malformed."""
        try:
            return versions.parse(self.request.headers.get("If-Match"))  # type: ignore[attr-defined]
        except ValueError as error:
            raise ValidationError({"If-Match": str(error)}) from error
