"""The REST API of webhooks."""

from rest_framework.routers import BaseRouter

from hooks.api.deliveries import DeliveryViewSet
from hooks.api.hooks import HookViewSet


def register(router: BaseRouter) -> None:
    """Add this app's addresses to the API's router."""
    router.register("hooks", HookViewSet, basename="hook")
    router.register("hooks/(?P<hook>[^/.]+)/deliveries", DeliveryViewSet, basename="delivery")
