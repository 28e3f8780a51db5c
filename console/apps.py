"""The app of the console, and Django's admin with the staff's console as its site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class StaffConfig(AdminConfig):
    """Django's admin: what apps register with it is on the staff's console."""

    default_site = "console.sites.StaffSite"


class ConsoleConfig(AppConfig):
    """Pages that Django's admin does not have."""

    name = "console"
