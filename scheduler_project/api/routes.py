"""The router of the API: each app registers its view sets here."""

from rest_framework.routers import DefaultRouter


class Router(DefaultRouter):
    """Addresses without a trailing slash (OptionalSlashMiddleware) and without `.json`."""

    include_format_suffixes = False


router = Router(trailing_slash=False)
