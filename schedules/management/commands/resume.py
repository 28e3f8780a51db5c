from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from schedules import services
from schedules.management.arguments import add_owner, owner_named


class Command(BaseCommand):
    """Lift what `manage.py stop` or anybody else has stopped."""

    help = "Let everything go on."

    def add_arguments(self, parser: CommandParser) -> None:
        add_owner(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        lifted = services.resume(owner=owner_named(options["owner"]))
        self.stdout.write("It goes on." if lifted else "Nothing was stopped.")
