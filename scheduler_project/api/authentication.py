"""How a browser's requests to the API are authenticated."""

from urllib.parse import urlsplit

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class BrowserAuthentication(SessionAuthentication):
    """The session of a browser, or the DEV_USER that DevUserMiddleware put in its place."""

    def enforce_csrf(self, request: Request) -> None:
        """CSRF tokens for sessions; DEV_USER needs none, but other sites stay out."""
        if getattr(request._request, "is_dev_user", False):
            self._refuse_other_sites(request)
        else:
            super().enforce_csrf(request)

    def _refuse_other_sites(self, request: Request) -> None:
        origin = request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != request.get_host():
            raise PermissionDenied("DEV_USER works only for pages of this server itself.")
