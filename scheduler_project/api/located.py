"""Where what was created can be read."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework.response import Response

CREATED = (201, 202)


class Located:
    """View set mixin, left of DRF's base class: what creates answers with its Location."""

    # The actions that do, if there was nothing before.
    creating: ClassVar[tuple[str, ...]] = ("create",)

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """The response; what was created has its id in it."""
        response: Response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        created = self.action in self.creating and response.status_code in CREATED  # type: ignore[attr-defined]
        if created and isinstance(response, Response):
            name = f"{self.basename}-detail"  # type: ignore[attr-defined]
            response["Location"] = reverse(name, args=[response.data["id"]])
        return response
