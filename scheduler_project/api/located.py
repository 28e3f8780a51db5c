"""Where what was created can be read."""

from typing import Any

from rest_framework.response import Response


class Located:
    """View mixin, left of DRF's base class: a POST that creates answers with its Location."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """The response; what was created has its id in it, and lies below its list."""
        response: Response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        created = self.action == "create" and response.status_code in {201, 202}  # type: ignore[attr-defined]
        if created and isinstance(response, Response):
            response["Location"] = f"{self.request.path.rstrip('/')}/{response.data['id']}"  # type: ignore[attr-defined]
        return response
