from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser

from journal.actors import by_command
from schedules import services
from schedules.management.arguments import add_owner, owner_named
from schedules.models import Stop


class Command(BaseCommand):
    """Lift what `manage.py stop` or anybody else has stopped."""

    help = "Let everything go on."

    def add_arguments(self, parser: CommandParser) -> None:
        add_owner(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        owner = owner_named(options["owner"])
        with by_command("resume"):
            lifted = services.resume(owner=owner)
        if left := _still_standing(owner):
            self.stdout.write("That stop is lifted." if lifted else "There is no such stop.")
        else:
            self.stdout.write("It goes on." if lifted else "Nothing was stopped.")
        for stop in left:
            self.stdout.write(f"Still stopped: {stop}.")


def _still_standing(owner: User | None) -> list[Stop]:
    """What holds this owner up, or anybody."""
    if owner:
        return services.standing_stops(owner.pk)
    return list(Stop.objects.select_related("owner").order_by("id"))
