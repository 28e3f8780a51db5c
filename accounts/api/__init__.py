"""The REST API of identities."""

from rest_framework.routers import BaseRouter

from accounts.api.keys import ApiKeyViewSet


def register(router: BaseRouter) -> None:
    """Add this app's addresses to the API's router."""
    router.register("api-keys", ApiKeyViewSet, basename="api-key")
