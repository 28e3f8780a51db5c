"""The router of the API: each app registers its view sets here."""

from rest_framework.routers import APIRootView, DefaultRouter

from scheduler_project.api.parameters import KnownParameters


class RootView(KnownParameters, APIRootView):
    """What there is, by name."""


class Router(DefaultRouter):
    """Addresses without a trailing slash (OptionalSlashMiddleware) and without `.json`."""

    include_format_suffixes = False
    APIRootView = RootView


router = Router(trailing_slash=False)
