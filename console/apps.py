"""The app of the console, and Django's admin with the staff's console as its site."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.core.checks import CheckMessage


class StaffConfig(SimpleAdminConfig):
    """Django's admin: what apps register with it is on the staff's console.

    The addresses load what is registered, so that beats and workers, which have none, do without.
    """

    default_site = "console.sites.StaffSite"

    def ready(self) -> None:
        """Django's own checks, of all that is registered."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_registered, checks.Tags.admin)


def check_registered(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Errors of all pages of both consoles."""
    admin.autodiscover()
    return check_admin_app(app_configs, **kwargs)


class ConsoleConfig(AppConfig):
    """Pages that Django's admin does not have."""

    name = "console"
